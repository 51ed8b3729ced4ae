"""Lifting the other reasons from within the dialog: waivers, payments, credits, reservations. Asks, then hands the work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from patrondesk.services import fines, reservations
from patrondesk.services.office import Office
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import cancelling, paying_back, people, settling


class Doing(Protocol):
    """Does the work off the window's thread; `done` makes a sentence of its result."""

    def __call__(self, work: Callable[[], Any], done: Callable[[Any], str]) -> None: ...


class Lifting:
    """Each of these opens a question over `over`."""

    def __init__(self, over: QWidget, office: Office, do: Doing) -> None:
        self._over, self._office, self._do = over, office, do

    def ask(self, what: str, view: PatronLoans) -> None:
        """`what`: waive, pay, cancel_reservations or pay_back."""
        {
            "waive": self._waive,
            "pay": self._pay,
            "cancel_reservations": self._cancel_reservations,
            "pay_back": self._pay_back,
        }[what](view)

    def _waive(self, view: PatronLoans) -> None:
        def on_waived(waiver: settling.Waiver) -> None:
            def work() -> None:
                for fine in waiver.fines:
                    fines.waive(self._office, fine, waiver.reason, waiver.comment)

            self._do(work, lambda _: settling.waived_words(waiver))

        dialog = settling.WaiveDialog(self._over, view.patron.name, view.fines, view.currency)
        dialog.waived.connect(on_waived)
        dialog.open()

    def _pay(self, view: PatronLoans) -> None:
        def on_paid(payment: settling.Payment) -> None:
            self._do(lambda: fines.pay(self._office, payment.fine, payment.amount), lambda _: settling.PAID)

        dialog = settling.PaymentDialog(self._over, people.called(view.patron), view.fines, view.currency)
        dialog.paid.connect(on_paid)
        dialog.open()

    def _cancel_reservations(self, view: PatronLoans) -> None:
        dialog = cancelling.CancelReservationsDialog(self._over, view.patron.name, view.reservations)
        dialog.chosen.connect(
            lambda chosen: self._do(lambda: reservations.cancel(self._office, *chosen), cancelling.cancelled_words)
        )
        dialog.open()

    def _pay_back(self, view: PatronLoans) -> None:
        patron_id, currency = view.patron.id, view.currency

        def on_agreed(agreed: paying_back.PayBack) -> None:
            self._do(
                lambda: fines.pay_back(self._office, patron_id, agreed.amount, agreed.note),
                lambda done: paying_back.paid_back_words(done, currency),
            )

        dialog = paying_back.PayBackDialog(self._over, view.patron, view.fines, currency)
        dialog.agreed.connect(on_agreed)
        dialog.open()
