"""Money and reservations of the patron at the desk: asks through the shell's dialogs, then does it off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import money
from patrondesk.records.ids import ReservationId
from patrondesk.services import fines, reservations
from patrondesk.services.office import Office
from patrondesk.ui.screens.circulation.acts import Entry
from patrondesk.ui.screens.circulation.fines_dialog import FinesDialog, Wish
from patrondesk.ui.screens.circulation.reading import Visit, read_visit
from patrondesk.ui.shell import cancelling, paying_back, people, settling
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.settling import payable


class SettlingHere(QObject):
    """Dialogs open over `over`. One thing is done at a time."""

    done = Signal(object, str, object, object)
    """An Entry, the sentence, the Visit read again, and the tuple of words for what changed."""
    failed = Signal(object)

    def __init__(self, over: QWidget, office: Office, runner: Runner) -> None:
        super().__init__(over)
        self._over, self._office, self._runner = over, office, runner
        self.busy = False

    def ask_payment(self, visit: Visit) -> None:
        """Asks which fine was paid, and how much."""
        if not any(payable(fine) for fine in visit.fines):
            return
        office = self._office

        def on_paid(payment: settling.Payment) -> None:
            much = money.words(payment.amount, visit.currency)
            self._do(visit, "paid", f"{much} paid", lambda: fines.pay(office, payment.fine, payment.amount), settling.PAID)

        dialog = settling.PaymentDialog(self._over, people.called(visit.patron), visit.fines, visit.currency)
        dialog.paid.connect(on_paid)
        dialog.open()

    def ask_waiver(self, visit: Visit) -> None:
        """Asks which fines to waive, and why."""
        office = self._office

        def on_waived(waiver: settling.Waiver) -> None:
            def waive() -> None:
                for fine in waiver.fines:
                    fines.waive(office, fine, waiver.reason, waiver.comment)

            self._do(visit, "paid", "Waived", waive, settling.waived_words(waiver))

        dialog = settling.WaiveDialog(self._over, visit.patron.name, visit.fines, visit.currency)
        dialog.waived.connect(on_waived)
        dialog.open()

    def ask_about_fines(self, visit: Visit) -> None:
        """Shows the unsettled fines: disputes, and amounts that are not known."""
        office = self._office

        def on_wished(wish: Wish) -> None:
            if wish.amount is not None:
                much, amount = money.words(wish.amount, visit.currency), wish.amount
                said = f"The amount of the bill is {much}."
                self._do(visit, "paid", f"Amount set: {much}", lambda: fines.set_amount(office, wish.fine, amount), said)
                return
            said = "The fine is in dispute." if wish.dispute else "The fine is owed again."
            did = "In dispute" if wish.dispute else "Owed again"
            self._do(visit, "paid", did, lambda: fines.dispute(office, wish.fine, wish.dispute), said)

        dialog = FinesDialog(self._over, visit)
        dialog.wished.connect(on_wished)
        dialog.open()

    def ask_pay_back(self, visit: Visit) -> None:
        """Asks before a credit is paid back."""
        office, key = self._office, visit.patron.id

        def on_agreed(agreed: paying_back.PayBack) -> None:
            self._do(
                visit, "paid", f"{money.words(agreed.amount, visit.currency)} paid back",
                lambda: fines.pay_back(office, key, agreed.amount, agreed.note),
                lambda done: paying_back.paid_back_words(done, visit.currency),
            )  # fmt: skip

        dialog = paying_back.PayBackDialog(self._over, visit.patron, visit.fines, visit.currency)
        dialog.agreed.connect(on_agreed)
        dialog.open()

    def ask_cancelling(self, visit: Visit) -> None:
        """Asks which open reservations to cancel."""
        office = self._office

        def on_chosen(chosen: tuple[ReservationId, ...]) -> None:
            self._do(
                visit, "cancelled", "Reservation cancelled", lambda: reservations.cancel(office, *chosen),
                cancelling.cancelled_words,
            )  # fmt: skip

        dialog = cancelling.CancelReservationsDialog(self._over, visit.patron.name, visit.reservations)
        dialog.chosen.connect(on_chosen)
        dialog.open()

    def _do(
        self, visit: Visit, kind: str, title: str, work: Callable[[], Any], said: str | Callable[[Any], str]
    ) -> None:  # fmt: skip
        if self.busy:
            return
        self.busy = True
        office = self._office

        def both() -> tuple[Any, Visit]:
            return work(), read_visit(office, visit.patron.id)

        def on_done(answer: tuple[Any, Visit]) -> None:
            self.busy = False
            sentence = said if isinstance(said, str) else said(answer[0])
            entry = Entry(office.clock.now(), kind, title, visit.patron.name, told=sentence)
            self.done.emit(entry, sentence, answer[1], ("patrons", "fines", "reservations", "items"))

        def on_failed(fault: Exception) -> None:
            self.busy = False
            self.failed.emit(fault)

        self._runner.do(both, on_done, on_failed)
