"""Whether what was typed into the fields of a patron does: every fault at once, each with its field and an example."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import sqlalchemy as sa

from patrondesk import folding, messages
from patrondesk.errors import FieldFault, InvalidFields, NotFound, Refused
from patrondesk.models.base import table_of
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Patron
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import PatronId
from patrondesk.records.patron_fields import FIELDS, KEYS, FieldKind, PatronField
from patrondesk.records.staff import Permission
from patrondesk.services import guardians, names, staff_rules
from patrondesk.services.changes import find_by_word
from patrondesk.services.door import Work
from patrondesk.services.importing.naming import Names, level_name
from patrondesk.services.importing.words import visible

EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2200, 12, 31)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_Named = PatronType | UserGroup | YearLevel | Cohort
_MODELS: dict[str, type[_Named]] = {
    "patron_type": PatronType, "user_group": UserGroup, "year_level": YearLevel, "cohort": Cohort,
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DAY_EXAMPLE = "Write it as 2026-12-31."

# What is stored: text, day, year, key of another row, or nothing.
Value = str | dt.date | int | None


class Fault(ValueError):
    """One field's value does not do."""

    def __init__(self, text: str, example: str = "") -> None:
        super().__init__(text)
        self.text, self.example = text, example


def column_of(field: str) -> str:
    """The column of `patrons` in which a field is stored."""
    return f"{field}_id" if FIELDS[field].kind in (FieldKind.NAMED, FieldKind.PATRON) else field


def limit_of(field: str) -> int:
    """How many characters a text field takes."""
    kind = FIELDS[field].kind
    column = table_of(_MODELS[field]).c["name"] if kind is FieldKind.NAMED else table_of(Patron).c[field]
    assert isinstance(column.type, sa.String)
    assert column.type.length is not None
    return column.type.length


class Checks:
    """Reads one patron's changes. `made`: names that no table has yet, by field; their value is None until they are."""

    def __init__(self, work: Work, patron: Patron) -> None:
        self._work, self._patron = work, patron
        self.made: dict[str, str] = {}
        self._faults: dict[str, Fault] = {}

    def run(self, changes: Mapping[str, object]) -> dict[str, Value]:
        """What is to be stored, for the fields that differ. Raises InvalidFields with all that is wrong."""
        read: dict[str, Value] = {}
        for name, typed in changes.items():
            try:
                read[name] = self._read(FIELDS[name], typed)
            except Fault as fault:
                self._faults[name] = fault
        wanted = {
            name: value for name, value in read.items() if name in self.made or value != getattr(self._patron, column_of(name))
        }
        self._check_together(wanted)
        if self._faults:
            order = [name for name in FIELDS if name in self._faults]
            raise InvalidFields(*(FieldFault(name, self._faults[name].text, self._faults[name].example) for name in order))
        return wanted

    # -- one field

    def _read(self, field: PatronField, typed: object) -> Value:
        present: Value = getattr(self._patron, column_of(field.name))
        if typed is not None and typed == present and field.kind not in (FieldKind.NAMED, FieldKind.PATRON):
            return present  # whatever it is, it was there before
        if isinstance(typed, str):
            seen = visible(typed) if field.kind in (FieldKind.KEY, FieldKind.EMAIL) else _CONTROL.sub(" ", typed)
            typed = " ".join(seen.split()) or None
        if typed is None:
            if field.needed:
                raise Fault(f"A patron needs a {field.said}.")
            return None
        if field.kind is FieldKind.DAY:
            return self._day(field, typed)
        if field.kind is FieldKind.YEAR:
            return _year(field, typed)
        if field.kind is FieldKind.PATRON:
            return self._guarantor(typed)
        text = str(typed)
        if field.kind is FieldKind.CHOICE:
            return self._choice(field, text)
        if field.name == "year_level":
            text = level_name(text)
        limit = limit_of(field.name)
        if len(text) > limit:
            raise Fault(f"This has {len(text):,} characters; at most {limit} are possible.", "Write it shorter.")
        if field.kind is FieldKind.EMAIL and not _EMAIL.fullmatch(text):
            raise Fault("This is no e-mail address.", "Write it as name@school.org.")
        if field.kind is FieldKind.KEY:
            self._free(field, text)
        return self._named(field, text) if field.kind is FieldKind.NAMED else text

    def _day(self, field: PatronField, typed: object) -> dt.date:
        try:
            day = typed if isinstance(typed, dt.date) else dt.date.fromisoformat(str(typed))
        except ValueError:
            raise Fault("This is not a day.", _DAY_EXAMPLE) from None
        today = self._work.clock.today()
        if not EARLIEST <= day <= LATEST:
            raise Fault(f"The year {day.year} cannot be right.", "Use a year from 1900 to 2200.")
        if field.name in ("birth_date", "registered_on") and day > today:
            raise Fault("This day is still to come.", f"Today is {messages.day(today)}.")
        return day

    def _choice(self, field: PatronField, text: str) -> str:
        if text.lower() not in field.choices:
            raise Fault(f"“{text}” is not one of the words for this.", f"Use one of: {', '.join(field.choices)}.")
        return text.lower()

    def _named(self, field: PatronField, text: str) -> Value:
        """The key of the name; capitals and accents do not make another one. A name that is not there will be made."""
        session, model = self._work.session, _MODELS[field.name]
        key = session.scalar(sa.select(model.id).where(model.name == text))
        if key is None:
            key = Names(session, field.name, model, limit_of(field.name)).key(text)
        if key < 0:
            self.made[field.name] = text
            return None
        return key

    def _free(self, field: PatronField, text: str) -> None:
        """A key belongs to one patron of a library."""
        column = getattr(Patron, field.name)
        where = (Patron.library_id == self._work.library_id, column == text, Patron.id != self._patron.id)
        owner = self._work.session.execute(sa.select(Patron.family_name, Patron.given_name).where(*where)).first()
        if owner is not None:
            whose = f": {names.full_name(*owner)}" if self._work.actor.may(Permission.VIEW_PATRONS) else ""
            raise Fault(f"This {field.said} is already used by another patron{whose}.", "Choose another one.")

    def _guarantor(self, typed: object) -> int:
        try:
            guarantor = typed if isinstance(typed, int) else find_by_word(self._work, str(typed)).id
        except NotFound as fault:
            raise Fault(fault.text, "Give a username, a barcode or a District ID.") from None
        refusal = guardians.why_not(self._work, self._patron.id, guarantor)
        if refusal:
            raise Fault(refusal, "Choose somebody else.")
        return guarantor

    # -- fields together

    def _check_together(self, wanted: dict[str, Value]) -> None:
        def will_be(field: str) -> Value:
            value: Value = wanted[field] if field in wanted else getattr(self._patron, column_of(field))
            return value

        if any(key in wanted for key in KEYS) and not any(will_be(key) for key in KEYS):
            fault = Fault("A patron needs one of barcode, username and District ID.", "Keep one of the three.")
            self._add(next(key for key in KEYS if key in wanted), fault)
        elif "username" in wanted and wanted["username"] is None and self._signs_in():
            self._add("username", Fault("This person signs in with the username.", "Write one, or take the role away first."))
        expiry, registered = will_be("expiry_date"), will_be("registered_on")
        if isinstance(expiry, dt.date) and isinstance(registered, dt.date) and expiry < registered:
            which = "expiry_date" if "expiry_date" in wanted else "registered_on"
            if which in wanted:
                said = f"The membership would end before it began, on {messages.day(registered)}."
                self._add(which, Fault(said, "Choose a later day." if which == "expiry_date" else "Choose an earlier day."))
        if isinstance(wanted.get("expiry_date"), dt.date) and isinstance(expiry, dt.date) and expiry < self._work.clock.today():
            if self._patron.id == self._work.actor.id:
                self._add("expiry_date", Fault("With this day you could not sign in any more.", "Choose a later day."))
            else:
                self._guard_last_administrator()

    def _guard_last_administrator(self) -> None:
        try:
            staff_rules.guard_last_administrator(self._work, PatronId(self._patron.id))
        except Refused as refusal:
            self._add("expiry_date", Fault(f"{refusal.text} With this day nobody could sign in.", "Choose a later day."))

    def _add(self, field: str, fault: Fault) -> None:
        self._faults.setdefault(field, fault)

    def _signs_in(self) -> bool:
        account = sa.select(StaffAccount.id).where(
            StaffAccount.patron_id == self._patron.id, StaffAccount.password_hash.is_not(None)
        )
        return self._work.session.scalar(account) is not None


def _year(field: PatronField, typed: object) -> int:
    text = str(typed)
    if not (folding.fold(text).isdecimal() and EARLIEST.year <= int(text) <= LATEST.year):
        raise Fault(f"“{text}” is not a year from 1900 to 2200.", "Write it as 2031.")
    return int(text)


def worded(work: Work, field: str, value: Value) -> str | None:
    """A stored value as the history keeps it; another patron as the internal key, worded when it is shown."""
    if value is None:
        return None
    if isinstance(value, dt.date):
        return messages.day(value)
    if FIELDS[field].kind is FieldKind.NAMED:
        model = _MODELS[field]
        return work.session.scalar(sa.select(model.name).where(model.id == value))
    return str(value)


def make_named(work: Work, field: str, name: str) -> int:
    """Makes a patron type, user group, year level or cohort of this name; a level by the number in its name, else the highest."""
    model, session = _MODELS[field], work.session
    row = model(name=name)
    if isinstance(row, YearLevel):
        number = re.search(r"\d+", name)
        last = session.scalar(sa.select(sa.func.max(YearLevel.position))) or 0
        row.position = int(number[0]) if number else last + 1
    session.add(row)
    session.flush()
    return row.id
