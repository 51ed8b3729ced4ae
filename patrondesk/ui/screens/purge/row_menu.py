"""What can be done with one row: details, loans, why not, set a reason aside, keep the patron; by pointer or Menu key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from patrondesk.records.patrons import Candidate
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.ui.screens.purge.by_hand import KeepDialog, OverrideDialog, overridable, why_dialog
from patrondesk.ui.screens.purge.desk import Desk
from patrondesk.ui.screens.purge.reasons import Reasons
from patrondesk.ui.shell import dialogs, errors, icons

_OVERRIDE_NOT = "Your account may not set reasons aside; an administrator can permit it"
_KEEP_NOT = "Your account may not keep patrons; an administrator can permit it"


class RowDoings(QObject):
    """`changed` comes after something about a patron was changed here."""

    patron_chosen = Signal(object)
    section_chosen = Signal(object, str)
    """A PatronId, and the section of the details in which a reason is lifted."""
    loans_chosen = Signal(object)
    changed = Signal()

    def __init__(self, page: QWidget, desk: Desk) -> None:
        super().__init__(page)
        self._page, self._desk = page, desk

    def menu(self, row: Candidate, at: QPoint, tag: Callable[[], None] | None, tagged: bool) -> QMenu:
        """Opens the menu of a row. `tag` toggles its tag; None when it cannot be changed."""
        menu = QMenu(self._page)
        menu.setObjectName("purge_row_menu")
        menu.setAccessibleName(f"{row.name}: what can be done")
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        why_not = "A purge is running" if row.eligible else "Something is in the way"
        self._add(menu, "Take the tag away" if tagged else "Tag", "tick", tag, why_not)
        menu.addSeparator()
        self._add(menu, "Open details", "details", lambda: self.patron_chosen.emit(row.id))
        loans = (lambda: self.loans_chosen.emit(row.id)) if row.open_loans else None
        self._add(menu, "Loans...", "loan", loans, "Nothing is on loan")
        self._add(menu, "Why not...", "info", (lambda: self.why(row)) if row.reasons else None, "Nothing is in the way")
        menu.addSeparator()
        may = self._desk.may(Permission.PURGE_OVERRIDE)
        over = (lambda: self.override(row)) if may and overridable(row) else None
        self._add(menu, "Override...", "unlock", over, "No reason that can be set aside" if may else _OVERRIDE_NOT)
        for reason in (reason for reason in row.reasons if reason.overridden):
            self._add_withdraw(menu, row, reason, may)
        keep = (lambda: self.protect(row)) if self._desk.may(Permission.EDIT_PATRONS) else None
        self._add(menu, "Keep...", "keep", keep, _KEEP_NOT)
        menu.popup(at)
        return menu

    def _add_withdraw(self, menu: QMenu, row: Candidate, reason: Reason, may: bool) -> None:
        words = f"Withdraw override: {reason.text}"
        self._add(menu, words, "lock", (lambda: self.withdraw(row, reason)) if may else None, _OVERRIDE_NOT)

    def _add(self, menu: QMenu, words: str, icon: str, does: Callable[[], object] | None, why_off: str = "") -> None:
        action = menu.addAction(icons.icon(icon), words.replace("&", "&&"))
        action.setEnabled(does is not None)
        if does is not None:
            action.triggered.connect(lambda: does())
        elif why_off:
            action.setToolTip(why_off)
            action.setText(f"{action.text()} ({why_off[:1].lower()}{why_off[1:]})")

    def why(self, row: Candidate) -> None:
        """Shows every reason of a patron, with ways to lift it."""
        reasons = Reasons(self._desk.may(Permission.PURGE_OVERRIDE))
        self.wire(reasons)
        why_dialog(self._page.window(), row, reasons).open()

    def wire(self, reasons: Reasons) -> None:
        """Makes the buttons of reason cards work."""
        reasons.loans_chosen.connect(lambda row: self.loans_chosen.emit(row.id))
        reasons.details_chosen.connect(lambda row, section: self.section_chosen.emit(row.id, section))
        reasons.override_asked.connect(self.override)
        reasons.withdraw_asked.connect(self.withdraw)

    def override(self, row: Candidate, first: Reason | None = None) -> None:
        """Asks which reason to set aside, and why."""

        def chosen(code: str, comment: str) -> None:
            self._desk.set_aside(row.id, code, comment, lambda _: self.changed.emit(), self._on_failed)

        OverrideDialog(self._page.window(), row, chosen, first).open()

    def withdraw(self, row: Candidate, reason: Reason) -> None:
        """Asks whether a reason is to hold again."""
        question, said = "Let this reason hold again?", f"{row.name}: {reason.text}."
        name = "purge_withdraw_dialog"
        dialog = dialogs.ask(self._page.window(), "Withdraw an override", question, said, "Let it hold", name=name)
        dialog.accepted.connect(lambda: self._desk.withdraw(row.id, reason.code, lambda _: self.changed.emit(), self._on_failed))
        dialog.open()

    def protect(self, row: Candidate) -> None:
        """Asks why a patron is to be kept, and until when."""

        def chosen(reason: str, until: object) -> None:
            self._desk.protect(row.id, reason, until, lambda _: self.changed.emit(), self._on_failed)  # type: ignore[arg-type]

        KeepDialog(self._page.window(), row, self._desk.office.clock.today(), chosen).open()

    def _on_failed(self, fault: Exception) -> None:
        errors.as_dialog(self._page.window(), fault).open()
