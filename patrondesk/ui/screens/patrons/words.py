"""The sentences of the details."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages, money
from patrondesk.records.borrowing import Debt
from patrondesk.records.loans import FineLine, LoanLine, ReservationLine
from patrondesk.records.patrons import Block, HistoryLine, PatronDetails, Protection
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import people
from patrondesk.ui.shell.paint import ChipText

NO_VALUE = "–"
_LOAN = {"open": "On loan", "returned": "Returned", "lost": "Lost", "closed": "Closed"}
_FINE = {"active": "Owed", "in_dispute": "In dispute", "closed": "Closed"}
_RESERVATION = {"open": "Open", "filled": "Filled", "cancelled": "Cancelled", "expired": "Expired"}


def nicely(word: str) -> str:
    """A stored word at the beginning of a cell: student -> Student."""
    return f"{word[:1].upper()}{word[1:]}"


def short(date: dt.date | None) -> str:
    """4 Dec 2026, or nothing."""
    return messages.short_day(date) if date else ""


def keys(patron: PatronDetails) -> str:
    """P020447 · wihaka08 · Student · Year 12, 12C · Class of 2026."""
    school = people.school_class(patron.year_level, patron.homeroom)
    return people.dotted(patron.barcode, patron.username, nicely(patron.patron_type), school, patron.cohort)


def whereabouts(patron: PatronDetails) -> str:
    """Deactivated 29 November 2026 by the rollover: graduated. Last activity 11 November 2026."""
    parts = []
    off = people.deactivated(patron)
    if off:
        parts.append(f"{off}: {patron.deactivated_reason}." if patron.deactivated_reason else f"{off}.")
    if patron.last_activity:
        parts.append(f"Last activity {messages.day(patron.last_activity)}.")
    return " ".join(parts) or "No activity yet."


def chips(view: DetailsView) -> list[ChipText]:
    """The state chips beside the name."""
    patron, said = view.patron, []
    if not patron.enabled:
        said.append(ChipText("grey", "Deactivated", "purge"))
    if view.blocked:
        said.append(ChipText("amber", "Blocked", "blocked"))
    if view.debt.blocks:
        said.append(ChipText("amber", "Debt block", "money"))
    if any(keep.active for keep in patron.protections):
        said.append(ChipText("grey", "Keep", "keep"))
    if any(reason.code == "ACCESS_REQUEST" for reason in patron.reasons):
        said.append(ChipText("grey", "Data request", "request"))
    if patron.role != "patron":
        said.append(ChipText("grey", patron.role_name, "staff"))
    return said


def owes(patron: PatronDetails, currency: str) -> str:
    """The balance beside Fines: $18.50, not known, or nothing."""
    if patron.unknown_fines and not patron.balance:
        return "Not known"
    known = money.words(patron.balance, currency) if patron.balance else ""
    return f"{known} +" if patron.unknown_fines else known


def beside(view: DetailsView) -> dict[str, str]:
    """What stands beside the words of each section: how many, how much."""
    patron = view.patron
    return {
        "loans": f"{patron.open_loans:,}", "reservations": f"{patron.open_reservations:,}",
        "fines": owes(patron, view.currency), "notes": f"{len(patron.note_lines) + len(patron.attachments):,}",
        "blocks": f"{sum(block.active for block in patron.blocks):,}", "roles": f"{int(patron.role != 'patron')}",
    }  # fmt: skip


def debt(debt: Debt) -> tuple[str, str]:
    """The two sentences of the debt block; bills of unknown amount do not count, and that is said."""
    owed, limit, less = (money.words(amount, debt.currency) for amount in (debt.owed, debt.limit, debt.to_lift))
    unknown = f" {messages.count(debt.unknown, 'bill')} of unknown amount not counted." if debt.unknown else ""
    return (
        f"Owes **{owed}**. The limit is {limit}.{unknown}",
        f"Lifts by itself when {less} is paid or waived. It cannot be lifted by hand.",
    )


def size(number: int) -> str:
    """How large a file is: 812 B, 24 KB, 3.1 MB."""
    if number < 1024:
        return f"{number} B"
    return f"{number / 1024:,.0f} KB" if number < 1024 * 1024 else f"{number / 1024 / 1024:,.1f} MB"


def by_on(author: str, on: dt.date) -> str:
    """Maria Okafor, 21 November 2026."""
    return f"{author}, {messages.day(on)}" if author else messages.day(on)


def change(line: HistoryLine) -> str:
    """Both values of what was changed by hand: old@x.org → new@x.org; empty for everything else."""
    if line.field is None:
        return ""
    return f"{line.old or '(blank)'} → {line.new or '(blank)'}"


def by_and_until(author: str, on: dt.date, until: dt.date | None) -> str:
    """Maria Okafor, 21 November 2026. No end date."""
    return f"{by_on(author, on)}. {f'Until {messages.day(until)}.' if until else 'No end date.'}"


def block_line(block: Block) -> str:
    """Who blocked, when, until when, and whether it has ended."""
    said = by_and_until(block.author, block.created_on, block.until)
    return said if block.active else f"{said} It has ended."


def keep_title(keep: Protection) -> str:
    """Keep until 31 January 2027."""
    return f"Keep until {messages.day(keep.until)}" if keep.until else "Keep, without an end date"


def keep_line(keep: Protection) -> str:
    """Maria Okafor · 21 November 2026: who flagged the patron to keep, and when."""
    return people.dotted(keep.author, messages.day(keep.created_on))


def overdue(loan: LoanLine) -> str:
    """16 days overdue; empty when it is not late."""
    return f"{messages.count(loan.days_overdue, 'day')} overdue" if loan.days_overdue else ""


def loan_state(loan: LoanLine) -> str:
    """On loan, Returned, Lost."""
    return _LOAN.get(loan.status, nicely(loan.status))


def fine_chip(fine: FineLine) -> ChipText:
    """The state of a fine."""
    kind = {"active": "amber", "in_dispute": "grey", "closed": "green"}.get(fine.status, "grey")
    if fine.status == "active" and fine.balance is not None and fine.balance < 0:
        return ChipText("amber", "Credit", "credit")
    return ChipText(kind, _FINE.get(fine.status, nicely(fine.status)), "")


def amount(minor: int | None, currency: str) -> str:
    """An amount, or that it is not known."""
    return "Not known" if minor is None else money.words(minor, currency)


def reservation_state(line: ReservationLine) -> str:
    """Open, Filled, Cancelled."""
    return _RESERVATION.get(line.status, nicely(line.status))


def moment(at: dt.datetime) -> str:
    """4 Dec 2026, 14:05, in this computer's time zone."""
    here = at.astimezone()
    return f"{messages.short_day(here.date())}, {here:%H:%M}"
