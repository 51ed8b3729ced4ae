"""Who is signed in and what they may do."""

from __future__ import annotations

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

    def may(self, permission: Permission) -> bool:
        """Whether the person's role grants the permission."""
        return permission in self.permissions
