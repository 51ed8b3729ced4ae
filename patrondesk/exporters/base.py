"""What an exporter is, and the one way to write a file: whole, beside its place, then put into it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from patrondesk.errors import Unusable
from patrondesk.records.tables import Report, Written

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class Exporter:
    """A file format. `code` is its extension without the dot, `label` what the save dialog calls it.

    `write` replaces the file at the path, or raises Unusable and leaves it as it was.
    """

    code: str
    label: str
    write: Callable[[Report, Path], Written]


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream that becomes the file at `path` when the block ends well; on any failure the old file is as it was.

    Raises Unusable where the disk or the target does not allow it.
    """
    # A link is followed, so that the file it points to is replaced and the link stays.
    target = Path(os.path.realpath(path))
    partial = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        _expect_replaceable(target)
        with partial.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)
    except OSError as error:
        raise _worded(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _expect_replaceable(target: Path) -> None:
    # Replacing would turn a folder's or a device's name into a plain file, and ignore a read-only mark.
    if not target.exists():
        return
    if not target.is_file():
        raise Unusable(f"“{target.name}” is not a file that can be written; nothing was changed.", "Choose another name.")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only", str(target))


def _worded(error: OSError, target: Path) -> Unusable:
    if error.errno in _FULL:
        return Unusable(
            f"There is not enough room on the disk for “{target.name}”; nothing was changed.",
            "Free some space or choose another disk, and try again.",
        )
    if error.errno in _NO_FOLDER:
        text = f"The folder “{target.parent.name}” for “{target.name}” does not exist; nothing was changed."
        return Unusable(text, "Choose a folder that exists.")
    text = f"The file “{target.name}” could not be written; nothing was changed."
    if target.exists():
        return Unusable(text, "Close it in the spreadsheet program and try again, or choose another name.")
    return Unusable(text, "Choose a folder in which you may write, and try again.")
