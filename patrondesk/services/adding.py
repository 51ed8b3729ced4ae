"""A patron added by hand with every field of the record, checked as an edited record is: every fault at once, at its field."""

from __future__ import annotations

from collections.abc import Mapping

from patrondesk.errors import FieldFault, InvalidFields, WrongUsage
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FIELDS, KEYS
from patrondesk.records.staff import Permission
from patrondesk.services.changes import refresh_search
from patrondesk.services.door import Work, operation
from patrondesk.services.editing_checks import Checks, column_of, make_named

_FIRST: dict[str, object] = {"family_name": None, "patron_type": "student"}


@operation(Permission.EDIT_PATRONS)
def add_with_fields(work: Work, fields: Mapping[str, object]) -> PatronId:
    """Adds a patron with these fields (names of `records.patron_fields`), as `editing.edit_patron` takes them.

    Raises InvalidFields with every fault: no family name, none of the three keys, one that is taken, a day that cannot be.
    """
    unknown = [name for name in fields if name not in FIELDS]
    if unknown:
        raise WrongUsage(f"There is no field “{unknown[0]}”.", f"The fields are: {', '.join(FIELDS)}.")
    now = work.clock.now()
    patron = Patron(
        library_id=work.library_id, account_type="internal", record_type="public", enabled=True,
        registered_on=work.clock.today(), created_at=now, updated_at=now, sort_key="", search_text="",
    )  # fmt: skip
    patron.id = 0  # nobody's, until it is written
    given = _FIRST | {name: value for name, value in fields.items() if value not in (None, "")}
    checks = Checks(work, patron)
    wanted = _checked(checks, given)
    del patron.id
    for name, made in checks.made.items():
        wanted[name] = make_named(work, name, made)
    for name, value in wanted.items():
        setattr(patron, column_of(name), value)
    work.session.add(patron)
    work.session.flush()
    refresh_search(work.session, patron)
    work.record("patron.add", {}, patron.id)
    return PatronId(patron.id)


def _checked(checks: Checks, given: Mapping[str, object]) -> dict[str, str | int | object]:
    """What is to be stored. Raises InvalidFields, also when there is no key to know the patron by."""
    faults: list[FieldFault] = []
    wanted: dict[str, str | int | object] = {}
    try:
        wanted.update(checks.run(given))
    except InvalidFields as fault:
        faults += fault.faults
    if not any(given.get(key) for key in KEYS):
        missing = FieldFault("username", "A patron needs one of barcode, username and District ID.", "Give one of the three.")
        faults.append(missing)
    if faults:
        raise InvalidFields(*sorted(faults, key=lambda fault: list(FIELDS).index(fault.field)))
    return wanted
