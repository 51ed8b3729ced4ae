"""Bulk fine waiving [Alma]: all or nothing a patron, with a maximum, by group, type and date, for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patrondesk import messages, money
from patrondesk.jobs.base import JobType, option
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.jobs import JobOutcome, JobPreview, LineToWrite, RunDetail
from patrondesk.records.staff import Permission
from patrondesk.records.waiving import LeftAlone, WaiveCriteria, Waived
from patrondesk.services import policy, waiving
from patrondesk.services.office import Office

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Options:
    """Section 15 of the rules; `maximum` in minor units."""

    maximum: int = option(
        "Most that a patron may owe", "A patron owing more in all is left alone entirely.", "money", 0, required=True
    )
    reason: str = option("Reason", "Written with each waiver, and shown in the fine's history.", "text", "", required=True)
    groups: tuple[str, ...] = option("User groups", "Only patrons of these groups; any, where none is named.", "names", ())
    types: tuple[str, ...] = option("Fine types", "Only fines of these types; any, where none is named.", "names", ())
    exclude_overdue: bool = option(
        "Leave alone who has overdue loans", "A patron with an overdue loan keeps all fines.", "bool", False
    )
    charged_from: dt.date | None = option("Charged from", "Only fines charged on this day or later.", "date")
    charged_until: dt.date | None = option("Charged until", "Only fines charged on this day or earlier.", "date")
    comment: str = option("Comment", "Further words, kept with each waiver.", "text", "")

    @property
    def criteria(self) -> WaiveCriteria:
        """Whose fines, and which."""
        return WaiveCriteria(
            self.maximum, tuple(self.groups), tuple(self.types), self.exclude_overdue, self.charged_from, self.charged_until
        )


def _sentence(office: Office, options: Options) -> str:
    currency = policy.current_policy(office).currency
    which = f" of the type {' or '.join(options.types)}" if options.types else ""
    whose = f" in {' or '.join(options.groups)}" if options.groups else ""
    when = "".join(
        f", charged {word} {messages.day(day)}"
        for word, day in (("from", options.charged_from), ("until", options.charged_until))
        if day is not None
    )
    late = " and have no overdue loan" if options.exclude_overdue else ""
    return (
        f"Waives every active fine{which}{when} of patrons{whose} who owe at most {money.words(options.maximum, currency)} "
        f"in all{late}. Disputed fines and credits stay."
    )


def _preview(office: Office, options: Options) -> JobPreview:
    whom = waiving.find_considered(office, options.criteria)
    found = waiving.preview_waiving(office, options.criteria, whom)
    return JobPreview(
        _sentence(office, options), found.considered, len(found.left_alone), found.patrons, _numbers(found), tuple(_lines(found))
    )


def _run(office: Office, options: Options, ticket: Ticket) -> JobOutcome:
    whom = waiving.find_considered(office, options.criteria)
    done = Waived(0, (), ())
    stopped = False
    for start in range(0, len(whom), CHUNK):
        if ticket.stopping:
            stopped = True
            break
        part = whom[start : start + CHUNK]
        done = done.joined(waiving.waive_some(office, options.criteria, part, options.reason, options.comment))
        ticket.progress(start + len(part), len(whom), "waive")
    return JobOutcome(done.considered, len(done.left_alone), done.patrons, _numbers(done), tuple(_lines(done)), stopped=stopped)


def _numbers(found: Waived) -> dict[str, int]:
    return {"fines": len(found.fines), "amount": found.amount}


def _lines(found: Waived) -> Sequence[LineToWrite]:
    waived = [LineToWrite("done", "WAIVED", f.patron_id, f.id, f.amount, {"type": f.type}) for f in found.fines]
    left = [
        LineToWrite("exception", reasons[0][0].value, patron, None, None, {"reasons": [[code.value, n] for code, n in reasons]})
        for patron, reasons in ((one.patron_id, one.reasons) for one in found.left_alone)
    ]
    return [*waived, *left]


def _words(line: RunDetail, currency: str) -> str:
    if line.code == "WAIVED":
        return f"{line.facts.get('type', 'Fine')}: {money.words(line.amount or 0, currency)} waived."
    return " ".join(worded(LeftAlone(code), number, currency) for code, number in line.facts.get("reasons", ()))


def worded(code: LeftAlone, number: int, currency: str) -> str:
    """Why a patron was left alone."""
    if code is LeftAlone.OVER_MAXIMUM:
        return f"Owes {money.words(number, currency)} in all, more than the maximum."
    if code is LeftAlone.UNKNOWN_AMOUNT:
        return f"{messages.count(number, 'bill')} of unknown amount, so what is owed in all is not known."
    if code is LeftAlone.OVERDUE_LOANS:
        return f"{messages.count(number, 'overdue loan')}."
    return "Was settled meanwhile."


JOB = JobType(
    "waive_fines",
    "Bulk fine waiving",
    "Waives the small debts of many patrons at once.",
    Options,
    (Permission.BULK_WAIVE,),
    True,
    _sentence,
    _preview,
    _run,
    _words,
)
