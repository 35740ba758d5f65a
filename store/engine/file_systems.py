"""Whether a folder lies on another computer, by the type of its file system.

SQLite's write-ahead log needs memory that all processes share, which no network file system gives.
"""

import re
import sys
from pathlib import Path
from typing import Final

_REMOTE: Final = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|afpfs|ncpfs|ncp|coda|ceph|glusterfs|lustre|beegfs|gpfs|orangefs"
    r"|pvfs2|ocfs2|gfs2|davfs|webdav|ftp|vboxsf|vmhgfs|prl_fs"
    r"|fuse\.(?:sshfs|curlftpfs|rclone.*|davfs2?|gvfsd-fuse|s3fs|gcsfuse|goofys|glusterfs|ceph.*"
    r"|smbnetfs|onedriver|google-drive-ocamlfuse|gdfuse|pcloud.*|seadrive|boxfs|mega-fuse|afpfs.*"
    r"|juicefs|vmhgfs-fuse|kio-fuse)|fuse_?sshfs|macfuse_sshfs",
    re.IGNORECASE,
)
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
_MOUNTS: Final = Path("/proc/self/mountinfo")
# The struct that statfs fills on macOS: where the name of the type stands, and its length.
_TYPE_AT: Final = 72
_TYPE_LENGTH: Final = 16
_STRUCT_BYTES: Final = 4_096
_DRIVE_REMOTE: Final = 4


def is_remote(type_name: str) -> bool:
    """Whether a file system of this type lies on another computer."""
    return _REMOTE.fullmatch(type_name) is not None


def type_of(path: Path) -> str:
    """The type of the file system that a folder lies on; '' where the system does not tell.

    path: absolute, with links followed; it exists.
    """
    if sys.platform == "win32":
        return _windows_type(path)
    if sys.platform == "darwin":
        return _mac_type(path)
    try:
        return type_in(_MOUNTS.read_text("utf-8", "surrogateescape"), path)
    except OSError:
        return ""


def type_in(mounts: str, path: Path) -> str:
    """The type of the file system of a path, by the lines of /proc/self/mountinfo."""
    found, deepest = "", -1
    for line in mounts.splitlines():
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not rest:
            continue
        point = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[4]))
        # The later of two at the same place covers the earlier.
        if len(point.parts) >= deepest and (point == path or point in path.parents):
            found, deepest = rest.split(" ")[0], len(point.parts)
    return found


def _mac_type(path: Path) -> str:
    import ctypes

    buffer = ctypes.create_string_buffer(_STRUCT_BYTES)
    library = ctypes.CDLL(None)
    statfs = getattr(library, "statfs$INODE64", None) or library.statfs
    if statfs(str(path).encode(), buffer) != 0:
        return ""
    return buffer.raw[_TYPE_AT : _TYPE_AT + _TYPE_LENGTH].split(b"\0")[0].decode("ascii", "replace")


def _windows_type(path: Path) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    if path.drive.startswith("\\\\"):
        return "smb"
    return "smb" if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE else ""
