"""What a word from the scanner or the keyboard is: a patron's card, username or old card, or an item."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.lending import Scanned
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation
from patrondesk.services.items import find_line


@operation(Permission.CIRCULATION, reads=True)
def find_scanned(work: Work, word: str) -> Scanned:
    """The patron of this barcode, username, external id or old card, and the item of this barcode; each may be None.

    An old card counts only where nobody has it now, and where it was one patron's alone.
    """
    said = word.strip()
    item = find_line(work, said)
    for column in (Patron.barcode, Patron.username, Patron.external_id):
        found = work.session.scalar(sa.select(Patron.id).where(Patron.library_id == work.library_id, column == said))
        if found is not None:
            return Scanned(said, PatronId(found), False, item)
    former = work.session.scalars(
        sa.select(FormerBarcode.patron_id)
        .join(Patron, Patron.id == FormerBarcode.patron_id)
        .where(Patron.library_id == work.library_id, FormerBarcode.barcode == said)
        .distinct()
        .limit(2)
    ).all()
    if len(former) == 1:
        return Scanned(said, PatronId(former[0]), True, item)
    return Scanned(said, None, False, item)
