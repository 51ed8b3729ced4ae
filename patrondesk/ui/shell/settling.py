"""Dialogs that settle fines: waive some with a reason, or record a payment. They ask; their caller does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk import messages, money
from patrondesk.records.ids import FineId
from patrondesk.records.loans import FineLine
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, paint, text, widths
from patrondesk.ui.shell.cards import Card

NOT_KNOWN = "amount not known"
_WIDEST_LINE, _BESIDE_A_DISPUTE = 296, 150
PAID = "The payment is recorded."
DISPUTED = "A fine in dispute is not waived. Settle the dispute first."


@dataclass(frozen=True, slots=True)
class Waiver:
    """Which fines to waive, and why."""

    fines: tuple[FineId, ...]
    reason: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """How much was paid for which fine, in minor units."""

    fine: FineId
    amount: int


def waived_words(waiver: Waiver) -> str:
    """What is said once it is done."""
    return "The fine is waived." if len(waiver.fines) == 1 else "The fines are waived."


def waivable(fine: FineLine) -> bool:
    """Only an active debt is waived: not one in dispute, not a credit, not a closed line."""
    return fine.status == "active" and (fine.balance is None or fine.balance > 0)


def payable(fine: FineLine) -> bool:
    """Whether something can be paid: an open debt, in dispute or not."""
    return fine.status != "closed" and (fine.balance is None or fine.balance > 0)


def owed(fine: FineLine, currency: str) -> str:
    """What is left of a fine, in words."""
    return NOT_KNOWN if fine.balance is None else money.words(fine.balance, currency)


def named(fine: FineLine) -> str:
    """What the fine is for: Lost item, The Wild Robot."""
    return ", ".join(part for part in (fine.type, fine.title) if part)


class WaiveDialog(dialogs.Dialog):
    """Every unsettled fine with its amount; those that can be waived are ticked. A reason is required."""

    waived = Signal(object)
    """Carries a Waiver."""

    def __init__(self, parent: QWidget, name: str, fines: Sequence[FineLine], currency: str) -> None:
        super().__init__(parent, "Waive fines", dialogs.NARROW, "waive_dialog")
        self._currency = currency
        self._boxes: dict[FineId, tuple[buttons.CheckBox, FineLine]] = {}
        self.question(f"Waive fines of {text.isolated(name)}?")
        self.body.addWidget(self._list(fines))
        self._reason = forms.Field("Reason", forms.line("Moved away"), "waive_reason", hint="It stays with the fine.")
        self._comment = forms.Field("Comment, if any", forms.line(), "waive_comment")
        self.body.addWidget(self._reason)
        self.body.addWidget(self._comment)
        self._sum = text.Sentence("", fonts.TEXT, "text2")
        self.body.addWidget(self._sum)
        self.add_decision(buttons.button("Cancel", name="waive_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Waive", "main", name="waive_accept"))
        self._accept.clicked.connect(self._on_accept)
        self._show_sum()
        self._reason.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list(self, fines: Sequence[FineLine]) -> Card:
        card = Card("", "surface")
        for fine in fines:
            if not payable(fine):
                continue
            room = _WIDEST_LINE if waivable(fine) else _BESIDE_A_DISPUTE
            box = buttons.CheckBox(paint.elided(named(fine), fonts.font(), widths.scaled(room)))
            box.setToolTip(named(fine))
            box.setObjectName(f"waive_fine_{fine.id}")
            amount = owed(fine, self._currency)
            box.setAccessibleName(f"{named(fine)}, {amount}")
            box.setEnabled(waivable(fine))
            box.setChecked(waivable(fine))
            box.toggled.connect(self._show_sum)
            row = QHBoxLayout()
            row.addWidget(box, 1)
            if not waivable(fine):
                row.addWidget(text.label("in dispute, not waived", fonts.LABEL, fonts.REGULAR, "text2"))
            row.addWidget(text.label(amount, fonts.TEXT, fonts.REGULAR, "text"))
            card.inside.addLayout(row)
            self._boxes[fine.id] = (box, fine)
        return card

    @property
    def _chosen(self) -> list[FineLine]:
        return [fine for box, fine in self._boxes.values() if box.isChecked()]

    @Slot()
    def _show_sum(self) -> None:
        known = sum(fine.balance or 0 for fine in self._chosen)
        unknown = sum(fine.balance is None for fine in self._chosen)
        parts = [money.words(known, self._currency)] if known else []
        if unknown:
            parts.append(f"{messages.count(unknown, 'bill')} whose amount is not known")
        said = f"{messages.listed(parts)} will not be owed any more." if parts else "Tick what is to be waived."
        self._sum.say(said)
        self._accept.setEnabled(bool(parts))
        self._accept.setToolTip("" if parts else said)

    @Slot()
    def _on_accept(self) -> None:
        reason, comment = _typed(self._reason), _typed(self._comment)
        self._reason.show_error("" if reason else "A waiver needs a reason, such as: moved away.")
        if reason:
            chosen = tuple(fine.id for fine in self._chosen)
            self.accept()
            self.waived.emit(Waiver(chosen, reason, comment or None))


class PaymentDialog(dialogs.Dialog):
    """One fine and what was paid for it. For a bill of unknown amount it asks how much was paid."""

    paid = Signal(object)
    """Carries a Payment."""

    def __init__(self, parent: QWidget, name: str, fines: Sequence[FineLine], currency: str) -> None:
        super().__init__(parent, "Record a payment", dialogs.NARROW, "payment_dialog")
        self._currency = currency
        self._fines = [fine for fine in fines if payable(fine)]
        self.question(f"What did {text.isolated(name)} pay?")
        self._which = QComboBox()
        # A long title must not make the dialog wider than it is.
        self._which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for fine in self._fines:
            self._which.addItem(f"{named(fine)}: {owed(fine, currency)}", fine.id)
        self.body.addWidget(forms.Field("For", self._which, "payment_fine"))
        self._amount = forms.Field("Amount paid", forms.line("12.50"), "payment_amount", unit=currency)
        self.body.addWidget(self._amount)
        self._explained = text.Sentence("", fonts.LABEL, "text2")
        self.body.addWidget(self._explained)
        self.add_decision(buttons.button("Cancel", name="payment_cancel")).clicked.connect(self.reject)
        accept = self.add_decision(buttons.button("Record the payment", "main", name="payment_accept"))
        accept.clicked.connect(self._on_accept)
        self._which.currentIndexChanged.connect(self._show_fine)
        self._show_fine()
        self._amount.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _fine(self) -> FineLine:
        return self._fines[self._which.currentIndex()]

    @Slot()
    def _show_fine(self) -> None:
        balance = self._fine.balance
        control = self._amount.control
        assert isinstance(control, QLineEdit)
        control.setText("" if balance is None else money.decimal_text(balance, self._currency))
        control.selectAll()
        self._amount.show_error("")
        self._explained.say(
            "The amount of this bill is not known. Say how much was paid; that settles it."
            if balance is None
            else f"{money.words(balance, self._currency)} is owed. A part of it can be paid."
        )

    @Slot()
    def _on_accept(self) -> None:
        balance = self._fine.balance
        example = money.words(1250, self._currency) if balance is None else money.words(balance, self._currency)
        try:
            amount = money.parse(_typed(self._amount), self._currency)
        except ValueError:
            self._amount.show_error(f"That is not an amount. Write it as {example}.")
            return
        if amount <= 0:
            self._amount.show_error(f"Give more than nothing, such as {example}.")
        elif balance is not None and amount > balance:
            self._amount.show_error(f"That is more than is owed. Give up to {example}.")
        else:
            fine = self._fine.id
            self.accept()
            self.paid.emit(Payment(fine, amount))


def _typed(field: forms.Field) -> str:
    control = field.control
    return control.text().strip() if isinstance(control, QLineEdit) else ""
