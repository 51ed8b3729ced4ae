"""The unsettled fines of the patron at the desk: one is marked as in dispute or owed again, or gets its unknown amount."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from patrondesk import messages, money
from patrondesk.records.ids import FineId
from patrondesk.records.loans import FineLine
from patrondesk.ui.screens.circulation.reading import Visit
from patrondesk.ui.shell import buttons, dialogs, fitting, fonts, forms, settling, tables, text, widths
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.offers import offer

_ROW, _SHOWN = 42, 6
_STATES = {"active": "Owed", "in_dispute": "In dispute"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with one fine: `amount` to set (minor units), or else `dispute` on or off."""

    fine: FineId
    amount: int | None = None
    dispute: bool = False


class FinesDialog(dialogs.Dialog):
    """It asks; its caller does it."""

    wished = Signal(object)
    """Carries a Wish."""

    def __init__(self, parent: QWidget, visit: Visit) -> None:
        super().__init__(parent, "Fines", dialogs.MIDDLE, "desk_fines_dialog")
        self._currency = visit.currency
        self.question(f"Fines of {text.isolated(visit.patron.name)}")
        listed: list[Column[FineLine]] = [
            Column("For", lambda f: f.type, 0, tip=settling.named, second=lambda f: f.title or ""),
            Column("Charged", lambda f: messages.short_day(f.charged_on) if f.charged_on else "", 116),
            Column("Owed", self._owed, 120, align=RIGHT),
            Column("State", lambda f: _STATES.get(f.status, f.status), 110, tone="text2"),
        ]
        self.table, self._rows = tables.table("Fines", listed, "desk_fines_table")
        fitting.fit(self.table, listed, least={0: 150}, steps=((), (1,)))
        self._rows.show_records(visit.fines)
        self.table.setMinimumHeight(widths.scaled(_ROW * min(len(visit.fines), _SHOWN) + 36))
        self.body.addWidget(self.table)
        self._amount = forms.Field("Amount of this bill", forms.line("12.50"), "desk_fine_amount", unit=self._currency)
        self._set = buttons.button("Set the amount", name="desk_fine_set_amount")
        self._amount.add_beside(self._set)
        self.body.addWidget(self._amount)
        self._told = text.Sentence("", fonts.LABEL, "text2")
        self.body.addWidget(self._told)
        self._dispute = self.add_side(buttons.button("Mark as in dispute", name="desk_fine_dispute"))
        close = self.add_decision(buttons.button("Close", "main", name="desk_fines_close"))
        close.clicked.connect(self.reject)
        self._set.clicked.connect(self._on_set)
        self._dispute.clicked.connect(self._on_dispute)
        self.table.selectionModel().currentChanged.connect(self._offer)
        self.table.setCurrentIndex(self._rows.index(0, 0))
        self._offer()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _owed(self, fine: FineLine) -> str:
        if fine.balance is not None and fine.balance < 0:
            return f"credit {money.words(-fine.balance, self._currency)}"
        return "not known" if fine.balance is None else money.words(fine.balance, self._currency)

    @property
    def _fine(self) -> FineLine | None:
        index = self.table.currentIndex()
        return self._rows.record(index.row()) if index.isValid() else None

    @Slot()
    def _offer(self) -> None:
        fine = self._fine
        unknown = fine is not None and fine.balance is None
        credit = fine is not None and fine.balance is not None and fine.balance < 0
        why = "Choose a fine first." if fine is None else "A credit is not disputed." if credit else ""
        offer(self._dispute, why)
        disputed = fine is not None and fine.status == "in_dispute"
        said = "Owed again" if disputed else "Mark as in dispute"
        self._dispute.setText(said)
        self._dispute.setAccessibleName(said)
        self._amount.setVisible(unknown)
        self._amount.show_error("")
        disputes = "A fine in dispute is not waived, by hand or by a purge."
        self._told.say("A bill without an amount holds a purge." if unknown else disputes)

    @Slot()
    def _on_dispute(self) -> None:
        fine = self._fine
        if fine is not None:
            self.accept()
            self.wished.emit(Wish(fine.id, None, fine.status != "in_dispute"))

    @Slot()
    def _on_set(self) -> None:
        fine, control = self._fine, self._amount.control
        assert isinstance(control, QLineEdit)
        try:
            amount = money.parse(control.text(), self._currency)
        except ValueError:
            amount = 0
        if amount <= 0:
            self._amount.show_error("Write an amount above 0, such as 12.50.")
        elif fine is not None:
            self.accept()
            self.wished.emit(Wish(fine.id, amount))
