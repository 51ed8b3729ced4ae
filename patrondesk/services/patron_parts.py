"""Which tables hold something about a person, how their rows are found, and which columns are handed out in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from patrondesk.models import access, audit, fine, importing, job, loan, patron, purge, reservation, responsibility, staff
from patrondesk.models.base import table_of

Owner = Callable[[int], sa.ColumnElement[bool]]
_PATRONS, _FINES, _STAFF = table_of(patron.Patron), table_of(fine.Fine), table_of(staff.StaffAccount)


@dataclass(frozen=True, slots=True)
class Source:
    """A table with something about a person. `of(patron)`: the condition on its rows. `note` is told beside them."""

    table: sa.Table
    title: str
    of: Owner
    note: str = ""

    @property
    def key(self) -> str:
        """The table's name."""
        return self.table.name


def _own(mapped: type, title: str, note: str = "") -> Source:
    table = table_of(mapped)
    return Source(table, title, lambda key: table.c.patron_id == key, note)


def _through(mapped: type, title: str, column: str, parent: sa.Table) -> Source:
    table = table_of(mapped)
    return Source(table, title, lambda key: table.c[column].in_(sa.select(parent.c.id).where(parent.c.patron_id == key)))


SOURCES = (
    Source(_PATRONS, "Patron", lambda key: _PATRONS.c.id == key),
    _own(patron.FormerBarcode, "Former barcodes"),
    _own(patron.PatronNote, "Notes"),
    _own(patron.PatronAttachment, "Files"),
    _own(patron.Portrait, "Portrait"),
    _own(patron.PatronChange, "Changes by hand"),
    _own(patron.Block, "Blocks"),
    _own(patron.Protection, "Flags to keep"),
    _own(loan.Loan, "Loans"),
    _own(reservation.Reservation, "Reservations"),
    _own(fine.Fine, "Fines"),
    _through(fine.FineLine, "Payments and waivers", "fine_id", _FINES),
    _own(responsibility.Responsibility, "Responsibilities"),
    _own(access.AccessRequest, "Requests to see the data"),
    _own(access.DataDownload, "Downloads of the data"),
    _own(patron.GuardOverride, "Reasons set aside"),
    _own(staff.StaffAccount, "Account to sign in", "Passwords and recovery codes are kept as a seal that nobody can read."),
    _through(staff.StaffLibrary, "Libraries to work at", "staff_id", _STAFF),
    _through(staff.SignInToken, "Computers that sign in by themselves", "staff_id", _STAFF),
    _own(importing.ImportMessageRow, "Remarks of imports"),
    _own(purge.PurgePlanLine, "On plans of a purge"),
    _own(purge.BatchLine, "In purges"),
    _own(purge.BatchEvent, "Events of purges"),
    _own(job.JobRunLine, "In runs of jobs"),
    _own(audit.AuditEntry, "What was done, by the audit log"),
)
"""In the order in which they are told; the patron's own record is the first."""

LEFT_OUT = {
    "patron_words": "The words to find a patron by are taken from the names and numbers of the record itself.",
    "tombstones": "Recognises people who were purged; nobody who is here has one.",
}
"""Tables that name a patron and are not handed out, with the reason. Archives hold people who are gone: `archive_*`."""

COLUMNS_LEFT_OUT = {
    ("patrons", "sort_key"): "A folded copy of the name.",
    ("patrons", "search_text"): "A folded copy of names and numbers.",
    ("patrons", "guarantor_id"): "Another patron: said so, without saying who.",
    ("staff_accounts", "password_hash"): "Opens the account.",
    ("staff_accounts", "recovery_hash"): "Opens the account.",
    ("sign_in_tokens", "digest"): "Opens the account.",
    ("audit_entries", "previous_hash"): "Seals the log.",
    ("audit_entries", "hash"): "Seals the log.",
    ("audit_entries", "facts"): "Counts and internal numbers, which may be another patron's; the sentence says what was done.",
}
"""Columns that are not handed out, with the reason."""

MONEY = frozenset({("fines", "amount"), ("fines", "balance"), ("fine_lines", "amount"), ("batch_lines", "amount_waived"),
                   ("batch_events", "amount"), ("job_run_lines", "amount")})  # fmt: skip
"""Columns of minor units."""

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "libraries": (("name", ""),),
    "patron_types": (("name", ""),),
    "user_groups": (("name", ""),),
    "year_levels": (("name", ""),),
    "cohorts": (("name", ""),),
    "roles": (("name", ""),),
    "staff_accounts": (("display_name", ""),),
    "titles": (("title", ""),),
    "items": (("barcode", "_barcode"), ("call_number", "_call_number")),
    "import_runs": (("file_name", "_file"), ("at", "_at")),
    "batches": (("started_at", "_at"),),
    "job_runs": (("name", "_name"), ("started_at", "_at")),
    "purge_plans": (("made_at", "_at"),),
}
"""What is said beside a key to one of these tables: its columns, and what is added to the key's name without `_id`."""
