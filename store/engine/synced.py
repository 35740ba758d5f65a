"""Folders that a program copies to other computers, told by what the program leaves in them.

A sync program marks the folder that it watches, or one above it, with files of its own; those that
mark nothing have folders of a fixed name. A name that merely begins or ends like one says nothing.
"""

import os
import re
from pathlib import Path
from typing import Final

# By what the program is called: what stands in a folder that it watches.
_MARKERS: Final = {
    "Dropbox": r"\.dropbox(?:\.cache)?",
    "OneDrive": r"\.849c9593-d756-4e56-8d6e-42412f2a707b",
    "Google Drive": r"\.tmp\.drive(?:down|up)load",
    "Nextcloud or ownCloud": r"\._?sync_[0-9a-f]{4,}\.db(?:-wal|-shm)?|\._?sync\.db"
    r"|\.csync_journal\.db|\.(?:nextcloud|owncloud)sync\.log(?:\.\d+)?",
    "Syncthing": r"\.stfolder(?: \(\d+\))?|\.stignore|\.stversions",
    "MEGA": r"\.megaignore|\.debris",
    "Box": r"\.boxsync",
    "Tresorit": r"\.tresorit",
    "Seafile": r"\.seafile-data|seafile-ignore\.txt",
    "Yandex.Disk or Resilio Sync": r"\.sync",
    "pCloud": r"\.pcloud(?:\.sync)?",
    "iCloud": r"\.icloud|\.[^/]+\.icloud",
}
_MARKED: Final = re.compile(
    "|".join(f"(?P<p{at}>{names})" for at, names in enumerate(_MARKERS.values())), re.IGNORECASE
)
# What the whole name of a folder is, for programs whose folder is always called so.
_NAMES: Final = {
    "iCloud": r"icloud ?drive|com~apple~clouddocs|mobile documents|icloudphotos",
    "a cloud program": r"cloudstorage",
    "Dropbox": r"dropbox(?: \([^()]+\))?",
    "OneDrive": r"onedrive(?: ?- .+| \([^()]+\))?",
    "Google Drive": r"google ?drive(?: \([^()]+\))?|googledrive-.+|my drive(?: \([^()]+\))?"
    r"|meine ablage|mi unidad|mon drive|il mio drive|(?:o )?meu (?:drive|disco)|mijn drive"
    r"|mój dysk|min enhet",
    "Nextcloud": r"nextcloud\d?",
    "ownCloud": r"owncloud\d?",
    "Proton Drive": r"proton ?drive(?:-.+)?",
    "MEGA": r"megasync(?: downloads)?",
    "Box": r"box sync|box-box",
    "pCloud": r"pcloud ?drive|pcloud ?sync",
    "Tresorit": r"tresors|tresorit(?: drive)?",
    "Seafile": r"seafile|seadrive",
    "Yandex.Disk": r"yandex[. ]?disk(?:\.localized)?|яндекс[. ]?диск",
}
_NAMED: Final = re.compile(
    "|".join(f"(?P<p{at}>{names})" for at, names in enumerate(_NAMES.values())), re.IGNORECASE
)
# Names that mean a program right in a person's own folder, and elsewhere a thing.
_NAMED_AT_HOME: Final = {"box": "Box", "mega": "MEGA", "sync": "Sync.com"}
_HOMES: Final = frozenset({"home", "users"})
# On Windows a program gives its folder an icon of its own, by this file.
_ICON_FILE: Final = "desktop.ini"
_ICON: Final = re.compile(
    rb"(onedrive|googledrivefs|dropbox|icloud|nextcloud|owncloud|proton ?drive|megasync|\bbox\b"
    rb"|pcloud|tresorit|seadrive|yandexdisk)[^\r\n]*\.(?:exe|dll|ico)",
    re.IGNORECASE,
)
_MOST_OF_AN_ICON_FILE: Final = 4_096
# Where macOS keeps what it copies of Desktop and Documents, in a person's own folder.
_MAC_COPIES: Final = ("Library", "Mobile Documents", "com~apple~CloudDocs")


def syncing_program(path: Path) -> tuple[str, Path] | None:
    """The program that copies a file or folder away, with the folder that it watches; or None.

    path: absolute, with links followed; it need not exist.
    """
    for folder in (path, *path.parents):
        if program := _by_name(folder) or _by_marker(folder) or _by_mac_copies(folder):
            return program, folder
    return None


def _by_name(folder: Path) -> str:
    name = folder.name
    if found := _NAMED.fullmatch(name):
        return list(_NAMES)[int(str(found.lastgroup)[1:])]
    is_at_home = folder.parent.parent.name.casefold() in _HOMES
    return _NAMED_AT_HOME.get(name.casefold(), "") if is_at_home else ""


def _by_marker(folder: Path) -> str:
    try:
        names = [each.name for each in folder.iterdir()]
    except OSError:  # it is not there yet, or may not be looked into
        return ""
    for name in names:
        if found := _MARKED.fullmatch(name):
            return list(_MARKERS)[int(str(found.lastgroup)[1:])]
        if name.casefold() == _ICON_FILE and (program := _by_icon(folder / name)):
            return program
    return ""


def _by_icon(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            told = stream.read(_MOST_OF_AN_ICON_FILE)
    except OSError:
        return ""
    # Windows writes it in UTF-16 or in its own code page; the names are ASCII in both.
    found = _ICON.search(told.replace(b"\0", b""))
    return found[1].decode("ascii") if found else ""


def _by_mac_copies(folder: Path) -> str:
    """Desktop and Documents, where iCloud was told to copy them."""
    if folder.name not in {"Desktop", "Documents"}:
        return ""
    copies = folder.parent.joinpath(*_MAC_COPIES, folder.name)
    return "iCloud" if os.path.lexists(copies) else ""
