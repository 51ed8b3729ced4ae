"""Patrons: found by a key, added by hand, protected; `read_details` reads one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk.errors import Refused, WrongUsage
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Patron, Protection
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_by_word, find_patron, refresh_search, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.patron_details import read_details as read_details


@dataclass(frozen=True, slots=True)
class NewPatron:
    """A patron added by hand. One of the three keys is needed."""

    family_name: str
    given_name: str | None = None
    username: str | None = None
    barcode: str | None = None
    external_id: str | None = None
    patron_type: str = "student"
    user_group: str | None = None
    year_level: str | None = None
    homeroom: str | None = None
    email: str | None = None
    birth_date: dt.date | None = None
    expiry_date: dt.date | None = None


@operation(Permission.VIEW_PATRONS, reads=True)
def find_patron_id(work: Work, word: str) -> PatronId:
    """The key of the patron with this username, barcode or external id. Raises NotFound."""
    return PatronId(find_by_word(work, word).id)


@operation(Permission.EDIT_PATRONS)
def add_patron(work: Work, new: NewPatron) -> PatronId:
    """Adds a patron by hand. Raises WrongUsage without a name or key, Refused when a key is taken."""
    session, now = work.session, work.clock.now()
    clean: dict[str, Any] = {
        field: (value.strip() or None) if isinstance(value, str) else value
        for field, value in ((f, getattr(new, f)) for f in NewPatron.__dataclass_fields__)
    }
    if not clean["family_name"]:
        raise WrongUsage("A patron needs a family name.", "Give it with --family-name.")
    if not (clean["username"] or clean["barcode"] or clean["external_id"]):
        raise WrongUsage("A patron needs a username, a barcode or an external id.", "Give at least one of the three.")
    for field in ("username", "barcode", "external_id"):
        taken = clean[field] is not None and session.scalar(
            sa.select(Patron.id).where(Patron.library_id == work.library_id, getattr(Patron, field) == clean[field])
        )
        if taken:
            raise Refused(
                f"Another patron has the {field.replace('_', ' ')} “{clean[field]}”.",
                "Choose another one, or look that patron up.",
                "TAKEN",
            )
    patron = Patron(
        library_id=work.library_id,
        account_type="internal",
        registered_on=work.clock.today(),
        created_at=now,
        updated_at=now,
        sort_key="",
        search_text="",
        patron_type_id=_lookup(work, PatronType, clean["patron_type"] or "student"),
        user_group_id=_lookup(work, UserGroup, clean["user_group"]) if clean["user_group"] else None,
        year_level_id=_level(work, clean["year_level"]) if clean["year_level"] else None,
        **{
            f: clean[f]
            for f in (
                "username",
                "barcode",
                "external_id",
                "family_name",
                "given_name",
                "homeroom",
                "email",
                "birth_date",
                "expiry_date",
            )
        },
    )
    session.add(patron)
    session.flush()
    refresh_search(session, patron)
    work.record("patron.add", {}, patron.id)
    return PatronId(patron.id)


def _lookup(work: Work, table: type[PatronType | UserGroup], name: str) -> int:
    """The key of a type or group; an unknown one is made."""
    key = work.session.scalar(sa.select(table.id).where(table.name == name))
    if key is None:
        row = table(name=name)
        work.session.add(row)
        work.session.flush()
        key = row.id
    return key


def _level(work: Work, name: str) -> int:
    key = work.session.scalar(sa.select(YearLevel.id).where(YearLevel.name == name))
    if key is None:
        last = work.session.scalar(sa.select(sa.func.max(YearLevel.position))) or 0
        row = YearLevel(name=name, position=last + 1)
        work.session.add(row)
        work.session.flush()
        key = row.id
    return key


@operation(Permission.EDIT_PATRONS)
def protect(work: Work, patron_id: PatronId, reason: str, until: dt.date | None = None) -> None:
    """Flags a patron "keep". Raises WrongUsage without a reason, or for an end that has passed."""
    patron = find_patron(work, patron_id)
    if not reason.strip():
        raise WrongUsage("Keeping a patron needs a reason.", "Say why this patron must be kept.")
    if until is not None and until < work.clock.today():
        raise WrongUsage("That day has passed.", "Choose a later day, or none.")
    now = work.clock.now()
    work.session.add(
        Protection(
            patron_id=patron.id,
            reason=reason.strip(),
            author_id=work.actor.staff_id,
            created_at=now,
            until=until,
        )
    )
    touch(work.session, now, [patron.id])
    work.record("patron.protect", {"until": until.isoformat() if until else None}, patron.id)


@operation(Permission.EDIT_PATRONS)
def unprotect(work: Work, patron_id: PatronId) -> int:
    """Ends every lasting protection of a patron; returns how many."""
    patron, now = find_patron(work, patron_id), work.clock.now()
    lasting = work.session.scalars(
        sa.select(Protection).where(Protection.patron_id == patron.id, Protection.ended_at.is_(None))
    ).all()
    for protection in lasting:
        protection.ended_at = now
    if lasting:
        touch(work.session, now, [patron.id])
        work.record("patron.unprotect", {"ended": len(lasting)}, patron.id)
    return len(lasting)
