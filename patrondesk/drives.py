"""On what kind of drive a file lies: this computer's own, one shared over the network, one that a cloud service keeps in step."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

_REMOTE_DRIVE = 4
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "webdav", "davfs", "ceph", "glusterfs",
    "fuse.sshfs", "fuse.davfs",
}  # fmt: skip
# Folders by whose name a service is known, folded; and marks that it leaves in the folder it keeps in step.
_FOLDERS = {
    "dropbox": "Dropbox", "google drive": "Google Drive", "googledrive": "Google Drive", "my drive": "Google Drive",
    "mobile documents": "iCloud", "iclouddrive": "iCloud", "icloud drive": "iCloud", "nextcloud": "Nextcloud",
    "owncloud": "ownCloud", "box": "Box", "box sync": "Box", "pcloud drive": "pCloud", "mega": "MEGA",
    "synologydrive": "Synology Drive",
}  # fmt: skip
_COMMON = {"box", "mega"}
"""Words that a folder may have of itself: they count only where the service puts its own, in the person's home."""
_MARKS = {".stfolder": "Syncthing", ".dropbox.cache": "Dropbox", ".sync_journal.db": "Nextcloud", ".owncloudsync.log": "ownCloud"}
_ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")


def on_network_drive(path: Path) -> bool:
    """Whether a file lies on a shared network drive, where write-ahead logging does not work. What cannot be told is no."""
    if sys.platform == "win32":
        import ctypes

        drive = path.absolute().drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE
    best, network = -1, False
    place = str(path.absolute())
    for root, kind in _mounted():
        inside = place == root or place.startswith(root.rstrip("/") + "/")
        if inside and len(root) >= best:
            best, network = len(root), kind.split(".")[0] in _NETWORK or kind in _NETWORK
    return network


def _mounted() -> Iterator[tuple[str, str]]:
    """Where file systems are mounted, and of what kind they are."""
    if sys.platform == "darwin":
        yield from _mounted_on_a_mac()
        return
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split()
        if len(words) >= 3:
            yield words[1].encode().decode("unicode_escape") if "\\" in words[1] else words[1], words[2]


def _mounted_on_a_mac() -> Iterator[tuple[str, str]]:
    import subprocess

    try:
        said = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return
    yield from told_by_mount(said.stdout)


def told_by_mount(said: str) -> Iterator[tuple[str, str]]:
    """What macOS' `mount` says, a line each: `//ana@server/school on /Volumes/school (smbfs, nodev, nosuid)`."""
    for line in said.splitlines():
        left, opened, options = line.rpartition(" (")
        source, on, root = left.partition(" on /")
        if opened and on and source:
            yield f"/{root}", options.split(",")[0].rstrip(")")


def kept_in_step_by(path: Path) -> str | None:
    """The service that keeps the file's folder in step with other computers, by its name; None when there is no sign of one.

    It copies the file while it is being written, and brings back what another computer had: a library may not lie there.
    """
    whole = path.absolute()
    for name in _ONEDRIVE:
        root = os.environ.get(name)
        if root and whole.is_relative_to(Path(root)):
            return "OneDrive"
    for folder in whole.parents:
        name = folder.name.casefold()
        if name == "onedrive" or name.startswith(("onedrive -", "onedrive-")):
            return "OneDrive"
        known = _FOLDERS.get(name) if name not in _COMMON or folder.parent == Path.home() else None
        known = known or _FOLDERS.get(name.partition("-")[0] if folder.parent.name == "CloudStorage" else "")
        if known:
            return known
        for mark, service in _MARKS.items():
            if (folder / mark).exists():
                return service
    return None
