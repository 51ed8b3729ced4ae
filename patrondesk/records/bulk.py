"""Changes of many patrons together: what is to be done, and what it does or did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.staff import Permission


class Action(StrEnum):
    """What can be done to many at once."""

    DISABLE = "disable"
    ENABLE = "enable"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PROTECT = "protect"
    UNPROTECT = "unprotect"
    USER_GROUP = "user_group"
    YEAR_LEVEL = "year_level"
    HOMEROOM = "homeroom"
    EXPIRY_DATE = "expiry_date"
    PURGE_DATE = "purge_date"

    @property
    def permission(self) -> Permission:
        """The right that it needs."""
        if self in (Action.DISABLE, Action.ENABLE):
            return Permission.ACTIVATE
        return Permission.BLOCK if self in (Action.BLOCK, Action.UNBLOCK) else Permission.EDIT_PATRONS

    @property
    def sets_field(self) -> bool:
        """Whether it writes a field of the record, kept in each patron's history."""
        return self in FIELD_ACTIONS


FIELD_ACTIONS = (Action.USER_GROUP, Action.YEAR_LEVEL, Action.HOMEROOM, Action.EXPIRY_DATE, Action.PURGE_DATE)


@dataclass(frozen=True, slots=True)
class BulkChange:
    """`text`: the reason, the comment, or the name that is set; `day`: the end, or the date that is set.

    A field that is set to nothing is made blank.
    """

    action: Action
    text: str | None = None
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BulkLook:
    """What a change of a selection does, or did; the numbers add up to `selected`.

    `already`: it is so. What is left as it is: `own`, the account of the person at the desk; `staff`, accounts with a role;
    `locked`, whose field is locked; `unfit`, for whom it cannot be so. `names`: the first of the changed, as (name, key);
    `spared_names`: the first of those left as they are.
    """

    selected: int
    changed: int
    already: int = 0
    own: int = 0
    staff: int = 0
    locked: int = 0
    unfit: int = 0
    names: tuple[tuple[str, str], ...] = ()
    spared_names: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        assert self.selected == self.changed + self.already + self.spared, "the selection does not add up"

    @property
    def spared(self) -> int:
        """How many are left as they are though it is not so yet."""
        return self.own + self.staff + self.locked + self.unfit
