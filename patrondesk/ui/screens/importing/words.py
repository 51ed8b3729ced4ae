"""The sentences of the import page: kinds, fields and outcomes in plain words, and the sums that must be read at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from patrondesk import messages
from patrondesk.records.importing import FileLook, ImportReport, Kind, MessageKind, RowOutcome

R = RowOutcome
ORDER = (R.ADDED, R.UPDATED, R.UNCHANGED, R.REACTIVATED, R.TRANSFERRED, R.CONFLICT, R.INVALID)
TAKEN = (R.ADDED, R.UPDATED, R.UNCHANGED, R.REACTIVATED, R.TRANSFERRED)
CHANGING = (R.ADDED, R.UPDATED, R.REACTIVATED, R.TRANSFERRED)

KINDS: dict[Kind, tuple[str, str, str]] = {
    Kind.PATRONS: ("Patrons", "Import patrons", "Patron"),
    Kind.DEACTIVATIONS: ("Leavers file (deactivations)", "Import a leavers file", "Patron"),
    Kind.ITEMS: ("Items", "Import items", "Item"),
    Kind.LOANS: ("Loans", "Import loans", "Loan"),
    Kind.FINES: ("Fines", "Import fines", "Fine"),
    Kind.RESERVATIONS: ("Reservations", "Import reservations", "Reservation"),
    Kind.RESPONSIBILITIES: ("Responsibilities", "Import responsibilities", "Responsibility"),
}
"""A kind in the list of kinds, as the page's title, and as the head of the column that names its rows."""

NEEDED: dict[Kind, str] = {
    Kind.PATRONS: "A patrons file needs a username, a barcode or an external ID, and a family name for new patrons.",
    Kind.DEACTIVATIONS: "A leavers file has two columns: the username, and whether it is enabled (FALSE switches it off).",
    Kind.ITEMS: "An items file needs a barcode and a title.",
    Kind.LOANS: "A loans file needs who borrowed, and the item's barcode or ID.",
    Kind.FINES: "A fines file needs who owes, and the amount.",
    Kind.RESERVATIONS: "A reservations file needs who asked, and the item's barcode or the title.",
    Kind.RESPONSIBILITIES: "A responsibilities file needs who is in charge, and the kind.",
}

_FIELDS = {
    "external_id": "External ID (District ID)", "family_name": "Family name (last name)",
    "given_name": "Given name (first name)", "post_code": "Post code",
    "patron_username": "Patron's username", "patron_barcode": "Patron's barcode", "patron_external_id": "Patron's external ID",
    "item_barcode": "Item's barcode", "item_external_id": "Item's ID", "checked_out": "Checked out on", "due": "Due date",
    "returned": "Returned on", "loan": "Loan's ID", "birth_date": "Birth date", "enabled": "Enabled", "block": "Blocked",
    "library": "Library", "guarantor": "Guarantor", "charged_on": "Charged on", "requested_on": "Asked for on",
    "expires_on": "Expires on",
}  # fmt: skip
_ABOUT_PEOPLE = frozenset({Kind.PATRONS, Kind.DEACTIVATIONS})
_OWN_ID = frozenset({Kind.ITEMS, Kind.LOANS, Kind.FINES})
_MATCHING = {
    Kind.PATRONS: ("username", "barcode", "external_id"),
    Kind.DEACTIVATIONS: ("username",),
    Kind.ITEMS: ("barcode", "external_id"),
}  # fmt: skip
_TILES = {
    R.ADDED: ("Added", "add", "ok"), R.UPDATED: ("Changed", "edit", "info"), R.UNCHANGED: ("Unchanged", "unchanged", "text2"),
    R.REACTIVATED: ("Reactivated", "person_ok", "ok"), R.TRANSFERRED: ("Moved here", "go", "info"),
    R.CONFLICT: ("Conflicts", "conflict", "warn"), R.INVALID: ("Invalid", "look", "danger"),
}  # fmt: skip
_MESSAGES = {
    MessageKind.INVALID: "Invalid", MessageKind.CONFLICT: "Conflict", MessageKind.DEFAULTED: "Filled in",
    MessageKind.TRIMMED: "Shortened", MessageKind.IGNORED: "Left as it was", MessageKind.NOTICE: "Notice",
}  # fmt: skip
_DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}


def field(kind: Kind, name: str) -> str:
    """A field in plain words."""
    if name == "external_id" and kind in _OWN_ID:
        return f"{KINDS[kind][2]}'s ID"
    return _FIELDS.get(name) or name.replace("_", " ").capitalize()


def matches(kind: Kind, name: str) -> bool:
    """Whether rows are told by this field."""
    return name in _MATCHING.get(kind, ()) or name.startswith(("patron_username", "patron_barcode", "patron_external_id"))


def match_note(kind: Kind) -> str:
    """The note beside such a field."""
    return "Match point: finds the item" if kind is Kind.ITEMS else "Match point: finds the patron"


def tile(kind: Kind, outcome: RowOutcome) -> tuple[str, str, str]:
    """A number's label, icon and colour."""
    if kind is Kind.DEACTIVATIONS and outcome is R.UPDATED:
        return "Deactivated", "purge", "info"
    return _TILES[outcome]


def message_kind(kind: MessageKind) -> str:
    """What a remark is, in a word or two."""
    return _MESSAGES[kind]


def separator(mark: str) -> str:
    """A separator in words."""
    return _DELIMITERS.get(mark, f"“{mark}”")


def shown(report: ImportReport) -> tuple[RowOutcome, ...]:
    """The outcomes that have a number: those that the kind commonly has, and any other that is not zero."""
    seldom = {R.TRANSFERRED} | ({R.REACTIVATED} if report.kind not in _ABOUT_PEOPLE else set())
    if report.kind is Kind.DEACTIVATIONS:
        seldom.add(R.ADDED)
    return tuple(outcome for outcome in ORDER if outcome not in seldom or report.counts.get(outcome))


def number(report: ImportReport, outcomes: Sequence[RowOutcome]) -> int:
    """Rows that end in one of these."""
    return sum(report.counts.get(outcome, 0) for outcome in outcomes)


def the_sum(report: ImportReport) -> str:
    """All rows read, accounted for: "592 rows = 118 added + 203 changed + ..."."""
    parts = [
        f"{report.counts[outcome]:,} {tile(report.kind, outcome)[0].lower()}" for outcome in ORDER if report.counts.get(outcome)
    ]
    return f"{messages.count(report.read, 'row')} = {' + '.join(parts)}" if parts else "The file has no rows."


def heading(report: ImportReport) -> str:
    """The heading of the preview, with what wants a look."""
    conflicts, invalid = report.counts.get(R.CONFLICT, 0), report.counts.get(R.INVALID, 0)
    troubles = ([messages.count(conflicts, "conflict")] if conflicts else []) + ([f"{invalid:,} invalid"] if invalid else [])
    name = "Preview" if report.preview else "Result"
    return f"{name}: {messages.listed(troubles)}" if troubles else f"{name}: every row can be used" if report.preview else name


def left_out(report: ImportReport) -> str:
    """What is said beside the button."""
    conflicts, invalid = report.counts.get(R.CONFLICT, 0), report.counts.get(R.INVALID, 0)
    parts = ([messages.count(conflicts, "conflict")] if conflicts else []) + (
        [messages.count(invalid, "invalid row")] if invalid else []
    )
    if not parts:
        return "Nothing is left out."
    one = conflicts + invalid == 1
    return f"{messages.listed(parts)} {'is' if one else 'are'} left out, and listed in the report."


def may_import(report: ImportReport) -> str:
    """Why there is nothing to import; empty when there is."""
    if not report.read:
        return "The file has no rows below its headings."
    if not number(report, TAKEN):
        return "No row of the file can be used. Look at the rows above."
    if not number(report, CHANGING):
        return "The file says nothing that the library does not know already."
    return ""


def done(report: ImportReport) -> tuple[str, str]:
    """The result banner: what was done, and what was not."""
    parts = [f"{report.counts[o]:,} {tile(report.kind, o)[0].lower()}" for o in TAKEN if report.counts.get(o)]
    first = f"{messages.count(number(report, TAKEN), 'row')} imported: {messages.listed(parts)}."
    return first, left_out(report)


def file_sentence(name: str, imported: bool = False) -> str:
    """The sentence under the title."""
    if not name:
        return "Nothing is changed until you press Import."
    return f"{name} is imported." if imported else f"{name}. Nothing is changed until you press Import."


def rows_of(look: FileLook) -> str:
    """How many rows the file seems to have."""
    return f"About {messages.count(look.rows, 'row')}" if look.rows is not None else ""


def some_of(shown_rows: int, all_rows: int) -> str:
    """Said where not every row is listed."""
    return f"The first {shown_rows:,} of {all_rows:,} rows are shown." if shown_rows < all_rows else ""
