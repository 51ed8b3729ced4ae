"""One plan opened: the sum on top, who stays and why, who can go; struck out and put back row by row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.plans import KeptPlan
from patrondesk.ui.screens.plans import words
from patrondesk.ui.screens.plans.desk import Opened
from patrondesk.ui.screens.plans.people import GOING, HELD, PlanTable
from patrondesk.ui.screens.plans.words import Row
from patrondesk.ui.shell import buttons, cards, drift_words, fonts, printing, text, theme
from patrondesk.ui.shell.offers import offer

_MOST_HELD, _EDGE, _NO_LIMIT = 4, 10, 16777215


class OpenedPlan(QWidget):
    """Fill it with `show_plan`."""

    strike_asked = Signal(object)
    """Carries the marked rows: Space, or the button; those struck out are to be put back."""
    note_asked = Signal(object)
    """Carries the marked rows."""
    patron_chosen = Signal(object)
    purge_asked = Signal()
    discard_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: KeptPlan | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        self._sum = QHBoxLayout()
        self._sum.setSpacing(17)
        self._sum.setContentsMargins(0, 0, 0, 0)
        self._sum_widget = QWidget()
        self._sum_widget.setObjectName("plan_sum")
        self._sum_widget.setLayout(self._sum)
        self._chosen = text.Sentence("", fonts.LABEL, "text2")
        self._chosen.setObjectName("plan_sentence")
        self._drift_icon = text.IconLabel("look", 16, "warn")
        self._drift = text.Sentence("", fonts.LABEL)
        self._drift.setObjectName("plan_drift")
        self._drift_line = QWidget()
        line = QHBoxLayout(self._drift_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._drift_icon)
        line.addWidget(self._drift, 1)
        self.held = PlanTable("Something in the way", "plan_held", HELD, {1: 210, 2: 180}, (2,))
        self.going = PlanTable("Can go", "plan_going", GOING, {1: 120})
        self._last = self.going
        self._held_card, self._going_card = _carded(self.held), _carded(self.going)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        for widget in (self._sum_widget, self._chosen, self._drift_line):
            whole.addWidget(widget)
        whole.addWidget(self._held_card, 2)
        whole.addWidget(self._going_card, 3)
        whole.addWidget(self._made_bar())

    def _made_bar(self) -> QWidget:
        self.strike = buttons.button("Strike out", name="plan_strike")
        self.note = buttons.button("Note...", icon="edit", name="plan_note_button")
        self.discard = buttons.button("Discard...", icon="close", name="plan_discard")
        self.purge = buttons.button("Purge...", "tinted", "trash", "plan_purge")
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.strike)
        row.addWidget(self.note)
        row.addWidget(text.Elided("Space strikes out and puts back.", fonts.LABEL, fonts.REGULAR, "text2"), 1)
        row.addWidget(self.discard)
        row.addWidget(self.purge)
        return self.bar

    def _connect(self) -> None:
        for view in (self.held, self.going):
            view.focused.connect(self._on_focused)
            view.strike_asked.connect(self._on_strike)
            view.entered_cell.connect(self._on_entered)
            view.selectionModel().selectionChanged.connect(self._show_actions)
        self.strike.clicked.connect(self._on_strike)
        self.note.clicked.connect(self._on_note)
        self.discard.clicked.connect(self.discard_asked)
        self.purge.clicked.connect(self.purge_asked)
        theme.look().changed.connect(self._measure)

    # ------------------------------------------------------------------ filling

    def show_plan(self, opened: Opened) -> None:
        """Shows a plan, or the same one as it is now; one stays where one was."""
        plan = opened.plan
        fresh = self.plan is None or self.plan.line.id != plan.line.id
        self.plan = plan
        rows = [Row(one, opened.drift.get(one.id)) for one in plan.patrons]
        self._show_sum(words.total(plan))
        self._chosen.say(plan.sentence)
        self._say_drift(plan, opened)
        stay, go = [row for row in rows if words.in_the_way(row)], [row for row in rows if not words.in_the_way(row)]
        self.held.show_rows(stay, opened.pictures)
        self.going.show_rows(go, opened.pictures)
        self._held_card.setVisible(bool(stay))
        self._going_card.setVisible(bool(go))
        if fresh or not self._last.rows.rowCount():
            self._last = self.going if go else self.held
        self._mark()
        self._measure()
        self.purge.setText(words.purge_button(plan))
        self.purge.setAccessibleName(self.purge.text())
        offer(self.purge, "" if plan.going else "Nobody on this plan can go now")
        self._show_actions()

    def _say_drift(self, plan: KeptPlan, opened: Opened) -> None:
        said = [drift_words.since(list(opened.drift.values())), words.SETTINGS if plan.settings_changed else ""]
        self._drift.say(" ".join(part for part in said if part))
        self._drift_line.setVisible(any(said))

    def _show_sum(self, numbers: Sequence[tuple[int, str, str]]) -> None:
        while (item := self._sum.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, (number, said, tone) in enumerate(numbers):
            if place:
                sign = text.label("=" if place == 1 else "+", fonts.QUESTION, fonts.MEDIUM)
                self._sum.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(text.label(f"{number:,}", fonts.TITLE, fonts.SEMIBOLD, tone if number else "text3"))
            column.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"))
            self._sum.addWidget(part)
        self._sum.addStretch(1)
        parts = messages.listed([f"{number:,} {said}" for number, said, _ in numbers[1:]])
        self._sum_widget.setAccessibleName(f"{numbers[0][0]:,} {numbers[0][1]}: {parts}")

    def _measure(self) -> None:
        """Who stays takes the room of a few rows; who can go takes the rest, or all of it where nobody stays."""
        alone = not self.going.rows.rowCount()
        tall = self.held.verticalHeader().defaultSectionSize() * min(self.held.rows.rowCount(), _MOST_HELD)
        least = 2 * self.held.verticalHeader().defaultSectionSize()
        edge = theme.head_height() + _EDGE
        self._held_card.setMaximumHeight(_NO_LIMIT if alone else tall + edge)
        self._held_card.setMinimumHeight(min(tall, least) + edge)
        self._going_card.setMinimumHeight(least + edge)

    # ------------------------------------------------------------------ doing

    @property
    def current(self) -> tuple[Row, ...]:
        """The marked rows of the list that one was in last."""
        return self._last.marked

    @property
    def lists(self) -> tuple[PlanTable, ...]:
        """Where the keyboard goes, the list that one was in last first."""
        return (self._last, self.held if self._last is self.going else self.going)

    def to_start(self) -> None:
        """Puts the focus on those who can go, or where nobody can on the others."""
        (self.going if self.going.rows.rowCount() else self.held).setFocus(Qt.FocusReason.OtherFocusReason)

    def sheets(self) -> list[printing.Sheet]:
        """The lists on paper, those with somebody in them."""
        both = ((self.held, "Something in the way"), (self.going, "Can go"))
        return [printing.sheet(view, title) for view, title in both if view.model().rowCount()]

    @property
    def sentence(self) -> str:
        """The plan in words, for paper."""
        return f"{self._sum_widget.accessibleName()}. {self._chosen.text()} {self._drift.text()}".strip()

    def _on_focused(self) -> None:
        view = self.sender()
        if isinstance(view, PlanTable):
            self._last = view
            self._mark()
            self._show_actions()

    def _mark(self) -> None:
        for view in (self.held, self.going):
            view.mark_current(view is self._last)

    def _show_actions(self) -> None:
        rows = self.current
        why = "" if rows else "Nobody is marked"
        self.strike.setText(words.strike_button(bool(rows) and all(row.one.struck for row in rows)))
        self.strike.setAccessibleName(self.strike.text())
        offer(self.strike, why, f"{self.strike.text()} ({QKeySequence(Qt.Key.Key_Space).toString()})")
        offer(self.note, why)

    def _on_strike(self) -> None:
        if self.current:
            self.strike_asked.emit(self.current)

    def _on_note(self) -> None:
        if self.current:
            self.note_asked.emit(self.current)

    def _on_entered(self, index: QModelIndex) -> None:
        view = self.sender()
        assert isinstance(view, PlanTable)
        row = view.rows.record(index.row())
        if index.column() == 0 and not row.one.gone:
            self.patron_chosen.emit(row.id)
        elif index.column() == len(view.columns) - 1:
            self.note_asked.emit((row,))


def _carded(view: QWidget) -> cards.Card:
    card = cards.Card()
    card.inside.setContentsMargins(1, 1, 1, 1)
    card.inside.addWidget(view)
    return card
