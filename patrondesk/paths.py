"""Where things live on this computer: the library file, its backups, the program's own resources."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_REMOTE_DRIVE = 4
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "davfs", "fuse.davfs", "ceph", "glusterfs"}
LIBRARY_FILE = "library.patrondesk"


def data_folder() -> Path:
    """The signed-in system user's data folder for PatronDesk (made when something is written)."""
    return Path(platformdirs.user_data_dir("PatronDesk", appauthor=False))


def config_folder() -> Path:
    """Where this computer's own settings live: window, columns, page size, theme."""
    return Path(platformdirs.user_config_dir("PatronDesk", appauthor=False))


def default_library() -> Path:
    """The library file used when none is named."""
    return data_folder() / LIBRARY_FILE


def logs_folder() -> Path:
    """Where the program notes its own faults: kinds and places, nothing personal."""
    return data_folder() / "logs"


def backups_folder(library_file: Path) -> Path:
    """Backups lie beside their library file, so that moving the folder moves both."""
    return library_file.parent / f"{library_file.stem}-backups"


def on_network_drive(path: Path) -> bool:
    """Whether a file lies on a shared network drive, where write-ahead logging does not work. What cannot be told is no."""
    if sys.platform == "win32":
        import ctypes

        drive = path.absolute().drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    best, network = -1, False
    place = str(path.absolute())
    for line in mounts.splitlines():
        words = line.split()
        if len(words) < 3:
            continue
        root = words[1].encode().decode("unicode_escape") if "\\" in words[1] else words[1]
        inside = place == root or place.startswith(root.rstrip("/") + "/")
        if inside and len(root) >= best:
            best, network = len(root), words[2].split(".")[0] in _NETWORK or words[2] in _NETWORK
    return network


def resources() -> Path:
    """Icons, help and sample files: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "resources"
    return installed if installed.is_dir() else here.parent / "resources"
