"""Who is signed in and what they may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from patrondesk.records.ids import LibraryId, PatronId


class Permission(StrEnum):
    """Each separate; roles are named sets of them (domain, section 2)."""

    VIEW_PATRONS = "view_patrons"
    EDIT_PATRONS = "edit_patrons"
    ACTIVATE = "activate"
    BLOCK = "block"
    DOWNLOAD_DATA = "download_data"
    DELETE_PATRON = "delete_patron"
    PURGE = "purge"
    PURGE_OVERRIDE = "purge_override"
    UNDO_PURGE = "undo_purge"
    CIRCULATION = "circulation"
    WAIVE_FINES = "waive_fines"
    BULK_WAIVE = "bulk_waive"
    MERGE = "merge"
    IMPORT = "import"
    MANAGE_JOBS = "manage_jobs"
    ROLLOVER = "rollover"
    REPORTS = "reports"
    SETTINGS = "settings"
    MANAGE_STAFF = "manage_staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person: `id` among the patrons, `staff_id` among the staff accounts."""

    id: PatronId
    staff_id: int
    username: str
    name: str
    role: str
    library_id: LibraryId
    library_name: str
    permissions: frozenset[Permission]
    role_name: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the person's role grants the permission."""
        return permission in self.permissions


PERMISSION_WORDS: dict[Permission, tuple[str, str]] = {
    Permission.VIEW_PATRONS: ("View patrons", "Sees patrons with their loans, fines and reservations."),
    Permission.EDIT_PATRONS: ("Edit patrons", "Adds patrons, changes their record and flags them to keep."),
    Permission.ACTIVATE: ("Activate and deactivate", "Deactivates patrons and enables them again, one by one or together."),
    Permission.BLOCK: ("Block and unblock", "Blocks patrons with a comment, and lifts blocks."),
    Permission.DOWNLOAD_DATA: ("Download patron data", "Saves all that is held about a patron, and answers access requests."),
    Permission.DELETE_PATRON: ("Delete a patron", "Deletes a single patron, without statistics."),
    Permission.PURGE: ("Purge", "Purges deactivated patrons, page by page or from a list."),
    Permission.PURGE_OVERRIDE: ("Set reasons aside", "Purges a patron although something that can be set aside is in the way."),
    Permission.UNDO_PURGE: ("Undo a purge", "Brings purged patrons back until the undo date."),
    Permission.CIRCULATION: ("Circulation", "Lends, takes back, renews, reserves and marks items as lost."),
    Permission.WAIVE_FINES: ("Waive fines", "Waives single fines."),
    Permission.BULK_WAIVE: ("Waive fines together", "Waives the fines of many patrons at once."),
    Permission.MERGE: ("Merge", "Joins two records of the same person."),
    Permission.IMPORT: ("Import", "Imports files of patrons, items, loans and leavers."),
    Permission.MANAGE_JOBS: ("Jobs", "Sets up, runs and removes jobs."),
    Permission.ROLLOVER: ("Rollover", "Moves the whole school on at the end of the year."),
    Permission.REPORTS: ("Reports", "Runs and exports reports."),
    Permission.SETTINGS: ("Settings", "Changes the library's settings."),
    Permission.MANAGE_STAFF: ("Manage staff", "Gives and takes staff accounts, roles and passwords."),
}
"""What each permission is called, and what it lets somebody do, in one sentence."""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """An account that can sign in, or could. `state`: what keeps it from signing in, in a word, else "active".

    `libraries`: short names of the libraries that a district person works at; empty for all of them, and for everybody else.
    """

    staff_id: int
    patron_id: PatronId
    username: str
    name: str
    role: str
    role_name: str
    state: str
    has_password: bool
    last_signed_in: dt.datetime | None
    libraries: tuple[str, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role: `people` have it in all libraries of the database. `fixed` says why its set cannot change, empty where it can."""

    code: str
    name: str
    permissions: frozenset[Permission]
    people: int
    ready_made: bool
    fixed: str


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Where somebody signs in without the password. `purpose`: computer or jobs; `label`: where."""

    id: int
    username: str
    name: str
    purpose: str
    label: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MyLibrary:
    """A library at which somebody may work; `here`: the current one."""

    id: LibraryId
    short_name: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class MyLoan:
    """One of the person's own open loans."""

    title: str
    barcode: str
    checked_out: dt.date
    due_on: dt.date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class MyFine:
    """One of the person's own unsettled fines; minor units, None where the amount is not known, negative for a credit."""

    type: str
    title: str | None
    charged_on: dt.date | None
    amount: int | None
    balance: int | None
    in_dispute: bool


@dataclass(frozen=True, slots=True)
class MyReservation:
    """One of the person's own open reservations; `waiting`: a copy is held for them."""

    title: str
    requested_on: dt.date | None
    expires_on: dt.date | None
    waiting: bool


@dataclass(frozen=True, slots=True)
class MyAccount:
    """What the signed-in person sees of themselves. `facts`: label and value, in the order in which they are shown."""

    name: str
    role_name: str
    library: str
    currency: str
    facts: tuple[tuple[str, str], ...]
    loans: tuple[MyLoan, ...]
    fines: tuple[MyFine, ...]
    reservations: tuple[MyReservation, ...]
    owes: int
    unknown_fines: int
