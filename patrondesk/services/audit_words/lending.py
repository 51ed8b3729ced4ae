"""The log's words about loans, items, reservations and fines."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.services.audit_words.told import Tell, Told, Wording, if_any, joined, small


def _decided(t: Told) -> str:
    parts = joined(
        if_any(t.number("returned"), f"{t.number('returned'):,} returned"),
        if_any(t.number("lost"), f"{t.number('lost'):,} lost"),
        if_any(t.number("charged"), f"{t.number('charged'):,} of them charged, {t.amount('amount')} in all"),
    )
    return f"Open loans{t.of_patron} were dealt with{': ' + parts if parts else ''}."


def _loan(did: str) -> Tell:
    return lambda t: f"{'Loan ' + str(t['loan']) if t['loan'] is not None else 'A loan'}{t.of_patron} {did}."


def _item(did: str) -> Tell:
    return lambda t: f"An item {did} {small(t.patron)}{' (loan ' + str(t['loan']) + ')' if t['loan'] is not None else ''}."


def _fine(did: str) -> Tell:
    def tell(t: Told) -> str:
        fine = f"fine {t['fine']}" if t["fine"] is not None else "a fine"
        return f"{did}: {t.amount('amount')} of {fine}{t.of_patron}."

    return tell


def _one_fine(did: str) -> Tell:
    return lambda t: f"{'Fine ' + str(t['fine']) if t['fine'] is not None else 'A fine'}{t.of_patron} {did}."


def _late(t: Told) -> str:
    return f" It was late: {t.amount('late_fine')} was charged." if t.number("late_fine") else ""


def _reserved(t: Told) -> str:
    aside = "; a copy was set aside at once" if t["item"] is not None else ""
    return f"A reservation{t.of_patron} was made{aside}."


def _expired(t: Told) -> str:
    number = len(t["reservations"] or ())
    on, free = t.number("handed_on"), t.number("released")
    parts = joined(
        if_any(on, f"{messages.count(on, 'copy', 'copies')} went to the next who waits"),
        if_any(free, f"{messages.count(free, 'copy', 'copies')} became available"),
    )
    return f"{messages.count(number, 'reservation')} ended, as the time was over{'; ' + parts if parts else ''}."


def _of_item(did: str) -> Tell:
    return lambda t: f"{'Item ' + str(t['item']) if t['item'] is not None else 'An item'} {did}."


def _paid_back(t: Told) -> str:
    off = f"; {t.amount('set_off')} of it settled what was owed" if t.number("set_off") else ""
    return f"A credit{t.of_patron} was paid back: {t.amount('paid')}{off}."


def _unreserved(t: Told) -> str:
    number = len(t["reservations"] or ())
    freed = t.number("released")
    more = f"; {messages.count(freed, 'copy', 'copies')} became available" if freed else ""
    return f"{messages.count(number, 'reservation')}{t.of_patron} {'was' if number == 1 else 'were'} cancelled{more}."


def _bulk_waived(t: Told) -> str:
    done = f"{t.count('fines', 'fine')} of {t.count('patrons', 'patron')} {'was' if t.number('fines') == 1 else 'were'} waived"
    return f"{done}, {t.amount('amount')}; {t.count('considered', 'patron')} considered."


def _lent_to(t: Told) -> str:
    return f"; {t.patron} had it last" if t.of_patron else ""


WORDS: dict[str, Wording] = {
    "fines.bulk_waive": Wording("Fines waived in bulk", _bulk_waived),
    "loans.decide": Wording("Open loans dealt with", _decided),
    "loans.reopen": Wording("A lost loan opened again", _loan("is open again: the item is not lost after all")),
    "loans.found": Wording(
        "A lost item found",
        lambda t: f"{'Item ' + str(t['item']) if t['item'] is not None else 'An item'} was lost, and is found{_lent_to(t)}.",
    ),
    "loans.checkout": Wording("An item lent", _item("was lent to")),
    "loans.return": Wording("An item returned", lambda t: f"{_item('is back from')(t)}{_late(t)}"),
    "loans.renew": Wording("A loan renewed", lambda t: f"{_loan('was renewed')(t)}{_late(t)}"),
    "loans.undo_checkout": Wording("A check-out taken back", _loan("was a mistake: the item was not lent")),
    "loans.undo_return": Wording("A return taken back", _loan("is open again: the item was not returned")),
    "loans.lost": Wording("An item marked as lost", _loan("ended: the item is marked as lost")),
    "reservations.add": Wording("A reservation made", _reserved),
    "reservations.cancel": Wording("A reservation cancelled", _unreserved),
    "reservations.expire": Wording("Reservations ended", _expired),
    "fines.payment": Wording("A payment recorded", _fine("A payment")),
    "fines.waiver": Wording("A fine waived", _fine("A waiver")),
    "fines.amount": Wording("The amount of a bill set", _fine("An amount was set")),
    "fines.dispute": Wording("A fine in dispute", _one_fine("is in dispute")),
    "fines.end_dispute": Wording("A dispute settled", _one_fine("is not in dispute any more")),
    "fines.pay_back": Wording("A credit paid back", _paid_back),
    "items.add": Wording("An item added", _of_item("was added by hand")),
    "items.edit": Wording("An item changed", _of_item("was changed by hand")),
    "items.withdraw": Wording("An item withdrawn", _of_item("was withdrawn from the catalogue")),
    "items.put_back": Wording("An item put back", _of_item("is in the catalogue again")),
}  # fmt: skip
"""By operation."""
