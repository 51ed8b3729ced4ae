"""Purge User Records [Alma]: everybody whose purge date has passed, with days of grace and a fine ceiling."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk import messages, money
from patrondesk.jobs import purge
from patrondesk.jobs.base import JobType, option
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.ids import PatronId
from patrondesk.records.jobs import JobOutcome, JobPreview, LineToWrite, RunDetail
from patrondesk.records.purging import BatchState
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import policy, verdict
from patrondesk.services.office import Office
from patrondesk.services.purging import due

RECORD_TYPES = ("public", "staff", "contact")


@dataclass(frozen=True, slots=True)
class Options:
    """Section 14 of the rules; `fine_ceiling` in minor units, None for the library's threshold."""

    grace_days: int = option(
        "Days after the purge date", "For so long a record is spared after its purge date.", "int", 0, low=0, high=3650
    )
    record_type: str | None = option("Record type", "Only records of this type.", "choice", choices=RECORD_TYPES)
    user_group: str | None = option("User group", "Only patrons of this group.", "text")
    fine_ceiling: int | None = option(
        "Owing at most",
        "Who owes more is left; what others owe is waived. Left blank it is the library's threshold, never without limit.",
        "money",
    )

    @property
    def criteria(self) -> due.DueCriteria:
        """Whom it means."""
        return due.DueCriteria(self.grace_days, self.record_type, self.user_group, self.fine_ceiling)


def _sentence(office: Office, options: Options) -> str:
    rules = policy.current_policy(office)
    day = due.cut_off(office.clock.today(), options.criteria)
    ceiling = rules.balance_threshold if options.fine_ceiling is None else options.fine_ceiling
    which = f" of type {options.record_type}" if options.record_type else ""
    group = f" in {options.user_group}" if options.user_group else ""
    kept = "stay for statistics, without names" if rules.retain_loans else "go too"
    return (
        f"Purges every record{which}{group} whose purge date is {messages.day(day)} or earlier and whom nothing holds; who owes "
        f"more than {money.words(ceiling, rules.currency)} stays. Their past loans {kept}."
    )


def _preview(office: Office, options: Options) -> JobPreview:
    plan = due.make_due_plan(office, options.criteria)
    lines = tuple(_exception(patron.id, patron.reasons) for patron in plan.held)
    done = plan.planned - len(lines)
    active = due.count_active(office, options.criteria)
    numbers = {"loans": plan.past_loans, "fines": plan.fines_to_waive, "amount": plan.amount_to_waive, "active": active}
    said = _sentence(office, options)
    if active:
        said += f" {messages.count(active, 'patron')} among them {'is' if active == 1 else 'are'} still active."
    return JobPreview(said, plan.planned, len(lines), done, numbers, lines)


def _exception(patron_id: PatronId, reasons: tuple[Reason, ...]) -> LineToWrite:
    held = [reason for reason in reasons if not reason.overridden]
    facts = [[reason.code, reason.count, reason.amount] for reason in held]
    return LineToWrite("exception", held[0].code if held else "REFUSED", patron_id, None, None, {"reasons": facts})


def _run(office: Office, options: Options, ticket: Ticket) -> JobOutcome:
    plan = due.make_due_plan(office, options.criteria)
    if not plan.patrons:
        return JobOutcome(0, 0, 0, {"loans": 0, "fines": 0, "amount": 0})
    result = purge.run(office, plan, ticket)
    batch = result.batch
    lines = [_exception(patron.id, patron.reasons) for patron in result.refused]
    lines += [LineToWrite("done", "PURGED", patron.id) for patron in result.purged]
    exceptions = batch.refused + batch.vanished
    numbers = {
        "loans": result.loans_kept + result.loans_deleted,
        "fines": result.fines_waived,
        "amount": result.amount_waived,
        "gone": batch.vanished,
        "not_reached": batch.not_reached,
    }
    stopped = batch.state is BatchState.STOPPED
    return JobOutcome(batch.purged + exceptions, exceptions, batch.purged, numbers, tuple(lines), batch.id, stopped)


def _words(line: RunDetail, currency: str) -> str:
    if line.code == "PURGED":
        return "Purged."
    said = [verdict.told(code, count, amount, currency) for code, count, amount in line.facts.get("reasons", ())]
    return "; ".join(said) + "." if said else "Refused."


JOB = JobType(
    "purge_users",
    "Purge user records",
    "Purges everybody whose purge date has passed.",
    Options,
    (Permission.PURGE,),
    True,
    _sentence,
    _preview,
    _run,
    _words,
)
