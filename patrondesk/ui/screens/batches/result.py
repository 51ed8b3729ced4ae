"""One past purge: the sum, who stayed and why, who went, and what can still be done about it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.purging import BatchResult, RefusedPatron
from patrondesk.ui.screens.batches import ticking, words
from patrondesk.ui.screens.batches.unfinished import Unfinished
from patrondesk.ui.shell import banner, buttons, cards, certifying, fitting, fonts, printing, tables, text, theme
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.tables import Column

_NO_LIMIT = 16777215


def _why(one: RefusedPatron) -> str:
    return ", ".join(reason.text for reason in one.reasons if not reason.overridden)


def _lifts(one: RefusedPatron) -> str:
    lifts = dict.fromkeys(reason.lifts for reason in one.reasons if reason.lifts and not reason.overridden)
    return " ".join(f"{said[:1].upper()}{said[1:]}".rstrip(".") + "." for said in lifts)


_REFUSED: tuple[Column[RefusedPatron], ...] = (
    Column(
        "Refused", lambda one: one.name, 260, second=lambda one: one.username or one.barcode or "", link=True,
        tip=lambda one: one.name,
    ),
    Column("Why", _why, 340, tip=_why, second=lambda one: "changed since it was tagged" if one.changed_since_preview else ""),
    Column("What lifts it", _lifts, tone="text2", tip=_lifts),
)  # fmt: skip


class ResultView(QWidget):
    """Fill it with `show_result`. Ticked patrons are those to bring back; nobody ticked means everybody."""

    undo_asked = Signal(object)
    """Carries the ids to bring back, or None for all."""
    export_asked = Signal()
    certificate_asked = Signal()
    go_on_asked = Signal(object)
    """Carries the BatchLine of a purge that did not reach everybody."""
    leave_asked = Signal(object)
    """The same, of one that was interrupted and is to stay as it is."""
    patron_chosen = Signal(object)
    """Carries the id of a refused patron whose name was pressed."""

    def __init__(self, may_undo: str, may_certify: str = "", may_purge: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_undo = may_undo
        self._left = 0
        self._why_not = ""
        self._sum = QHBoxLayout()
        self._sum.setSpacing(17)
        self._sum.setContentsMargins(0, 0, 0, 0)
        self._sum_widget = QWidget()
        self._sum_widget.setObjectName("batch_sum")
        self._sum_widget.setLayout(self._sum)
        self._done = text.Sentence("")
        self._done.setObjectName("batch_done")
        self._unfinished = Unfinished(may_purge)
        self._gone = banner.Banner("info", *words.NAMES_GONE, closable=False)
        self._gone.setObjectName("batch_names_gone")
        self._refused, self._refused_model = tables.table("Refused patrons", _REFUSED, "batch_refused")
        fitting.fit(self._refused, _REFUSED, least={0: 190, 1: 200, 2: 180})
        self._purged, self.model = ticking.table()
        self._purged_fitting = ticking.fitted(self._purged, self.model)
        self._loans = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self._ticked = text.Sentence("", fonts.LABEL, "text2")
        self._ticked.setObjectName("batch_ticked")
        self.export = buttons.button("Export...", icon="export", name="batch_export")
        self.certificate = buttons.button(certifying.BUTTON, icon="certificate", name="batch_certificate")
        offer(self.certificate, may_certify)
        self.undo = buttons.button("Undo...", icon="undo", name="batch_undo")
        self._build()
        self._connect()

    def _build(self) -> None:
        self._refused_card = _held(self._refused)
        self._purged_card = _held(self._purged)
        self._past = QWidget()
        past = QHBoxLayout(self._past)
        past.setContentsMargins(0, 0, 0, 0)
        past.setSpacing(8)
        past.addWidget(text.IconLabel("archive", 16))
        past.addWidget(self._loans, 1)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._ticked, 1)
        foot.addWidget(self.export)
        foot.addWidget(self.certificate)
        foot.addWidget(self.undo)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(self._sum_widget)
        whole.addWidget(self._done)
        whole.addWidget(self._unfinished)
        whole.addWidget(self._gone)
        whole.addWidget(self._refused_card, 1)
        whole.addWidget(self._purged_card, 2)
        whole.addWidget(self._past)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        self.export.clicked.connect(self.export_asked)
        self.certificate.clicked.connect(self.certificate_asked)
        self.undo.clicked.connect(self._on_undo)
        self._unfinished.go_on_asked.connect(self.go_on_asked)
        self._unfinished.leave_asked.connect(self.leave_asked)
        self.model.ticks_changed.connect(self._say_ticked)
        self._refused.entered_cell.connect(self._on_refused)

    def show_result(self, result: BatchResult, today: dt.date) -> None:
        """Shows a batch as it is now. `today` is the real day."""
        batch = result.batch
        self._why_not = self._may_undo or words.why_no_undo(batch, today)
        self._left = sum(1 for one in result.purged if not one.undone)
        self._show_sum(result)
        self._done.say(words.done(result, today))
        self._unfinished.show_batch(batch)
        self._gone.setVisible(bool(result.purged) and not result.names_available)
        self._loans.setText(words.loans(result))
        self._refused_model.show_records(result.refused)
        self._show_refused(result)
        self.model.show_purged(result.purged, batch.retain_loans, not self._why_not, batch.did)
        self._purged_fitting.leave_out((0,) if self._why_not else ())
        self._purged_card.setVisible(bool(result.purged))
        self._past.setVisible(bool(result.purged))
        if result.purged:
            self._purged.setCurrentIndex(ticking.first_name_cell(self.model))
        self.undo.setEnabled(not self._why_not)
        self.undo.setToolTip(self._why_not)
        self.undo.setAccessibleDescription(self._why_not)

    def _show_refused(self, result: BatchResult) -> None:
        """Above those who were purged three rows are enough; alone, the list takes the room there is."""
        rows = min(len(result.refused), 3)
        tall = theme.head_height() + rows * theme.row_height() + 6
        self._refused_card.setVisible(rows > 0)
        self._refused_card.setMinimumHeight(tall)
        self._refused_card.setMaximumHeight(tall if result.purged else _NO_LIMIT)

    def _show_sum(self, result: BatchResult) -> None:
        batch = result.batch
        numbers = [
            (batch.planned, "planned", "text"), (batch.purged, batch.did, "ok"), (batch.refused, "refused", "warn"),
            (batch.vanished, "no longer there", "text2"), (batch.not_reached, "not reached", "text2"),
        ]  # fmt: skip
        while self._sum.count():
            _drop(self._sum)
        for place, (number, said, tone) in enumerate(numbers):
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(text.label(f"{number:,}", fonts.TITLE, fonts.SEMIBOLD, tone if number else "text3"))
            column.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"))
            if place:
                sign = text.label("=" if place == 1 else "+", fonts.QUESTION, fonts.MEDIUM)
                self._sum.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            self._sum.addWidget(part)
        self._sum.addStretch(1)
        self._sum_widget.setAccessibleName(
            f"{numbers[0][0]:,} planned: {messages.listed([f'{number:,} {said}' for number, said, _ in numbers[1:]])}"
        )

    def _say_ticked(self) -> None:
        number = len(self.model.ticked)
        self._ticked.say(self._why_not or words.ticked(number, self._left))
        label = words.undo_button(number, self._left)
        self.undo.setText(label)
        self.undo.setAccessibleName(label)

    def _on_undo(self) -> None:
        self.undo_asked.emit(self.model.ticked or None)

    def _on_refused(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.patron_chosen.emit(self._refused_model.record(index.row()).id)

    @property
    def lists(self) -> tuple[QWidget, ...]:
        """Who stayed and who went, where the keyboard goes."""
        return self._refused, self._purged

    @property
    def sentence(self) -> str:
        """What became of it, in words."""
        return f"{self._sum_widget.accessibleName()}. {self._done.text()}"

    def sheets(self) -> list[printing.Sheet]:
        """The lists on paper, those with somebody in them."""
        both = ((self._refused, "Refused"), (self._purged, self.model.columns[1].header))
        return [printing.sheet(view, title) for view, title in both if view.model().rowCount()]

    @property
    def left(self) -> int:
        """How many an undo of everybody would bring back."""
        return self._left


def _drop(row: QHBoxLayout) -> None:
    item = row.takeAt(0)
    widget = item.widget() if item is not None else None
    if widget is not None:
        widget.hide()
        widget.deleteLater()


def _held(view: QWidget) -> cards.Card:
    card = cards.Card()
    card.inside.setContentsMargins(1, 1, 1, 1)
    card.inside.addWidget(view)
    return card
