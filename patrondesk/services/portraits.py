"""A patron's picture, set and removed: a small square that was cropped and scaled before it comes here."""

from __future__ import annotations

import struct

import sqlalchemy as sa

from patrondesk.errors import WrongUsage
from patrondesk.models.patron import Portrait
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation

SIDE = 256
"""The most pixels of a side."""
HEAVIEST = 40 * 1024
"""The most bytes."""
_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame segments of a JPEG, which say how large the picture is.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def measure(image: bytes) -> tuple[str, int, int] | None:
    """(media type, width, height) of a PNG or JPEG, told by its own bytes; None for anything else."""
    if image.startswith(_PNG) and image[12:16] == b"IHDR" and len(image) >= 24:
        width, height = struct.unpack(">II", image[16:24])
        return "image/png", width, height
    if not image.startswith(b"\xff\xd8\xff"):
        return None
    place = 2
    while place + 9 <= len(image) and image[place] == 0xFF:
        marker, length = image[place + 1], int.from_bytes(image[place + 2 : place + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", image[place + 5 : place + 9])
            return "image/jpeg", width, height
        place += 2 + length
    return None


@operation(Permission.EDIT_PATRONS)
def set_portrait(work: Work, patron_id: PatronId, image: bytes) -> None:
    """Keeps a square PNG or JPEG of at most SIDE pixels and HEAVIEST bytes as the patron's picture. Raises WrongUsage."""
    patron = find_patron(work, patron_id)
    measured = measure(image)
    if measured is None:
        raise WrongUsage("This is no picture that can be kept.", "Use a PNG or JPEG picture.")
    kind, width, height = measured
    if width != height or not 1 <= width <= SIDE or len(image) > HEAVIEST:
        raise WrongUsage("The picture is not a small square.", f"Crop it to a square of at most {SIDE} pixels and 40 KB.")
    session = work.session
    kept = session.scalars(sa.select(Portrait).where(Portrait.patron_id == patron.id)).first()
    if kept is None:
        session.add(Portrait(patron_id=patron.id, media_type=kind, image=image))
    else:
        kept.media_type, kept.image = kind, image
    session.flush()
    touch(session, work.clock.now(), [patron.id])
    work.record("patron.portrait", {"size": len(image)}, patron.id)


@operation(Permission.EDIT_PATRONS)
def remove_portrait(work: Work, patron_id: PatronId) -> bool:
    """Removes the picture; False where there was none."""
    patron = find_patron(work, patron_id)
    gone = work.session.connection().execute(sa.delete(Portrait).where(Portrait.patron_id == patron.id)).rowcount
    if gone:
        touch(work.session, work.clock.now(), [patron.id])
        work.record("patron.portrait_remove", {}, patron.id)
    return bool(gone)
