"""The fields of a patron that are edited by hand: their words, their kinds, and which stand together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field is written. KEY: only one patron has it; NAMED: a name out of a table of the library."""

    TEXT = "text"
    KEY = "key"
    EMAIL = "email"
    DAY = "day"
    YEAR = "year"
    CHOICE = "choice"
    NAMED = "named"
    PATRON = "patron"


@dataclass(frozen=True, slots=True)
class PatronField:
    """`name` as imports and `locked_fields` have it; `label` as windows show it; `choices` are the stored words.

    `needed`: it may not be blank.
    """

    name: str
    label: str
    section: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    needed: bool = False

    @property
    def said(self) -> str:
        """As a sentence names it: birth date, e-mail, District ID."""
        return self.label if self.label.startswith("District") else f"{self.label[0].lower()}{self.label[1:]}"


IDENTITY, CONTACT, SCHOOL = "Identity", "Contact", "School"
SECTIONS = (IDENTITY, CONTACT, SCHOOL)

_K = FieldKind
_FIELDS = (
    PatronField("family_name", "Family name", IDENTITY, needed=True),
    PatronField("given_name", "Given name", IDENTITY),
    PatronField("middle_name", "Middle name", IDENTITY),
    PatronField("preferred_name", "Known as", IDENTITY),
    PatronField("birth_date", "Birth date", IDENTITY, _K.DAY),
    PatronField("gender", "Gender", IDENTITY, _K.CHOICE, ("female", "male", "other")),
    PatronField("barcode", "Barcode", IDENTITY, _K.KEY),
    PatronField("username", "Username", IDENTITY, _K.KEY),
    PatronField("external_id", "District ID", IDENTITY, _K.KEY),
    PatronField("email", "E-mail", CONTACT, _K.EMAIL),
    PatronField("phone", "Phone", CONTACT),
    PatronField("street", "Street", CONTACT),
    PatronField("city", "Town", CONTACT),
    PatronField("state", "State", CONTACT),
    PatronField("post_code", "Post code", CONTACT),
    PatronField("country", "Country", CONTACT),
    PatronField("language", "Language", CONTACT),
    PatronField("patron_type", "Patron type", SCHOOL, _K.NAMED, needed=True),
    PatronField("user_group", "User group", SCHOOL, _K.NAMED),
    PatronField("year_level", "Year level", SCHOOL, _K.NAMED),
    PatronField("homeroom", "Homeroom", SCHOOL),
    PatronField("cohort", "Cohort", SCHOOL, _K.NAMED),
    PatronField("graduation_year", "Graduation year", SCHOOL, _K.YEAR),
    PatronField("expiry_date", "Expiry date", SCHOOL, _K.DAY),
    PatronField("purge_date", "Purge date", SCHOOL, _K.DAY),
    PatronField("registered_on", "Registered", SCHOOL, _K.DAY),
    PatronField("guarantor", "Guarantor", SCHOOL, _K.PATRON),
    PatronField("persona", "Persona", SCHOOL),
    PatronField("access_level", "Access level", SCHOOL),
    PatronField("record_type", "Record type", SCHOOL, _K.CHOICE, ("public", "staff", "contact"), needed=True),
    PatronField("account_type", "Kept by", SCHOOL, _K.CHOICE, ("external", "internal"), needed=True),
)
FIELDS: dict[str, PatronField] = {field.name: field for field in _FIELDS}
"""By name, in the order in which they are shown."""

KEYS = ("username", "barcode", "external_id")
NAMES = ("family_name", "given_name", "middle_name", "preferred_name")
LOCKABLE = tuple(name for name in FIELDS if name != "account_type")
"""Who keeps the record is not locked: it is what says whether imports may write at all."""


def of_section(section: str) -> tuple[PatronField, ...]:
    """The fields that are edited together."""
    return tuple(field for field in _FIELDS if field.section == section)


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Fields as a sentence names them: birth date and e-mail."""
    said = [FIELDS[name].said if name in FIELDS else name.replace("_", " ") for name in names]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1]))) if said else ""
