"""How people and the ways of deactivation are worded, in one place for every screen, list and spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

THROUGH = {
    "file": "Leavers file",
    "rollover": "Rollover",
    "filter": "Selected together",
    "cohort": "Whole cohort",
    "update": "Patron update",
}


def full_name(family: str, given: str | None, preferred: str | None = None) -> str:
    """As lists show a person: family name, then the preferred or given name."""
    first = preferred or given
    return f"{family}, {first}" if first else family


def called(family: str, given: str | None, preferred: str | None = None) -> str:
    """As a sentence calls a person: Ana Ruiz."""
    first = preferred or given
    return f"{first} {family}" if first else family


def legal_name(family: str, given: str | None, middle: str | None) -> str:
    """As results and spreadsheets for the office show a person: family name, then all given names as the school wrote them."""
    first = " ".join(word for word in (given, middle) if word)
    return f"{family}, {first}" if first else family


def school_class(year_level: str | None, homeroom: str | None) -> str:
    """Year 12, 12A - whatever of the two is known."""
    return ", ".join(word for word in (year_level, homeroom) if word)


def initials(name: str) -> str:
    """Maria Okafor -> M. Okafor: staff in the second line of a row."""
    words = name.split()
    return f"{words[0][0]}. {' '.join(words[1:])}" if len(words) > 1 else name


def deactivated_by(through: str | None, staff: str | None) -> str | None:
    """Who or what deactivated: the rollover, a file, or a person."""
    if through in THROUGH:
        return THROUGH[through]
    return initials(staff) if staff else None


def deactivated_by_whom(through: str | None, staff: str | None) -> str | None:
    """For spreadsheets: the person, and the way where it was not by hand."""
    way = THROUGH.get(through or "")
    if staff and way:
        return f"{staff} ({way.lower()})"
    return staff or way


def words_of(parts: Sequence[str | None]) -> str:
    """The parts that are there, with a middle dot between them."""
    return " · ".join(part for part in parts if part)
