"""A school's library to do harm to, made once, and a disk that is nearly full."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.works import Bench, set_up


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The templates of the crash harness."""
    return set_up(tmp_path_factory.mktemp("bench"))


class Disk:
    """A small disk. `fill` takes all room but so many bytes; `free` gives it back."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._filler = folder, folder / "filler"

    def fill(self, left: int = 0) -> None:
        """Takes the room of the disk."""
        room = shutil.disk_usage(self.folder).free
        with self._filler.open("ab", buffering=0) as stream:
            stream.write(b"\0" * max(0, room - left))

    def free(self) -> None:
        """Gives it back."""
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A file system of 12 MB in memory; skipped where nobody may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
