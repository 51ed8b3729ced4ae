"""The dialog that asks before a credit is paid back, and the sum it shows. It asks; its caller does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from patrondesk import messages, money
from patrondesk.records.loans import FineLine, PaidBack
from patrondesk.records.patrons import PatronDetails
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, people, text

BUTTON = "Pay it back..."


@dataclass(frozen=True, slots=True)
class Credit:
    """What stands to and fro, in minor units; `unknown` counts bills whose amount is not known."""

    credit: int
    owed: int
    disputed: int
    unknown: int

    @property
    def left(self) -> int:
        """What the library owes after all; 0 or less: nothing."""
        return self.credit - self.owed - self.disputed


@dataclass(frozen=True, slots=True)
class PayBack:
    """What was shown and agreed to, in minor units, and a note if there is one."""

    amount: int
    note: str | None


def credit_of(fines: Sequence[FineLine]) -> Credit:
    """The sum over a patron's fines; closed ones do not count."""
    unsettled = [fine for fine in fines if fine.status != "closed"]
    known = [(fine.balance, fine.status) for fine in unsettled if fine.balance is not None]
    return Credit(
        -sum(balance for balance, _ in known if balance < 0),
        sum(balance for balance, status in known if balance > 0 and status == "active"),
        sum(balance for balance, status in known if balance > 0 and status != "active"),
        sum(fine.balance is None for fine in unsettled),
    )


def sum_words(credit: Credit, currency: str) -> str:
    """$5.00 credit − $0.50 owed = $4.50; empty where the credit stands alone."""
    less = [(credit.owed, "owed"), (credit.disputed, "in dispute")]
    parts = [f"{money.words(amount, currency)} {said}" for amount, said in less if amount]
    if not parts:
        return ""
    return " − ".join([f"{money.words(credit.credit, currency)} credit", *parts]) + f" = {money.words(credit.left, currency)}"


def paid_back_words(done: PaidBack, currency: str) -> str:
    """What is said once it is done."""
    said = f"{money.words(done.paid, currency)} is paid back."
    return f"{said} {money.words(done.set_off, currency)} that was owed is settled with the credit." if done.set_off else said


class PayBackDialog(dialogs.Dialog):
    """Who gets how much, and why that much; a note if there is one."""

    agreed = Signal(object)
    """Carries a PayBack."""

    def __init__(self, parent: QWidget, patron: PatronDetails, fines: Sequence[FineLine], currency: str) -> None:
        super().__init__(parent, "Pay a credit back", dialogs.NARROW, "pay_back_dialog")
        credit = credit_of(fines)
        self._amount = credit.left
        amount = money.words(self._amount, currency)
        self.question(f"Pay {amount} back to {text.isolated(patron.name)}?")
        school = people.school_class(patron.year_level, patron.homeroom) or patron.patron_type
        self.body.addWidget(text.Sentence(people.dotted(patron.barcode, patron.username, school), fonts.LABEL, "text2"))
        for sentence in _explained(credit, currency):
            self.body.addWidget(text.Sentence(sentence))
        self._note = forms.Field(
            "Note, if any", forms.line("In cash, receipt 311"), "pay_back_note", hint="It stays with the pay-out."
        )
        self.body.addWidget(self._note)
        self.add_decision(buttons.button("Cancel", name="pay_back_cancel")).clicked.connect(self.reject)
        accept = self.add_decision(buttons.button(f"Pay {amount} back", "main", name="pay_back_accept"))
        accept.clicked.connect(self._on_accept)
        self._note.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        amount, note = self._amount, forms.typed(self._note).strip()
        self.accept()
        self.agreed.emit(PayBack(amount, note or None))


def _explained(credit: Credit, currency: str) -> list[str]:
    said = []
    sum_ = sum_words(credit, currency)
    if sum_:
        said.append(f"**{sum_}**")
    if credit.owed:
        said.append("What is owed is settled with the credit; the rest is paid back.")
    if credit.disputed:
        said.append("What is in dispute stays, and as much of the credit stays beside it.")
    if credit.unknown:
        bills = messages.count(credit.unknown, "bill")
        said.append(f"{bills} whose amount is not known {'stays' if credit.unknown == 1 else 'stay'} as well.")
    said.append(f"Hand the money over, and record it here. The balance is {money.words(0, currency)} then.")
    return said
