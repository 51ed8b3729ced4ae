"""Files kept with a patron: any kind up to ten megabytes, handed out as a copy and never run."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import sqlalchemy as sa

from patrondesk.errors import NotFound, Unusable, WrongUsage
from patrondesk.models.patron import PatronAttachment
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation

LARGEST = 10 * 1024 * 1024
"""Bytes."""

_LONGEST_NAME = 255
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
# A table of our own: what a computer's registry says of an ending is not to be believed.
_KINDS = {
    ".pdf": "application/pdf", ".txt": "text/plain", ".csv": "text/csv", ".html": "text/html", ".rtf": "application/rtf",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff", ".heic": "image/heic", ".svg": "image/svg+xml",
    ".json": "application/json", ".xml": "application/xml", ".zip": "application/zip", ".eml": "message/rfc822",
    ".msg": "application/vnd.ms-outlook", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
OTHER = "application/octet-stream"


def media_type(name: str) -> str:
    """The kind of a file by the ending of its name; what is not known is just bytes."""
    return _KINDS.get(PurePosixPath(name).suffix.lower(), OTHER)


def plain_name(name: str) -> str:
    """A file's bare name, without folders and marks that a file system does not take; at most 255 characters."""
    bare = unicodedata.normalize("NFC", PureWindowsPath(PurePosixPath(name).name).name)
    bare = _FORBIDDEN.sub("_", bare).strip(" .") or "file"
    ending = PurePosixPath(bare).suffix[:20]
    return bare if len(bare) <= _LONGEST_NAME else bare[: _LONGEST_NAME - len(ending)] + ending


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises Unusable where it cannot be read, WrongUsage for one that is too large or empty."""
    try:
        if path.stat().st_size > LARGEST:
            raise _too_large()
        return path.read_bytes()
    except OSError as fault:
        raise Unusable(f"“{path.name}” cannot be read. Nothing was attached.", "Check that it is still there.") from fault


@operation(Permission.EDIT_PATRONS)
def attach(work: Work, patron_id: PatronId, name: str, content: bytes) -> int:
    """Keeps a file with a patron; returns its key. Raises WrongUsage for one that is empty or beyond LARGEST."""
    patron, now = find_patron(work, patron_id), work.clock.now()
    if not content:
        raise WrongUsage("The file is empty. Nothing was attached.", "Choose another file.")
    if len(content) > LARGEST:
        raise _too_large()
    bare = plain_name(name)
    kept = PatronAttachment(
        patron_id=patron.id, name=bare, media_type=media_type(bare), size=len(content), content=content,
        author_id=work.actor.staff_id, created_at=now,
    )  # fmt: skip
    work.session.add(kept)
    work.session.flush()
    touch(work.session, now, [patron.id])
    work.record("patron.attach", {"attachment": kept.id, "size": kept.size}, patron.id)
    return kept.id


@operation(Permission.VIEW_PATRONS, reads=True)
def read_attachment(work: Work, attachment_id: int) -> tuple[str, bytes]:
    """(name, content), to be saved as a copy. Raises NotFound."""
    kept = _kept(work, attachment_id)
    return kept.name, kept.content


@operation(Permission.EDIT_PATRONS)
def detach(work: Work, attachment_id: int) -> None:
    """Removes a file for good. Raises NotFound."""
    kept = _kept(work, attachment_id)
    work.session.execute(sa.delete(PatronAttachment).where(PatronAttachment.id == kept.id))
    touch(work.session, work.clock.now(), [kept.patron_id])
    work.record("patron.detach", {"attachment": kept.id}, kept.patron_id)


def save_copy(content: bytes, path: Path) -> Path:
    """Writes a copy of an attachment. Raises Unusable."""
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise Unusable(f"“{path.name}” cannot be written there.", "Choose another folder.") from fault
    return path


def _kept(work: Work, attachment_id: int) -> PatronAttachment:
    kept = work.session.get(PatronAttachment, attachment_id)
    if kept is None:
        raise NotFound("This file is no longer there.", "Look at the patron again.")
    find_patron(work, PatronId(kept.patron_id))
    return kept


def _too_large() -> WrongUsage:
    return WrongUsage("The file is larger than 10 MB. Nothing was attached.", "Make it smaller, or keep it elsewhere.")
