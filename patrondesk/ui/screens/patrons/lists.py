"""The sections that are tables: loans, reservations, fines, history."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import HistoryLine
from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.list_card import ListCard
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, cancelling, paying_back, settling
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.people import dotted

_TITLE = {0: 300}


def _item(loan: LoanLine) -> str:
    return dotted(loan.item_barcode, loan.author, loan.collection)


def _whole_loan(loan: LoanLine) -> str:
    """What may be cut or folded away, in full."""
    return "\n".join(part for part in (loan.title, _item(loan), f"Borrowed {words.short(loan.checked_out_on)}") if part)


def _whole_line(line: HistoryLine) -> str:
    return "\n".join(part for part in (line.words, words.change(line)) if part)


class LoansSection(QWidget):
    """Open loans with the way to the loans dialog, and past loans; a wrong mark as lost can be taken back."""

    loans_asked = Signal()
    taken_back = Signal(object)
    """Carries the LoanLine."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency, self._may = "USD", True
        title: Column[LoanLine] = Column("Title", lambda r: r.title, 0, tip=_whole_loan, second=_item)
        out: Column[LoanLine] = Column("Borrowed", lambda r: words.short(r.checked_out_on), 112)
        self.open = ListCard(
            "Open loans",
            [
                title, out, Column("Due", lambda r: words.short(r.due_on), 126, second=words.overdue),
                Column("Price", lambda r: words.amount(r.price, self._currency), 92, RIGHT),
            ],
            "details_open_loans", "No loan is open.", least=_TITLE, fold=(1, 3),
        )  # fmt: skip
        self.past = ListCard(
            "Past loans",
            [
                title, out, Column("Ended", words.loan_state, 112, second=lambda r: words.short(r.ended_on)),
                Column("", self._back, 92, link=True, spoken=self._spoken),
            ],
            "details_past_loans", "No past loans.", least=_TITLE, fold=(1,),
        )  # fmt: skip
        self.settle = self.open.add_action(
            buttons.button("Settle...", "quiet", "lost", "details_settle_loans", "Settle open loans...")
        )
        self.settle.clicked.connect(self.loans_asked)
        self.past.table.entered_cell.connect(self._on_entered)
        _column(self, self.open, self.past)

    def show_view(self, view: DetailsView, may_not: str) -> None:
        """Fills both tables. `may_not`: why loans may not be changed, empty when they may."""
        self._currency, self._may = view.currency, not may_not
        self.open.show_rows(view.open_loans)
        self.settle.setVisible(bool(view.open_loans))
        self.past.show_rows(view.past_loans)

    def _back(self, loan: LoanLine) -> str:
        return "Take back" if loan.can_reopen and self._may else ""

    def _spoken(self, loan: LoanLine) -> str:
        return f"Link, take back: {loan.title} is not lost" if self._back(loan) else ""

    def _on_entered(self, index: QModelIndex) -> None:
        loan = self.past.rows.record(index.row())
        if isinstance(loan, LoanLine) and self._back(loan):
            self.taken_back.emit(loan)


class FinesSection(QWidget):
    """Every fine, unsettled ones first; waiving, payments and paying a credit back ask in a dialog."""

    waive_asked = Signal()
    payment_asked = Signal()
    pay_back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = "USD"
        columns: list[Column[FineLine]] = [
            Column("For", lambda r: r.type, 0, second=lambda r: r.title or r.comment or "", tip=settling.named),
            Column("Charged", lambda r: words.short(r.charged_on), 110),
            Column("Amount", lambda r: words.amount(r.amount, self._currency), 84, RIGHT),
            Column("Left", lambda r: words.amount(r.balance, self._currency), 84, RIGHT),
            Column("State", lambda r: words.fine_chip(r).text, 100, chip=words.fine_chip),
        ]
        self.card = ListCard("Fines", columns, "details_fines_table", "No fines.", least={0: 260}, fold=(1,))
        self.waive = self.card.add_action(buttons.button("Waive...", "quiet", name="details_waive"))
        self.pay = self.card.add_action(buttons.button("Record a payment...", "quiet", name="details_pay"))
        self.pay_back = self.card.add_action(buttons.button(paying_back.BUTTON, "quiet", name="details_pay_back"))
        self.waive.clicked.connect(self.waive_asked)
        self.pay.clicked.connect(self.payment_asked)
        self.pay_back.clicked.connect(self.pay_back_asked)
        _column(self, self.card)

    def show_view(self, view: DetailsView, may_not_waive: str, may_not_pay: str) -> None:
        """Fills the table. The last two say why a button is off, empty when it is not."""
        self._currency = view.currency
        self.card.show_rows(view.fines)
        some = any(map(settling.payable, view.fines))
        disputed = "" if any(map(settling.waivable, view.fines)) else settling.DISPUTED
        offer(self.waive, may_not_waive or disputed)
        offer(self.pay, may_not_pay)
        offer(self.pay_back, may_not_pay)
        self.waive.setVisible(some)
        self.pay.setVisible(some)
        self.pay_back.setVisible(view.patron.balance < 0)


class ReservationsSection(QWidget):
    """Reservations, open ones first; those can be cancelled."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns: list[Column[ReservationLine]] = [
            Column("Title", lambda r: r.title, 0, second=lambda r: r.item_barcode or "", tip=lambda r: r.title),
            Column("Requested", lambda r: words.short(r.requested_on), 120),
            Column("Expires", lambda r: words.short(r.expires_on), 120),
            Column("State", words.reservation_state, 110),
        ]
        self.card = ListCard("Reservations", columns, "details_reservations_table", "No reservations.", least={0: 260}, fold=(1,))
        self.cancel = self.card.add_action(buttons.button("", "quiet", name="details_cancel_reservations"))
        self.cancel.clicked.connect(self.cancel_asked)
        _column(self, self.card)

    def show_view(self, view: DetailsView, may_not: str) -> None:
        """Fills the table. `may_not`: why reservations may not be cancelled, empty when they may."""
        said = cancelling.button_words(len(view.open_reservations))
        self.cancel.setText(said)
        self.cancel.setAccessibleName(said)
        offer(self.cancel, may_not)
        self.cancel.setVisible(bool(view.open_reservations))
        self.card.show_rows(view.reservations)


class HistorySection(QWidget):
    """What was done to the record, newest first, and both values of what was changed by hand; to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns: list[Column[HistoryLine]] = [
            Column("When", lambda r: words.moment(r.at), 168),
            Column("What", lambda r: r.words, 0, second=words.change, tip=_whole_line),
            Column("Who", lambda r: r.actor, 200, tip=lambda r: r.actor),
        ]
        nothing = "Nothing was done to this record yet."
        self.card = ListCard("History", columns, "details_history_table", nothing, least={1: 220, 2: 110})
        _column(self, self.card)

    def show_view(self, view: DetailsView) -> None:
        """Fills the table."""
        self.card.show_rows(view.patron.history)


def _column(section: QWidget, *cards: QWidget) -> None:
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
