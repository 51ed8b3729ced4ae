"""The tables that imports write, as plain tables: rows by the thousand never become objects."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.base import Base
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote
from patrondesk.models.reservation import Reservation
from patrondesk.models.responsibility import Responsibility
from patrondesk.models.staff import Role, StaffAccount


def _table(model: type[Base]) -> sa.Table:
    found = model.__table__
    assert isinstance(found, sa.Table)
    return found


PATRONS = _table(Patron)
FORMER = _table(FormerBarcode)
BLOCKS = _table(Block)
NOTES = _table(PatronNote)
TYPES = _table(PatronType)
GROUPS = _table(UserGroup)
LEVELS = _table(YearLevel)
STAFF = _table(StaffAccount)
ROLES = _table(Role)
ITEMS = _table(Item)
TITLES = _table(Title)
LOANS = _table(Loan)
FINES = _table(Fine)
FINE_LINES = _table(FineLine)
RESERVATIONS = _table(Reservation)
RESPONSIBILITIES = _table(Responsibility)


def length(table: sa.Table, column: str) -> int:
    """How many characters a column takes."""
    kind = table.c[column].type
    assert isinstance(kind, sa.String), column
    assert kind.length is not None, column
    return kind.length
