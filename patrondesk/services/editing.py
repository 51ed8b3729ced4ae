"""Editing a patron's record by hand: checked as a whole, kept field by field in its history, refused when it is out of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from patrondesk.errors import FieldFault, InvalidFields, Refused, WrongUsage
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.patron import FormerBarcode, Patron, PatronChange
from patrondesk.records.editing import Choices, Edited
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FIELDS, KEYS, LOCKABLE, NAMES, listed
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, refresh_search
from patrondesk.services.door import Work, operation
from patrondesk.services.editing_checks import Checks, Value, column_of, make_named, worded

LOCKED = "locked_fields"
_FOLDED = {*NAMES, *KEYS, "homeroom", "year_level"}
_USED = ("homeroom", "language", "country", "access_level", "persona")


@operation(Permission.EDIT_PATRONS)
def edit_patron(
    work: Work,
    patron_id: PatronId,
    changes: Mapping[str, object],
    version: int,
    *,
    lock: Collection[str] = (),
    unlock: Collection[str] = (),
) -> Edited:
    """Writes these fields (names of `records.patron_fields`); what is not named stays.

    A day is a date or ISO text; a patron type, group, level or cohort is its name, and made where nobody had it yet; the
    guarantor is a PatronId, or a word that finds one. `version`: the one that was shown. `lock` and `unlock`: fields that
    imports leave as they are, or no longer. Raises InvalidFields with every fault, Refused for a record that has changed
    since, WrongUsage for an unknown field.
    """
    patron = find_patron(work, patron_id)
    if patron.version != version:
        raise _changed()
    _known(changes, FIELDS)
    _known((*lock, *unlock), LOCKABLE)
    checks = Checks(work, patron)
    wanted = checks.run(changes)
    before = tuple(patron.locked_fields or ())
    locked = tuple(name for name in FIELDS if name in {*before, *lock} - set(unlock))
    if not wanted and locked == before:
        return Edited(version, ())
    for name, made in checks.made.items():
        wanted[name] = make_named(work, name, made)
    now = work.clock.now()
    _take_version(work, patron, now)
    changed = [(name, worded(work, name, getattr(patron, column_of(name))), worded(work, name, wanted[name])) for name in wanted]
    if locked != before:
        changed.append((LOCKED, listed(before) or None, listed(locked) or None))
        patron.locked_fields = list(locked) or None
    if "barcode" in wanted:
        _keep_old_card(work, patron, wanted["barcode"])
    for name, value in wanted.items():
        setattr(patron, column_of(name), value)
    _write(work, patron, wanted)
    work.session.add_all(
        PatronChange(patron_id=patron.id, field=name, old=old, new=new, author_id=work.actor.staff_id, at=now)
        for name, old, new in changed
    )
    work.record("patron.edit", {"fields": [name for name, _old, _new in changed]}, patron.id)
    return Edited(version + 1, tuple(wanted), tuple(checks.made.items()))


def _known(names: Collection[str], known: Collection[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise WrongUsage(f"There is no field “{unknown[0]}” that could be changed.", f"The fields are: {', '.join(known)}.")


def _changed() -> Refused:
    return Refused(
        "This record was changed by somebody else meanwhile, so nothing was saved.",
        "Look at it again; then save once more.",
        "CHANGED_MEANWHILE",
    )


def _take_version(work: Work, patron: Patron, now: dt.datetime) -> None:
    """Raises the version in the database itself: of two who save at once, one is refused."""
    taken = work.session.connection().execute(
        sa.update(Patron)
        .where(Patron.id == patron.id, Patron.version == patron.version)
        .values(version=Patron.version + 1, updated_at=now)
    )
    if taken.rowcount != 1:
        raise _changed()


def _keep_old_card(work: Work, patron: Patron, new: Value) -> None:
    """The card that is replaced still finds the patron; a former one that is used again is no former one any more."""
    session = work.session
    session.execute(sa.delete(FormerBarcode).where(FormerBarcode.patron_id == patron.id, FormerBarcode.barcode == new))
    if patron.barcode:
        session.add(FormerBarcode(patron_id=patron.id, barcode=patron.barcode, replaced_on=work.clock.today()))


def _write(work: Work, patron: Patron, wanted: Mapping[str, Value]) -> None:
    try:
        work.session.flush()
    except sa.exc.IntegrityError:
        # Somebody else gave the key away in this very moment.
        key = next((name for name in KEYS if name in wanted), None)
        if key is None:
            raise
        fault = FieldFault(key, f"This {FIELDS[key].said} was given to another patron a moment ago.", "Choose another one.")
        raise InvalidFields(fault) from None
    if _FOLDED & set(wanted):
        refresh_search(work.session, patron)


@operation(Permission.VIEW_PATRONS, reads=True)
def read_choices(work: Work) -> Choices:
    """The words to choose from when a record is edited."""
    session = work.session
    found: dict[str, tuple[str, ...]] = {
        "patron_type": tuple(session.scalars(sa.select(PatronType.name).order_by(PatronType.name))),
        "user_group": tuple(session.scalars(sa.select(UserGroup.name).order_by(UserGroup.name))),
        "year_level": tuple(session.scalars(sa.select(YearLevel.name).order_by(YearLevel.position, YearLevel.name))),
        "cohort": tuple(session.scalars(sa.select(Cohort.name).order_by(Cohort.name))),
    }
    for name in _USED:
        column = getattr(Patron, name)
        used = sa.select(column).where(Patron.library_id == work.library_id, column.is_not(None)).distinct()
        found[name] = tuple(sorted(session.scalars(used)))
    return Choices(found)
