"""The memory lies where others or other computers get it, or an assistant learns where it lies."""

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import pytest

from server.cli.exit_codes import exit_code_of
from store.engine import file_systems
from store.engine.file_errors import UnsafeLocation
from store.engine.file_systems import is_remote, type_in
from store.engine.location import make_private_folder, refuse_place
from store.engine.synced import syncing_program
from store.memory import open_or_create, open_writer
from tests.running import environment, kinkeeper
from tests.wire import serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")
REFUSED: Final = exit_code_of(UnsafeLocation)


class Synced(NamedTuple):
    """A folder that a program copies. folders: on the way to the memory; left: what stands there,
    after the number of folders, counted from the top, and a colon."""

    what: str
    folders: str
    left: str = ""
    holds: bytes = b""


_ICLOUD: Final = "Library/Mobile Documents/com~apple~CloudDocs"
SYNCED: Final = (
    Synced("iCloud on Windows", "users/nora/iCloudDrive/memory"),
    Synced("iCloud on Windows, as Explorer shows it", "users/nora/iCloud Drive/memory"),
    Synced("iCloud on macOS", "nora/Library/Mobile Documents/com~apple~CloudDocs/memory"),
    Synced("an app's iCloud folder", "nora/Library/Mobile Documents/iCloud~md~obsidian/memory"),
    Synced("Documents on a Mac", "nora/Documents/memory",
           f"1:{_ICLOUD}/Documents/"),
    Synced("Desktop on a Mac", "nora/Desktop", f"1:{_ICLOUD}/Desktop/"),
    Synced("a file that iCloud took away", "nora/Things/memory", "2:.photo.jpg.icloud"),
    Synced("Nextcloud anywhere", "nora/files/people/memory", "2:.sync_1f2e3d4c5b6a.db"),
    Synced("an older Nextcloud", "nora/files/memory", "2:._sync_1f2e3d4c5b6a.db"),
    Synced("Nextcloud's log", "nora/files/memory", "2:.nextcloudsync.log"),
    Synced("Nextcloud by name", "nora/Nextcloud/memory"),
    Synced("ownCloud", "nora/work/memory", "2:.owncloudsync.log"),
    Synced("an old ownCloud", "nora/work/memory", "2:.csync_journal.db"),
    Synced("Proton Drive", "users/nora/Proton Drive/nora/My files/memory"),
    Synced("Proton Drive on macOS", "nora/Library/CloudStorage/ProtonDrive-nora@proton.me/memory"),
    Synced("MEGA", "nora/stuff/memory", "2:.megaignore"),
    Synced("MEGA's deleted files", "nora/stuff/memory", "2:.debris/"),
    Synced("MEGA by name", "home/nora/MEGA/memory"),
    Synced("Box on macOS", "nora/Library/CloudStorage/Box-Box/memory"),
    Synced("Box in a home", "users/nora/Box/memory"),
    Synced("Box Sync", "nora/Box Sync/memory"),
    Synced("pCloud", "nora/pCloudDrive/memory"),
    Synced("pCloud Drive", "nora/pCloud Drive/memory"),
    Synced("Syncthing", "nora/people/memory", "2:.stfolder/"),
    Synced("Syncthing, in the folder itself", "nora/people", "2:.stignore"),
    Synced("Syncthing's versions, far above", "nora/people/a/b/c/memory", "2:.stversions/"),
    Synced("Tresorit", "nora/tresor/memory", "2:.tresorit/"),
    Synced("Tresorit Drive", "nora/Tresorit Drive/memory"),
    Synced("Seafile", "nora/Seafile/memory"),
    Synced("Seafile elsewhere", "nora/libraries/mine/memory", "2:.seafile-data/"),
    Synced("Yandex.Disk", "nora/Yandex.Disk/memory"),
    Synced("Yandex.Disk on macOS", "nora/Yandex.Disk.localized/memory"),
    Synced("Yandex.Disk in Russian", "nora/Яндекс.Диск/memory"),
    Synced("Yandex.Disk elsewhere", "nora/disk/memory", "2:.sync/"),
    Synced("Dropbox", "nora/Dropbox/memory"),
    Synced("Dropbox of a firm", "nora/Dropbox (Firm)/memory"),
    Synced("Dropbox under another name", "nora/box of drops/memory", "2:.dropbox"),
    Synced("Dropbox's cache", "nora/box of drops/memory", "2:.dropbox.cache/"),
    Synced("OneDrive", "nora/OneDrive/memory"),
    Synced("OneDrive of a firm", "nora/OneDrive - Firm/memory"),
    Synced("OneDrive under another name", "nora/cloud/memory",
           "2:.849C9593-D756-4E56-8D6E-42412F2A707B"),
    Synced("OneDrive by its icon", "nora/cloud/memory", "2:desktop.ini",
           b"[.ShellClassInfo]\r\nIconResource=C:\\Microsoft OneDrive\\OneDrive.exe,1"),
    Synced("OneDrive by its icon, in UTF-16", "nora/cloud/memory", "2:Desktop.ini",
           "\ufeff[.ShellClassInfo]\r\nIconFile=D:\\OneDrive.exe".encode("utf-16-le")),
    Synced("Google's My Drive", "nora/My Drive/memory"),
    Synced("Google's My Drive in German", "nora/Meine Ablage/memory"),
    Synced("Google Drive on macOS", "nora/Library/CloudStorage/GoogleDrive-n@x.example/My Drive/m"),
    Synced("Google Drive under another name", "nora/mirror/memory", "2:.tmp.driveupload/"),
)  # fmt: skip
# A word in a name says nothing.
NOT_SYNCED: Final = (
    Synced("letters about Dropbox", "nora/dropbox-letters/memory"),
    Synced("what was once in Dropbox", "nora/Dropbox backup 2019/memory"),
    Synced("a drop box", "nora/my dropbox exit/memory"),
    Synced("notes on OneDrive", "nora/onedriveexport/memory"),
    Synced("a box that is no home's", "nora/things/box/memory"),
    Synced("a garden", "nora/Nextcloudberry/memory"),
    Synced("a mac's Documents without iCloud", "nora/Documents/memory"),
    Synced("an icon of its own", "nora/cloud/memory", "2:desktop.ini", b"IconFile=flower.ico"),
    Synced("a folder of megabytes", "nora/mega/memory"),
    Synced("drives", "nora/google drives compared/memory"),
)  # fmt: skip
REMOTE: Final = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "davfs", "webdav", "fuse.sshfs", "fuse.rclone",
    "fuse.davfs2", "fuse.gvfsd-fuse", "ceph", "fuse.glusterfs", "fuse.s3fs", "afs",
    "vboxsf", "fuse.pcloud", "fuse.seadrive", "macfuse_sshfs",
)  # fmt: skip
LOCAL: Final = ("ext4", "btrfs", "xfs", "zfs", "apfs", "hfs", "overlay", "tmpfs", "fuse.ntfs-3g",
                "fuseblk", "f2fs", "ecryptfs", "fuse.gocryptfs", "vfat", "exfat", "9p")  # fmt: skip
_MOUNTS: Final = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home/nora/far\\040away rw shared:2 - {type} host:/export rw
31 30 8:2 / /home/nora/far\\040away/stick rw - ext4 /dev/sdb1 rw
"""


class Open(NamedTuple):
    """What others may do. change: makes it so, of a home with a memory; mended: it is put right."""

    what: str
    change: Callable[[Path], object]
    mended: bool = False


def _beside(home: Path, ending: str) -> None:
    file = home / f"memory.db{ending}"
    file.touch()
    file.chmod(0o666)


def _moved_under(home: Path, mode: int) -> None:
    """The folder above the home is one that others may change."""
    home.parent.chmod(mode)


OPEN: Final = (
    Open("a home of mode 0777", lambda home: home.chmod(0o777)),
    Open("a home that the group may change", lambda home: home.chmod(0o770)),
    Open("a sticky home of mode 1777", lambda home: home.chmod(0o1777)),
    Open("a home that others may write into, unseen", lambda home: home.chmod(0o703)),
    Open("a parent of mode 0777", lambda home: _moved_under(home, 0o777)),
    Open("a file that others can read", lambda home: (home / "memory.db").chmod(0o604)),
    Open("a file that the group can write", lambda home: (home / "memory.db").chmod(0o660)),
    Open("a log that others can read", lambda home: _beside(home, "-wal"), mended=True),
    Open("shared memory that others can write", lambda home: _beside(home, "-shm"), mended=True),
)
ATTEMPTS: Final = (*SYNCED, *REMOTE, *OPEN)
KNOWN_LIMITS: Final = (
    "A folder that pCloud, Sync.com or a backup program copies under a name of the owner's, and"
    " that it leaves no mark in, is not known.",
)


def _laid_out(root: Path, place: Synced) -> Path:
    folders = place.folders.split("/")
    folder = root.joinpath(*folders)
    folder.mkdir(parents=True)
    if place.left:
        depth, _, name = place.left.partition(":")
        left = root.joinpath(*folders[: int(depth)]) / name
        if name.endswith("/"):
            left.mkdir(parents=True)
        else:
            left.write_bytes(place.holds)
    return folder


@pytest.mark.parametrize("attempt", SYNCED, ids=[each.what for each in SYNCED])
def test_a_folder_that_is_copied_away_is_refused(tmp_path: Path, attempt: Synced) -> None:
    folder = _laid_out(tmp_path, attempt)
    with pytest.raises(UnsafeLocation, match="KINKEEPER_HOME"):
        open_or_create(folder / "memory.db")
    assert not (folder / "memory.db").exists()
    link = tmp_path / "link"
    link.symlink_to(folder)
    with pytest.raises(UnsafeLocation):
        make_private_folder(link / "new")


@pytest.mark.parametrize("place", NOT_SYNCED, ids=[each.what for each in NOT_SYNCED])
def test_a_name_that_only_sounds_like_it_is_not(tmp_path: Path, place: Synced) -> None:
    folder = _laid_out(tmp_path, place)
    assert syncing_program(folder) is None
    open_or_create(folder / "memory.db").close()


@pytest.mark.parametrize("attempt", REMOTE)
def test_a_disk_of_another_computer_is_refused(tmp_path: Path, attempt: str) -> None:
    with (
        patch.object(file_systems, "type_of", lambda _path: attempt),
        pytest.raises(UnsafeLocation, match="another computer"),
    ):
        refuse_place(tmp_path / "new" / "memory.db")
    mounts = _MOUNTS.format(type=attempt)
    assert type_in(mounts, Path("/home/nora/far away/kin")) == attempt
    assert type_in(mounts, Path("/home/nora/far away/stick/kin")) == "ext4"
    assert type_in(mounts, Path("/home/nora/far")) == "ext4"


def test_disks_of_this_computer_are_not_refused() -> None:
    assert not [each for each in LOCAL if is_remote(each)]


def _command_in(home: Path) -> Any:
    return kinkeeper("doctor", env=environment(home, home.parent))


@pytest.fixture
def home(new_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "above").mkdir(mode=0o700)
    return Path(shutil.copytree(new_home, tmp_path / "above" / "home"))


@pytest.mark.parametrize("attempt", OPEN, ids=[each.what for each in OPEN])
def test_a_place_that_others_can_change_is_refused_or_mended(home: Path, attempt: Open) -> None:
    attempt.change(home)
    done = _command_in(home)
    if attempt.mended:
        assert done.returncode != REFUSED, done.stderr
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in home.glob("memory.db*")}
        assert not [name for name, mode in modes.items() if mode & 0o077], modes
    else:
        assert done.returncode == REFUSED, done.stdout + done.stderr
        assert "Other users" in done.stderr


def test_the_mended_parent_of_a_home_may_be_sticky(home: Path) -> None:
    home.parent.chmod(0o1777)
    assert _command_in(home).returncode != REFUSED


def test_a_link_that_others_can_turn_is_refused(home: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    (shared / "home").symlink_to(home)
    assert _command_in(shared / "home").returncode == REFUSED


def test_a_new_home_is_private_whatever_the_umask(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b" / "home")
        empty = tmp_path / "empty"
        empty.mkdir()
        make_private_folder(empty)
        open_or_create(empty / "memory.db").close()
    finally:
        os.umask(umask)
    made = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "home", empty]
    assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {0o700}
    assert stat.S_IMODE((empty / "memory.db").stat().st_mode) == 0o600


def test_onedrive_is_asked_where_it_is(home: Path) -> None:
    env = environment(home, home.parent, OneDriveCommercial=str(home.parent))
    done = kinkeeper("doctor", env=env)
    assert done.returncode == REFUSED
    assert "OneDrive" in done.stderr


def _folder_in_its_place(home: Path) -> None:
    (home / "memory.db").unlink()
    (home / "memory.db").mkdir()


_FAULTS: Final[dict[str, Callable[[Path], object]]] = {
    "no memory": lambda home: (home / "memory.db").unlink(),
    "an empty file": lambda home: (home / "memory.db").write_bytes(b""),
    "a foreign file": lambda home: (home / "memory.db").write_bytes(b"something else" * 500),
    "a file that others can read": lambda home: (home / "memory.db").chmod(0o644),
    "a home that others may change": lambda home: home.chmod(0o777),
    "a damaged file": lambda home: (home / "memory.db").write_bytes(
        (home / "memory.db").read_bytes()[:4096] + b"\xff" * 300_000
    ),
    "a folder in its place": _folder_in_its_place,
    "a synced home": lambda home: (home / ".stfolder").mkdir(),
}  # fmt: skip


@pytest.mark.parametrize("fault", _FAULTS)
def test_no_error_tells_an_assistant_where_the_memory_lies(
    new_home: Path, tmp_path: Path, fault: str
) -> None:
    home = tmp_path / "Nora Lind" / "Application Support" / "kin keeper"
    home.parent.mkdir(parents=True)
    shutil.copytree(new_home, home)
    _FAULTS[fault](home)
    with serving(environment(home, tmp_path / "cache dir"), tmp_path / "stderr") as wire:
        wire.greet()
        told = json.dumps([
            wire.call("brief_me", person="Nora"),
            wire.call("search_context", query="school"),
            wire.ask("resources/read", {"uri": "kinkeeper://contact/Nora"}),
        ])  # fmt: skip
    assert "isError" in told
    for part in (str(tmp_path), "Nora Lind", "Application Support", "kin keeper/", "/pytest"):
        assert part not in told, told


FILES: Final = (
    "/storage/emulated/0/Nora Lind/IMG_1.jpg", "C:\\Users\\Nora Lind\\IMG_1.jpg",
    "file:///home/nora/IMG_1.jpg", "~/Nora Lind/IMG_1.jpg", "\\\\nas\\nora\\IMG_1.jpg",
    "D:/Nora Lind/IMG_1.jpg",
)  # fmt: skip


def test_no_file_name_tells_where_it_lay(demo: Any, tmp_path: Path) -> None:
    with open_writer(demo.memory_path) as writer:
        ref = writer.value("SELECT ref FROM message WHERE NOT hidden LIMIT 1")
        names = json.dumps(FILES)
        writer.run("UPDATE message SET text = '', attachments = ? WHERE ref = ?", (names, ref))
    with serving(environment(demo.home, demo.cache), tmp_path / "stderr") as wire:
        wire.greet()
        told = json.dumps(wire.call("read_context", ref=ref, around=0))
    assert told.count("IMG_1.jpg") >= len(FILES)
    for part in ("emulated", "Users", "nora/", "nas", "D:", "~", "file:"):
        assert part not in told, told
