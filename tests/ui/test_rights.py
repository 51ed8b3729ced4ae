"""What a role does not grant is absent in the window, or off with the reason as its tool tip.

CONTROLS is the table: one line a control. A new control that changes something is one line more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from patrondesk.jobs import purge as purge_job
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import BatchId
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.staff import Permission
from patrondesk.services import backup, candidates
from patrondesk.services.purging.plan import make_plan
from patrondesk.ui.main.opening import aside
from patrondesk.ui.shell import theme
from patrondesk.ui.window.desk import Desk
from tests.ui.walker import Walker


def purge(walker: Walker, desk: Desk) -> None:
    desk.go("purge")


def patrons(walker: Walker, desk: Desk) -> None:
    desk.go("patrons")


def circulation(walker: Walker, desk: Desk) -> None:
    desk.go("circulation")


def settings(walker: Walker, desk: Desk) -> None:
    desk.go("settings")


def backups(walker: Walker, desk: Desk) -> None:
    office = desk.office
    aside(lambda: backup.make_backup(office.signed_in(replace(office.actor, permissions=frozenset(Permission)))))
    desk.go("backups")


def staff(walker: Walker, desk: Desk) -> None:
    desk.go("staff")


def details(section: str) -> Callable[[Walker, Desk], None]:
    """Somebody who has loans and owes, at this section."""

    def go(walker: Walker, desk: Desk) -> None:
        office = desk.office
        full = office.signed_in(replace(office.actor, permissions=frozenset(Permission)))
        rows = aside(lambda: candidates.candidates(full, CandidatesQuery(page_size=200))).rows
        row = next(row for row in rows if row.open_loans and row.balance > 0)
        desk.on_patron(row.id, (), section)

    return go


def past_purge(walker: Walker, desk: Desk) -> None:
    """A purge of one, open among the past ones."""
    office = desk.office
    full = office.signed_in(replace(office.actor, permissions=frozenset(Permission)))

    def one() -> BatchId:
        rows = candidates.candidates(full, CandidatesQuery(page_size=200)).rows
        plan = make_plan(full, [next(row.id for row in rows if row.eligible)], source="page")
        return purge_job.run(full, plan, Ticket()).batch.id

    desk.on_batch(aside(one))


def menus(walker: Walker, desk: Desk) -> None:
    desk.go("patrons")


@dataclass(frozen=True)
class Control:
    """`name` is its object name; `at` goes where it is."""

    name: str
    at: Callable[[Walker, Desk], None]
    permission: Permission


CONTROLS = (
    Control("purge_button", purge, Permission.PURGE),
    Control("patrons_add", patrons, Permission.EDIT_PATRONS),
    Control("details_enable", details("personal"), Permission.ACTIVATE),
    Control("details_protect", details("personal"), Permission.EDIT_PATRONS),
    Control("details_waive", details("fines"), Permission.WAIVE_FINES),
    Control("details_pay", details("fines"), Permission.CIRCULATION),
    Control("details_edit_contact", details("personal"), Permission.EDIT_PATRONS),
    Control("details_add_note", details("notes"), Permission.EDIT_PATRONS),
    Control("details_block", details("blocks"), Permission.BLOCK),
    Control("details_download", details("personal"), Permission.DOWNLOAD_DATA),
    Control("request_open", details("personal"), Permission.DOWNLOAD_DATA),
    Control("details_delete", details("personal"), Permission.DELETE_PATRON),
    Control("batch_undo", past_purge, Permission.UNDO_PURGE),
    Control("desk_scan", circulation, Permission.CIRCULATION),
    Control("setting_undo_days", settings, Permission.SETTINGS),
    Control("setting_idle_lock_minutes", settings, Permission.SETTINGS),
    Control("settings_staff", settings, Permission.MANAGE_STAFF),
    Control("backup_make", backups, Permission.PURGE),
    Control("backup_restore", backups, Permission.SETTINGS),
    Control("staff_add", staff, Permission.MANAGE_STAFF),
    Control("role_add", staff, Permission.MANAGE_STAFF),
    Control("role_change", staff, Permission.MANAGE_STAFF),
    Control("menu_backup", menus, Permission.PURGE),
    Control("menu_audit", menus, Permission.REPORTS),
    Control("menu_staff", menus, Permission.MANAGE_STAFF),
    Control("menu_import", menus, Permission.IMPORT),
    Control("menu_leavers", menus, Permission.IMPORT),
    Control("menu_deactivate", menus, Permission.ACTIVATE),
    Control("menu_plans", menus, Permission.PURGE),
)
# Said by the control itself, or where it stands: the word of the reason in a tool tip or a sentence.
REASONS = ("may not", "needs the right", "is missing", "may not purge", "permit it", "has no right")
# Rights without a control in the window: reached through others that are there, or not part of it yet.
WITHOUT = {
    Permission.VIEW_PATRONS: "without it there is no desk but My account",
    Permission.PURGE_OVERRIDE: "in a row's menu; see tests/ui/purge",
    Permission.BULK_WAIVE: "from the command line only",
    Permission.MERGE: "a later version",
    Permission.MANAGE_JOBS: "from the command line only",
    Permission.ROLLOVER: "a later version",
}


def find(walker: Walker, name: str) -> QWidget | QAction | None:
    kind = QAction if name.startswith("menu_") else QWidget
    found = walker.window.findChild(kind, name)
    if isinstance(found, QWidget) and not found.isVisible():
        return None
    return found


def at_desk(walker: Walker, permissions: frozenset[Permission]) -> Desk:
    """The window with somebody at the desk who has these rights."""
    office = walker.window.desk.office
    walker.window.show()
    desk = walker.window.enter(office.signed_in(replace(office.actor, permissions=permissions, role="librarian")))
    walker.settle()
    return desk


def test_every_right_is_asked_by_a_control_or_has_its_reason():
    there = {control.permission for control in CONTROLS}
    assert there | set(WITHOUT) == set(Permission)


@pytest.mark.parametrize("permission", sorted({control.permission for control in CONTROLS}))
def test_what_is_not_granted_is_absent_or_off_and_says_why(walker, qapp, permission):
    theme.apply(qapp, "light")
    desk = at_desk(walker, frozenset(Permission) - {permission})
    for control in CONTROLS:
        if control.permission is not permission:
            continue
        control.at(walker, desk)
        walker.settle()
        found = find(walker, control.name)
        if found is None:
            continue
        assert not found.isEnabled(), f"{control.name} is on without {permission.value}"
        said = found.toolTip() or found.accessibleDescription() if isinstance(found, QWidget) else found.toolTip()
        assert any(word in said for word in REASONS), f"{control.name} does not say why: “{said}”"


def test_with_every_right_they_are_all_there(walker, qapp):
    """Otherwise the table would hold names of nothing."""
    theme.apply(qapp, "light")
    desk = at_desk(walker, frozenset(Permission))
    for control in CONTROLS:
        control.at(walker, desk)
        walker.settle()
        found = find(walker, control.name)
        assert found is not None, f"{control.name} is not there"
        said = found.toolTip()
        assert not any(word in said for word in REASONS), f"{control.name}: {said}"
