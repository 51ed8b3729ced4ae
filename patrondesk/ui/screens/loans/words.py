"""The sentences of the dialog: what the decisions would do, what was done, why a button is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patrondesk import messages, money
from patrondesk.records.ids import LoanId
from patrondesk.records.loans import Decision, LoansEnded
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import people

CHOICES: dict[Decision, tuple[str, str, str, str]] = {
    Decision.RETURNED: ("Returned", "Item is available again", "done", "ok"),
    Decision.LOST_CHARGED: ("Lost, charged", "Fine of the price is raised", "lost", "warn"),
    Decision.LOST_WRITTEN_OFF: ("Lost, written off", "No fine", "lost", "warn"),
    Decision.LEAVE_OPEN: ("Leave it open", "Nothing changes yet", "open", "text2"),
}
"""A decision's words, what it does, its icon and the icon's colour."""

MARK_AND_PURGE = "Mark all as lost and purge..."
NO_LOAN_OPEN = "No loan is open any more."
_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten".split()


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the decisions would do, in a sentence; and why the patron could not be tagged then (empty: could be)."""

    sentence: str
    why_not: str


def number(count: int, one: str, many: str | None = None) -> str:
    """One item, Two items ... Ten items, 11 items: at the beginning of a sentence."""
    word = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
    return f"{word} {one if count == 1 else many or one + 's'}"


def foretell(view: PatronLoans, choices: Mapping[LoanId, Decision]) -> Foretold:
    """The outcome of applying these decisions; a loan without one is left open."""
    name = people.called(view.patron)
    by: dict[Decision, list[int | None]] = {decision: [] for decision in Decision}
    for loan in view.open:
        by[choices.get(loan.id, Decision.LEAVE_OPEN)].append(loan.price)
    returned, charged = by[Decision.RETURNED], by[Decision.LOST_CHARGED]
    written, left = len(by[Decision.LOST_WRITTEN_OFF]), len(by[Decision.LEAVE_OPEN])
    parts = []
    if returned:
        parts.append(f"{number(len(returned), 'item')} will be returned.")
    if charged:
        parts.append(f"{number(len(charged), 'item')} will be lost, and {_charge(charged, view.currency)} charged.")
    if written:
        parts.append(f"{number(written, 'item')} will be lost, written off.")
    if left:
        stays = f"{number(left, 'loan')} {'stays' if left == 1 else 'stay'} open"
        parts = parts or ["Nothing changes yet."]
        parts.append(f"{stays}, so {name} **cannot be purged yet**.")
        return Foretold(" ".join(parts), f"{stays}.")
    others = holding_then(view, sum(price or 0 for price in charged), sum(price is None for price in charged))
    if others:
        parts.append(f"{name} **cannot be purged yet**: {', '.join(others)}.")
        return Foretold(" ".join(parts), people.raised(", ".join(others)))
    parts.append(f"Then **nothing holds {name}** any more.")
    return Foretold(" ".join(parts), "")


def _charge(prices: list[int | None], currency: str) -> str:
    known, unknown = sum(price or 0 for price in prices), sum(price is None for price in prices)
    parts = [money.words(known, currency)] if known or not unknown else []
    if unknown:
        parts.append("an amount that is not known")
    return messages.listed(parts)


def holding_then(view: PatronLoans, charged: int, charged_unknown: int) -> list[str]:
    """What would hold the patron once no loan is open and these fines were raised (minor units), each in a few words."""
    patron = view.patron
    said = [people.lowered(r.text) for r in view.others if r.code not in ("BALANCE_DUE", "CREDIT")]
    aside = {reason.code for reason in patron.reasons if reason.overridden}
    balance, unknown = patron.balance + charged, patron.unknown_fines + charged_unknown
    disputed = any(fine.status == "in_dispute" and (fine.balance is None or fine.balance > 0) for fine in view.fines)
    owing = ""
    if unknown:
        owing = "owes an amount that is not known"
    elif balance > view.threshold:
        owing = f"owes {money.words(balance, view.currency)}"
    elif disputed:
        owing = "a fine is in dispute"
    if owing and "BALANCE_DUE" not in aside:
        said.insert(0, owing)
    if balance < 0 and "CREDIT" not in aside:
        said.insert(0, f"the library owes the patron {money.words(-balance, view.currency)}")
    return said


def mark_all(view: PatronLoans) -> str:
    """What *Mark all as lost* does at this library."""
    if not view.charges:
        return "Every item is written off, without a fine"
    known = sum(loan.price or 0 for loan in view.open)
    unknown = any(loan.price is None for loan in view.open)
    raised = money.words(known, view.currency) + (" and amounts that are not known" if unknown else "")
    return f"A fine of each price is raised: {raised}"


def done(ended: LoansEnded, currency: str) -> str:
    """What was done."""
    parts = []
    if ended.returned:
        parts.append(f"{number(ended.returned, 'item')} {_is(ended.returned)} returned.")
    written = ended.lost - ended.charged
    if ended.charged:
        amounts: list[int | None] = [ended.charged_amount] if ended.charged_amount else []
        amounts += [None] * ended.charged_unknown
        parts.append(f"{number(ended.charged, 'item')} {_is(ended.charged)} lost, and {_charge(amounts, currency)} charged.")
    if written:
        parts.append(f"{number(written, 'item')} {_is(written)} lost and written off.")
    return " ".join(parts) or "Nothing was changed."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def standing(view: PatronLoans) -> str:
    """Whether the patron can go now, after something was done."""
    name = people.called(view.patron)
    if view.free:
        return f"**Nothing holds {name} any more.**"
    return f"{name} **cannot be purged yet**: {', '.join(people.lowered(reason.text) for reason in view.holding)}."


def overdue(days: int) -> str:
    """16 days overdue; empty when it is not late."""
    return f"{messages.count(days, 'day')} overdue" if days else ""
