"""What the made-up school consists of besides people: the library's own accounts, user groups, and what can hold a leaver."""

from __future__ import annotations

from typing import NamedTuple

# What is in the way of those leavers who cannot go yet, with how many of a round of 44 have it.
KNOTS: dict[str, int] = {
    "loan_1": 5, "loan_2": 4, "loan_3": 2, "loan_fine": 5, "fine": 5, "unknown": 2, "disputed": 1, "credit": 2,
    "reservation": 2, "protected": 2, "guarantor": 2, "many": 2, "asset": 2, "po_line": 1, "purchase_order": 1,
    "invoice": 1, "locked_bib": 1, "import_profile": 1, "md_editor": 1, "grant": 1, "role": 1,
}  # fmt: skip
PLAIN_KNOTS: dict[str, int] = {"loan_1": 3, "loan_2": 1, "fine": 4, "loan_fine": 2}
OF_STAFF = frozenset({"po_line", "purchase_order", "invoice", "locked_bib", "import_profile", "md_editor", "grant", "role"})


class Account(NamedTuple):
    """An account of the library itself, made besides the patrons asked for. `role`: a ready-made role, or empty."""

    username: str
    family_name: str
    given_name: str | None
    kind: str
    user_group: str
    role: str = ""
    gender: str = "unspecified"


LIBRARIAN = Account("librarian", "Okafor", "Maria", "staff", "Support staff", "administrator", "female")
HOUSE: tuple[Account, ...] = (
    LIBRARIAN,
    Account("jwakefield", "Wakefield", "Jonas", "staff", "Support staff", "librarian", "male"),
    Account("tleota", "Leota", "Tamati", "staff", "Support staff", "assistant", "male"),
    Account("bfarquhar", "Farquhar", "Brigid", "teacher", "Teachers", "reader", "female"),
    Account("ill-northside", "Northside Community Library", None, "department", "Partner libraries"),
    Account("ill-ferrylane", "Ferry Lane Primary Library", None, "department", "Partner libraries"),
    Account("repair", "Repair Shelf", None, "department", "Internal"),
    Account("display", "Display Case", None, "department", "Internal"),
    Account("science", "Science Department", None, "department", "Internal"),
    Account("readingroom", "Reading Room", None, "department", "Internal"),
    Account("internal", "Internal Use", None, "department", "Internal"),
    Account("test", "Test Patron", None, "department", "Internal"),
)
GROUPS: dict[str, str] = {
    "Junior students": "Years 7 to 9", "Senior students": "Years 10 to 12", "Teachers": "Teaching staff",
    "Support staff": "Office and grounds", "Families": "Parents and carers",
    "Partner libraries": "ILL accounts of other libraries", "Internal": "House accounts of the library itself",
}  # fmt: skip
