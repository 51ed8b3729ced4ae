"""What can be done about one patron from the details: asks where it must be asked, then does it off the window's thread."""

from __future__ import annotations

import datetime as dt

from patrondesk.records.ids import ReservationId
from patrondesk.records.loans import LoanLine
from patrondesk.services import activation, fines, loans, patrons, reservations
from patrondesk.ui.screens.patrons.doing import Doing
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.screens.patrons.state_dialogs import DisableDialog, KeepDialog
from patrondesk.ui.shell import cancelling, dialogs, paying_back, people, settling, text


class Doings(Doing):
    """Switching on and off, keeping, and what is settled: loans, fines, reservations."""

    def enable_or_disable(self, view: DetailsView) -> None:
        """Enables at once; before deactivating it asks for a reason, which may be empty."""
        office, patron_id, name = self.office, view.patron.id, people.called(view.patron)
        if not view.patron.enabled:
            self.do(lambda: activation.enable(office, patron_id), f"{name} is active again.", "patrons")
            return

        def disable(reason: str) -> None:
            said = f"{name} is deactivated and waits on the User Purge page."
            self.do(lambda: activation.disable(office, patron_id, reason or None), said, "patrons")

        dialog = DisableDialog(self.over, view.patron.name)
        dialog.confirmed.connect(disable)
        dialog.open()

    def keep_or_let_go(self, view: DetailsView) -> None:
        """Flags the patron to keep after asking why, or ends that after asking."""
        office, patron_id, name = self.office, view.patron.id, people.called(view.patron)
        if any(keep.active for keep in view.patron.protections):
            ending = dialogs.ask(
                self.over, "End keeping a patron", f"End keeping {text.isolated(view.patron.name)}?",
                "When nothing else is in the way, the patron can be purged.", "End keeping", name="unprotect_dialog",
            )  # fmt: skip
            said = f"{name} is not kept any more."
            ending.accepted.connect(lambda: self.do(lambda: patrons.unprotect(office, patron_id), said, "patrons"))
            ending.open()
            return

        def keep(reason: str, until: dt.date | None) -> None:
            self.do(lambda: patrons.protect(office, patron_id, reason, until), f"{name} is kept.", "patrons")

        dialog = KeepDialog(self.over, view.patron.name, office.clock.today())
        dialog.confirmed.connect(keep)
        dialog.open()

    def take_back(self, loan: LoanLine) -> None:
        """A loan that was marked as lost by mistake is open again."""
        office, loan_id = self.office, loan.id
        said = f"“{loan.title}” is on loan again."
        self.do(lambda: loans.reopen_lost(office, loan_id), said, "patrons", "loans", "items", "fines")

    def ask_waiver(self, view: DetailsView) -> None:
        """Asks which fines to waive, and why."""
        office = self.office

        def on_waived(waiver: settling.Waiver) -> None:
            def waive() -> None:
                for fine in waiver.fines:
                    fines.waive(office, fine, waiver.reason, waiver.comment)

            self.do(waive, settling.waived_words(waiver), "patrons", "fines")

        dialog = settling.WaiveDialog(self.over, view.patron.name, view.fines, view.currency)
        dialog.waived.connect(on_waived)
        dialog.open()

    def ask_payment(self, view: DetailsView) -> None:
        """Asks which fine was paid, and how much."""
        office = self.office

        def on_paid(payment: settling.Payment) -> None:
            self.do(lambda: fines.pay(office, payment.fine, payment.amount), settling.PAID, "patrons", "fines")

        dialog = settling.PaymentDialog(self.over, people.called(view.patron), view.fines, view.currency)
        dialog.paid.connect(on_paid)
        dialog.open()

    def ask_pay_back(self, view: DetailsView) -> None:
        """Asks before a credit is paid back."""
        office, patron_id, currency = self.office, view.patron.id, view.currency

        def on_agreed(agreed: paying_back.PayBack) -> None:
            self.do(
                lambda: fines.pay_back(office, patron_id, agreed.amount, agreed.note),
                lambda done: paying_back.paid_back_words(done, currency), "patrons", "fines",
            )  # fmt: skip

        dialog = paying_back.PayBackDialog(self.over, view.patron, view.fines, currency)
        dialog.agreed.connect(on_agreed)
        dialog.open()

    def ask_cancelling(self, view: DetailsView) -> None:
        """Asks which open reservations to cancel."""
        office = self.office

        def on_chosen(chosen: tuple[ReservationId, ...]) -> None:
            self.do(lambda: reservations.cancel(office, *chosen), cancelling.cancelled_words, "patrons", "reservations", "items")

        dialog = cancelling.CancelReservationsDialog(self.over, view.patron.name, view.open_reservations)
        dialog.chosen.connect(on_chosen)
        dialog.open()
