"""The Outstanding loans dialog: decides about each open loan, or marks all as lost, and shows what then still holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from patrondesk.errors import DeskError
from patrondesk.records.ids import LoanId, PatronId
from patrondesk.records.loans import Decision, LoanLine, LoansEnded
from patrondesk.services import loans
from patrondesk.services.office import Office
from patrondesk.ui.screens.loans import reading, words
from patrondesk.ui.screens.loans.foot import FootButtons
from patrondesk.ui.screens.loans.lifting import Lifting
from patrondesk.ui.screens.loans.loans_table import LoansTable
from patrondesk.ui.screens.loans.panels import Choices, Outcome, StillHolding, Who
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import banner, buttons, errors, people
from patrondesk.ui.shell.cards import Card
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.dialogs import WIDE, Dialog
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.runner import Runner

TITLE = "Outstanding loans: Mark as lost and purge"


class LoansDialog(Dialog):
    """Use `open()`; it reads the patron itself. Closing it changes nothing that was not applied."""

    settled = Signal(object, bool, bool)
    """Something was done: the PatronId, whether nothing holds the patron any more, whether to tag the patron."""
    purge_asked = Signal(object)
    """The PatronId, after everything was marked as lost and nothing holds the patron. The dialog has closed."""

    def __init__(self, parent: QWidget | None, office: Office, runner: Runner, changes: Changes, patron_id: PatronId) -> None:
        super().__init__(parent, TITLE, WIDE, "loans_dialog")
        self._office, self._runner, self._changes, self._patron_id = office, runner, changes, patron_id
        self._view: PatronLoans | None = None
        self._choices: dict[LoanId, Decision] = {}
        self._marked: dict[LoanId, str] = {}
        self._busy = self._gone = False
        self._tagged = False
        self._after = ""
        self._notice: banner.Banner | None = None
        self._lifting = Lifting(self, office, self._do)
        self._key = f"loans_dialog_{id(self)}"
        self._build()
        self._connect()
        self._offer()

    def _build(self) -> None:
        self._who, self.table = Who(), LoansTable()
        paper = Card()
        paper.inside.setContentsMargins(1, 1, 1, 1)
        paper.inside.addWidget(self.table)
        self._legend, self._outcome, self._holding = Choices(), Outcome(), StillHolding()
        self.tag_box = buttons.CheckBox("Tag for purge when no loan is left open")
        self.tag_box.setObjectName("loans_tag_when_free")
        for widget in (self._who, paper, self._legend, self._outcome, self._holding, self.tag_box):
            self.body.addWidget(widget)
        foot = self._foot_buttons = FootButtons()
        self.mark_and_purge, self.mark_all = foot.mark_and_purge, foot.mark_all
        self.close_decision, self.apply_button = foot.close, foot.apply
        self.add_side(foot.mark_and_purge)
        for button in (foot.mark_all, foot.close, foot.apply):
            self.add_decision(button)

    def _connect(self) -> None:
        self.table.decided.connect(self._on_decided)
        self.table.taken_back.connect(self._on_taken_back)
        self.mark_all.clicked.connect(self._on_mark_all)
        self.mark_and_purge.clicked.connect(self._on_mark_and_purge)
        self.apply_button.clicked.connect(self._on_apply)
        self.close_decision.clicked.connect(self.reject)
        self._outcome.tag_button.clicked.connect(self._on_tag)
        self._holding.asked.connect(self._on_lifting)
        self.finished.connect(self._on_end)

    def open(self) -> None:
        """Opens the dialog, and reads the patron's loans."""
        super().open()
        self._read()

    def reject(self) -> None:
        """Closes; not while something is being done."""
        if not self._busy:
            super().reject()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        over = self.geometry().bottom() - self.screen().availableGeometry().bottom()
        if self.isVisible() and over > 0:
            self.move(self.x(), max(0, self.y() - over))

    # -- reading and showing

    def _read(self) -> None:
        office, patron_id, marked = self._office, self._patron_id, frozenset(self._marked)
        self._runner.ask(self._key, lambda: reading.read(office, patron_id, marked), self._on_read, self._on_fault)

    def _on_read(self, view: PatronLoans) -> None:
        if self._gone:
            return
        first = self._view is None
        self._show(view)
        if first:
            self.fit()
            self._centre()
            start = self.table.controls[0] if self.table.controls and self.mark_all.isEnabled() else self.close_decision
            start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, view: PatronLoans) -> None:
        self._view = view
        still = {loan.id for loan in view.open}
        self._choices = {loan: decision for loan, decision in self._choices.items() if loan in still}
        self._who.show_patron(view)
        self.table.show_loans(view.open, self._marked, view.marked, view.currency, self._choices)
        self._legend.setVisible(bool(view.open))
        self._legend.show_rules(view)
        self._holding.show_view(view, self._office.actor)
        name = people.called(view.patron)
        self.tag_box.setText(f"Tag {name} for purge when no loan is left open")
        self.tag_box.setAccessibleName(self.tag_box.text())
        self._outcome.tag_button.setText(f"Tag {name} for purge")
        self._outcome.tag_button.setAccessibleName(f"Tag {name} for purge")
        self._order()
        self._foretell()

    def _order(self) -> None:
        """Tab goes from top to bottom, the foot last."""
        stops: list[QWidget] = [self.table, *self.table.controls, self._outcome.tag_button, *self._holding.buttons]
        stops += [self.tag_box, self.mark_and_purge, self.mark_all, self.close_decision, self.apply_button]
        for one, two in itertools.pairwise(stops):
            QWidget.setTabOrder(one, two)

    def _foretell(self) -> None:
        view = self._view
        if view is None:
            return
        foretold = words.foretell(view, self._choices)
        decided = any(decision is not Decision.LEAVE_OPEN for decision in self._choices.values())
        if self._tagged and view.free:
            self._outcome.say("done", f"{self._after} {people.called(view.patron)} is tagged for purge.".strip())
        elif view.free or (self._after and not decided):
            self._outcome.say("done" if view.free else "look", f"{self._after} {words.standing(view)}".strip())
        elif view.open:
            self._outcome.say("info", foretold.sentence)
        else:
            self._outcome.say("look", words.standing(view))
        self._outcome.tag_button.setVisible(view.free and not self._tagged)
        self.tag_box.setVisible(bool(view.open))
        offer(self.tag_box, foretold.why_not)
        if foretold.why_not:
            self.tag_box.setChecked(False)
        self._offer(decided)

    def _offer(self, decided: bool = False) -> None:
        """Switches every button, each with the reason when it is off."""
        self._foot_buttons.offer(self._view, self._office.actor, self._busy, decided)
        self.table.rest(self._busy or bool(self._foot_buttons.may_not_change(self._office.actor)))
        self._holding.rest(self._busy)
        self._outcome.tag_button.setEnabled(not self._busy)

    # -- doing

    def _do(self, work: Callable[[], Any], done: Callable[[Any], str], then: Callable[[PatronLoans], None] | None = None) -> None:
        """Does `work` and reads again, both off the window's thread. `done` makes a sentence of the result."""
        self._busy = True
        self._forget_notice()
        self._offer()
        office, patron_id, marked = self._office, self._patron_id, self._marked

        def on_done(answer: tuple[Any, PatronLoans]) -> None:
            if not self._gone:
                self._on_done(done(answer[0]), answer[1], then)

        self._runner.do(lambda: (work(), reading.read(office, patron_id, frozenset(marked))), on_done, self._on_fault)

    def _on_done(self, said: str, view: PatronLoans, then: Callable[[PatronLoans], None] | None) -> None:
        wanted = self.tag_box.isChecked()
        self._busy, self._after = False, said
        self._tagged = view.free and (wanted or self._tagged)
        self._show(view)
        self._changes.tell("patrons", "loans", "items", "fines", "reservations", initiator=self)
        self.settled.emit(self._patron_id, view.free, self._tagged)
        # The new buttons are shown when control is back in the event loop.
        QTimer.singleShot(0, self, self._place_focus)
        if then is not None:
            then(view)

    def _place_focus(self) -> None:
        """The control that was pressed may be off now: the next thing to do gets the focus."""
        if self._gone:
            return
        wanted = (self._outcome.tag_button, *self._holding.buttons, *self.table.controls, self.close_decision)
        for widget in wanted:
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _on_fault(self, fault: Exception) -> None:
        if self._gone:
            return
        was_read, self._busy = self._view is not None, False
        self._forget_notice()
        self._notice = errors.as_banner(fault)
        self._notice.closed.connect(self._forget_notice)
        self.body.insertWidget(1, self._notice)
        self._offer(any(decision is not Decision.LEAVE_OPEN for decision in self._choices.values()))
        if was_read and isinstance(fault, DeskError):
            self._read()  # somebody else may have dealt with a loan or a fine
        elif not was_read:
            self.close_decision.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None

    @Slot(object, object)
    def _on_decided(self, loan: LoanId, decision: Decision) -> None:
        self._choices[loan] = decision
        self._foretell()

    @Slot()
    def _on_apply(self) -> None:
        view = self._view
        if view is None:
            return
        decided = {loan.id: self._choices.get(loan.id, Decision.LEAVE_OPEN) for loan in view.open}
        self._end(decided, lambda: loans.decide_loans(self._office, self._patron_id, decided))

    @Slot()
    def _on_mark_all(self) -> None:
        self._mark_all()

    def _mark_all(self, then: Callable[[PatronLoans], None] | None = None) -> None:
        view = self._view
        if view is None:
            return
        what = Decision.LOST_CHARGED if view.charges else Decision.LOST_WRITTEN_OFF
        decided = {loan.id: what for loan in view.open}
        self._end(decided, lambda: loans.mark_all_lost(self._office, self._patron_id), then)

    def _end(
        self, decided: dict[LoanId, Decision], work: Callable[[], LoansEnded],
        then: Callable[[PatronLoans], None] | None = None,
    ) -> None:  # fmt: skip
        lost = (Decision.LOST_CHARGED, Decision.LOST_WRITTEN_OFF)
        currency = self._view.currency if self._view else ""
        # Only loans that are really lost are shown as such: `reading` looks at what became of them.
        self._marked |= {loan: words.CHOICES[decision][0] for loan, decision in decided.items() if decision in lost}
        self._do(work, lambda ended: words.done(ended, currency), then)

    @Slot()
    def _on_mark_and_purge(self) -> None:
        if self._view is not None and self._view.free:
            self._ask_purge(self._view)
        else:
            self._mark_all(self._ask_purge)

    def _ask_purge(self, view: PatronLoans) -> None:
        if view.free:
            patron_id = self._patron_id
            self.accept()
            self.purge_asked.emit(patron_id)

    @Slot(object)
    def _on_taken_back(self, loan: LoanLine) -> None:
        self._marked.pop(loan.id, None)
        self._tagged = False
        self.tag_box.setChecked(False)
        office, loan_id = self._office, loan.id
        self._do(lambda: loans.reopen_lost(office, loan_id), lambda _: f"“{loan.title}” is on loan again.")

    @Slot()
    def _on_tag(self) -> None:
        self._tagged = True
        self._after = ""
        self._foretell()
        self.settled.emit(self._patron_id, True, True)
        self.close_decision.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_lifting(self, what: str) -> None:
        if self._view is not None:
            self._lifting.ask(what, self._view)

    @Slot()
    def _on_end(self) -> None:
        self._gone = True
        self._runner.forget(self._key)
