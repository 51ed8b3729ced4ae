"""How each page of the desk is made: built when it is first shown, and what it asks for joined to the desk.

A screen's modules are read only then; the User Purge page's are there from the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from patrondesk.ui.screens.purge.page import PurgePage
from patrondesk.ui.window.desk import Desk, Makers

if TYPE_CHECKING:
    from patrondesk.ui.screens.patrons.details_page import DetailsPage


def purge(desk: Desk) -> QWidget:
    """User Purge."""
    page = PurgePage(desk.office, desk.runner, desk.changes, desk.prefs)
    page.patron_asked.connect(desk.on_patron)
    page.section_asked.connect(desk.on_patron)
    page.loans_asked.connect(desk.show_loans)
    page.import_asked.connect(desk.import_leavers)
    page.new_patrons_asked.connect(desk.import_patrons)
    page.patrons_asked.connect(lambda: desk.go("patrons"))
    page.settings_asked.connect(lambda: desk.go("settings"))
    page.waiting_changed.connect(lambda number: desk.sidebar.show_number("purge", number))
    page.plan_asked.connect(desk.on_plan)
    page.batch_asked.connect(desk.on_batch)
    page.kept_started.connect(lambda: desk.go("purge"))
    return page


def patrons(desk: Desk) -> QWidget:
    """All patrons."""
    from patrondesk.ui.screens.patrons.list_page import PatronsPage

    page = PatronsPage(desk.office, desk.runner, desk.changes, desk.prefs)
    page.patron_asked.connect(desk.on_patron)
    page.import_asked.connect(desk.import_patrons)
    return page


def circulation(desk: Desk) -> QWidget:
    """The circulation desk."""
    from patrondesk.ui.screens.circulation.page import CirculationPage

    page = CirculationPage(desk.office, desk.runner, desk.changes)
    page.patron_asked.connect(desk.on_patron)
    return page


def new_details(desk: Desk) -> DetailsPage:
    """A page of one patron, for the desk or a window of its own."""
    from patrondesk.ui.screens.patrons.details_page import DetailsPage

    page = DetailsPage(desk.office, desk.runner, desk.changes)
    page.batch_asked.connect(desk.on_batch)
    page.staff_asked.connect(lambda: desk.go("staff"))
    return page


def details(desk: Desk) -> QWidget:
    """One patron, with the way back."""
    page = new_details(desk)
    page.back_asked.connect(desk.back)
    page.loans_asked.connect(desk.show_loans)
    return page


def import_file(desk: Desk) -> QWidget:
    """Import a file."""
    from patrondesk.ui.screens.importing.page import ImportPage

    page = ImportPage(desk.office, desk.runner, desk.changes)
    page.back_asked.connect(desk.back)
    page.purge_asked.connect(lambda: desk.go("purge"))
    return page


def batches(desk: Desk) -> QWidget:
    """Past purges."""
    from patrondesk.ui.screens.batches.page import BatchesPage

    page = BatchesPage(desk.office, desk.runner, desk.changes, desk.prefs)
    page.back_asked.connect(desk.back)
    page.patron_chosen.connect(lambda patron_id: desk.on_patron(patron_id, ()))
    page.go_on_asked.connect(desk.on_go_on)
    return page


def plans(desk: Desk) -> QWidget:
    """Kept plans."""
    from patrondesk.ui.screens.plans.page import PlansPage

    page = PlansPage(desk.office, desk.runner, desk.changes)
    page.back_asked.connect(desk.back)
    page.patron_chosen.connect(lambda patron_id: desk.on_patron(patron_id, page.patrons_here()))
    page.purge_asked.connect(lambda plan_id: desk.purge_page.purge_kept(plan_id))
    return page


def audit(desk: Desk) -> QWidget:
    """The audit log."""
    from patrondesk.ui.screens.audit.page import AuditPage

    page = AuditPage(desk.office, desk.runner, desk.changes)
    page.back_asked.connect(desk.back)
    page.patron_chosen.connect(lambda patron_id: desk.on_patron(patron_id, ()))
    page.batch_chosen.connect(desk.on_batch)
    return page


def backups(desk: Desk) -> QWidget:
    """Backups."""
    from patrondesk.ui.screens.backups.page import BackupsPage

    page = BackupsPage(desk.office, desk.runner, desk.changes)
    page.back_asked.connect(desk.back)
    page.restored.connect(desk.restored)
    return page


def staff(desk: Desk) -> QWidget:
    """Staff and roles."""
    from patrondesk.ui.screens.staff.page import StaffPage

    page = StaffPage(desk.office, desk.runner, desk.changes)
    page.back_asked.connect(desk.back)
    page.patron_chosen.connect(lambda patron_id: desk.on_patron(patron_id, ()))
    return page


def account(desk: Desk) -> QWidget:
    """My account."""
    from patrondesk.ui.screens.account.page import AccountPage

    page = AccountPage(desk.office, desk.runner, desk.changes, alone=desk.alone)
    page.back_asked.connect(desk.back)
    page.by_itself_changed.connect(desk.by_itself_changed)
    return page


def settings(desk: Desk) -> QWidget:
    """Settings."""
    from patrondesk.ui.screens.settings.page import SettingsPage

    page = SettingsPage(desk.office, desk.runner, desk.changes, desk.prefs)
    page.prefs_changed.connect(desk.on_prefs)
    page.page_asked.connect(desk.go)
    return page


MAKERS: dict[str, Callable[[Desk], QWidget]] = {
    "purge": purge,
    "patrons": patrons,
    "circulation": circulation,
    "details": details,
    "import": import_file,
    "batches": batches,
    "plans": plans,
    "audit": audit,
    "backups": backups,
    "settings": settings,
    "staff": staff,
    "account": account,
}
ALL = Makers(MAKERS, new_details)
