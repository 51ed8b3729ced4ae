"""`jobs`: set up, run now or when due, looked back on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from patrondesk import messages, money
from patrondesk.cli import documents, schedule_entry, writing
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day, key, pair
from patrondesk.cli.progress import watched
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Refused, Stopped, WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.jobs import JobLine, RunDetail, RunLine, RunReport

_WHEN = """Schedules: daily at 02:00; weekdays at 18:30; monday, thursday at 07:00; monthly on 1 at 02:00;
monthly on last at 02:00;
yearly on 15 July at 02:00; once on 2026-12-20 at 02:00. Times are this computer's."""


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("jobs", "jobs: set up, run now or when due, looked back on")
    noun.add("list", "jobs that are set up, and what comes next", list_all)
    noun.add("types", "what kinds of job there are, with their options", list_types)
    add_one = noun.add("add", "set a job up", add_job, _WHEN)
    add_one.add_argument("name", metavar="NAME")
    add_one.add_argument("--type", required=True, metavar="TYPE", help="see: patrondesk jobs types")
    add_one.add_argument("--option", action="append", type=pair, default=[], metavar="KEY=VALUE", help="repeatable")
    add_one.add_argument("--schedule", metavar="TEXT", help="when it runs; without it only by hand")
    add_one.add_argument("--as", dest="account", metavar="USERNAME", help="as whom it runs; oneself, where nobody is named")
    add_one.add_argument("--keep", type=int, default=20, metavar="N", help="how many of its runs are kept")
    for word, handler, what in (
        ("show", show_one, "one job and its latest run"),
        ("remove", remove_one, "remove a job; its runs stay in the history"),
        ("enable", enable_one, "let a job run by its schedule again"),
        ("disable", disable_one, "keep a job, but do not run it by its schedule"),
    ):
        noun.add(word, what, handler).add_argument("name", metavar="NAME")
    run = noun.add("run", "run a job now", run_one)
    run.add_argument("name", metavar="NAME")
    run.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
    run.add_argument("--yes", action="store_true", help="do not ask")
    noun.add("run-due", "run every job that is due; made for the system's scheduler", run_due)
    history = noun.add("history", "runs, the newest first", list_history)
    history.add_argument("--from", type=day, metavar="DATE", dest="since", help="from this day on")
    history.add_argument("--to", type=day, metavar="DATE", dest="until", help="up to this day")
    history.add_argument("--type", metavar="TYPE")
    history.add_argument("--state", metavar="STATE", help="completed, refused, failed, ...")
    report = noun.add("report", "one run with everything that it did", show_report)
    report.add_argument("run", type=key, metavar="RUN")
    report.add_argument("--out", type=file_argument, metavar="FILE", help="write it: .xlsx, .csv, .json, .html")
    schedule_entry.add(noun)


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every job."""
    from patrondesk.jobs import engine

    lines = engine.list_jobs(desk.sign_in())
    headings = ("Job", "Type", "When", "Next", "As", "Last run")
    rows = (
        (
            line.name, line.title, (line.schedule or "by hand") + ("" if line.enabled else " (off)"), _moment(line.next_at),
            line.account, line.last.state.value.replace("_", " ") if line.last else "never",
        )
        for line in lines
    )  # fmt: skip
    desk.answer.give({"jobs": [_job(line) for line in lines]}, table(headings, rows) or ["No job is set up."])
    return 0


def list_types(desk: Desk, _args: argparse.Namespace) -> int:
    """What can be set up; nothing of a library is needed."""
    from patrondesk.jobs import engine

    document: list[Document] = []
    lines: list[str] = []
    for kind in engine.types():
        fields = [
            {"name": f.name, "label": f.label, "text": f.text, "kind": f.kind, "required": f.required, "choices": list(f.choices)}
            for f in kind.fields
        ]
        document.append({"type": kind.code, "title": kind.title, "text": kind.text, "options": fields})
        lines.append(f"{kind.code}: {kind.text}")
        lines += [f"    {f.name}{' (needed)' if f.required else ''}: {f.text}" for f in kind.fields]
    desk.answer.give({"types": document}, lines)
    return 0


def add_job(desk: Desk, args: argparse.Namespace) -> int:
    """Sets a job up; its options are checked now, not at night."""
    from patrondesk.jobs import base, engine
    from patrondesk.services.policy import current_policy
    from patrondesk.services.scheduling import jobs

    office = desk.sign_in()
    kind = engine.type_of(args.type)
    twice = [name for name, _ in args.option]
    if len(set(twice)) < len(twice):
        raise WrongUsage("An option is given twice.", "Give each once; several names are separated by commas.")
    options = base.read_options(kind, dict(args.option), current_policy(office).currency)
    jobs.add_job(office, args.name, kind.code, options, args.schedule, account=args.account, keep_runs=args.keep)
    return _give_job(desk, args.name, "Set up")


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """One job."""
    return _give_job(desk, args.name, "")


def _give_job(desk: Desk, name: str, did: str) -> int:
    from patrondesk.jobs import engine
    from patrondesk.services.scheduling import jobs

    office = desk.sign_in()
    jobs.read_job(office, name)
    line = next(line for line in engine.list_jobs(office) if line.name == name.strip())
    when = f"Next: {_moment(line.next_at)}." if line.next_at else "It runs only by hand."
    said = [f"{did}: {line.name}." if did else f"{line.name} ({line.title})", line.sentence, when, f"It runs as {line.account}."]
    desk.answer.give(_job(line), said)
    return 0


def remove_one(desk: Desk, args: argparse.Namespace) -> int:
    """Removes a job."""
    from patrondesk.services.scheduling.jobs import remove_job

    remove_job(desk.sign_in(), args.name)
    desk.answer.give({"removed": args.name}, [f"Removed: {args.name}. Its runs stay in the history."])
    return 0


def enable_one(desk: Desk, args: argparse.Namespace) -> int:
    """Switches a job on."""
    return _switch(desk, args.name, on=True)


def disable_one(desk: Desk, args: argparse.Namespace) -> int:
    """Switches a job off."""
    return _switch(desk, args.name, on=False)


def _switch(desk: Desk, name: str, *, on: bool) -> int:
    from patrondesk.services.scheduling.jobs import switch_job

    switch_job(desk.sign_in(), name, on)
    return _give_job(desk, name, "On" if on else "Off")


def run_one(desk: Desk, args: argparse.Namespace) -> int:
    """Runs a job now, or says what it would do. Exit 1 with exceptions."""
    from patrondesk.jobs import engine
    from patrondesk.records.jobs import Trigger
    from patrondesk.services.policy import current_policy
    from patrondesk.services.scheduling import jobs

    office = desk.sign_in()
    job = jobs.read_job(office, args.name)
    kind = engine.type_of(job.type)
    currency = current_policy(office).currency
    if args.preview or (kind.destructive and not args.yes):
        seen = engine.preview(office, job.type, job.options)
        said = f"{seen.processed:,} processed = {seen.done:,} done + {seen.exceptions:,} with exceptions."
        if args.preview:
            details = engine.worded(office, job.type, seen.lines)
            document = {
                "state": "preview", "sentence": seen.sentence, "processed": seen.processed, "exceptions": seen.exceptions,
                "done": seen.done, **_numbers(seen.numbers, currency), "lines": [_detail(line, currency) for line in details],
            }  # fmt: skip
            desk.answer.give(document, [seen.sentence, said, *_detail_table(details)])
            return 1 if seen.exceptions else 0
        desk.confirm(f"{seen.sentence} Now: {said}", 0, 0, args.yes)
    with watched(desk.answer) as ticket:
        report = engine.run_job(office, args.name, ticket, Trigger.COMMAND)
    return _give_report(desk, report)


def run_due(desk: Desk, _args: argparse.Namespace) -> int:
    """Runs what is due, one after the other. Exit 1 when one had exceptions, was refused or failed."""
    from patrondesk.jobs import engine
    from patrondesk.records.jobs import RunState

    office = desk.sign_in_for_jobs()
    with watched(desk.answer) as ticket:
        lines = engine.run_due(office, ticket)
    desk.answer.give({"runs": [_run(line) for line in lines]}, _run_table(lines) or ["Nothing is due."])
    return 0 if all(line.state is RunState.COMPLETED for line in lines) else 1


def list_history(desk: Desk, args: argparse.Namespace) -> int:
    """The history."""
    from patrondesk.jobs import engine
    from patrondesk.records.jobs import RunState

    state = None
    if args.state is not None:
        wanted = args.state.strip().lower().replace(" ", "_")
        if wanted not in [one.value for one in RunState]:
            raise WrongUsage(f"There is no state “{args.state}”.", f"Choose one of: {', '.join(one.value for one in RunState)}.")
        state = RunState(wanted)
    if args.type is not None:
        engine.type_of(args.type)
    lines = engine.list_runs(desk.sign_in(), since=args.since, until=args.until, kind=args.type, state=state)
    desk.answer.give({"runs": [_run(line) for line in lines]}, _run_table(lines) or ["No run fits."])
    return 0


def show_report(desk: Desk, args: argparse.Namespace) -> int:
    """A run in full, shown or written."""
    from patrondesk.jobs import engine
    from patrondesk.records.ids import RunId

    if args.out is not None:
        writing.check_target(args.out)
    office = desk.sign_in()
    report = engine.read_report(office, RunId(args.run))
    if args.out is not None:
        from patrondesk.reports import job_run

        library = office.actor.library_name if office.actor else ""
        written = writing.write(job_run.build(report, library, desk.clock.now(), desk.clock.rehearsal), args.out)
        desk.answer.give(_report(report) | {"out": str(args.out)}, [f"Written: {args.out}", *written.remarks])
        return 0
    desk.answer.give(_report(report), _report_lines(report))
    return 0


def _give_report(desk: Desk, report: RunReport) -> int:
    from patrondesk.records.jobs import RunState

    desk.answer.give(_report(report), _report_lines(report))
    if report.run.state is RunState.STOPPED:
        return Stopped.exit_code
    if report.run.state is RunState.REFUSED:
        return Refused.exit_code
    return 1 if report.run.exceptions else 0


def _moment(at: Any) -> str:  # noqa: ANN401 - a moment or None
    return f"{messages.short_day(at.astimezone().date())}, {at.astimezone():%H:%M}" if at is not None else ""


def _job(line: JobLine) -> Document:
    return {
        "name": line.name,
        "type": line.type,
        "options": dict(line.options),
        "sentence": line.sentence,
        "schedule": line.schedule,
        "enabled": line.enabled,
        "account": line.account,
        "keep": line.keep_runs,
        "next_at": line.next_at.isoformat() if line.next_at else None,
        "last_run": _run(line.last) if line.last else None,
    }


def _run(line: RunLine) -> Document:
    return {
        "run": line.id,
        "name": line.name,
        "type": line.type,
        "sentence": line.sentence,
        "trigger": line.trigger.value,
        "state": line.state.value,
        "operator": line.operator,
        "planned_for": line.planned_for.isoformat() if line.planned_for else None,
        "started_at": line.started_at.isoformat(),
        "finished_at": line.finished_at.isoformat() if line.finished_at else None,
        "processed": line.processed,
        "exceptions": line.exceptions,
        "done": line.done,
        "batch": line.batch_id,
        "why": line.refusal,
    }


def _numbers(numbers: Any, currency: str) -> Document:  # noqa: ANN401 - counts by name
    return {name: documents.amount(n, currency) if name == "amount" else n for name, n in numbers.items()}


def _detail(line: RunDetail, currency: str) -> Document:
    return {
        "kind": line.kind,
        "code": line.code,
        "patron_id": line.patron_id,
        "username": line.username,
        "record": line.record_id,
        "amount": documents.amount(line.amount, currency),
        "text": line.words,
    }


def _report(report: RunReport) -> Document:
    lines = [_detail(line, report.currency) for line in report.details]
    return _run(report.run) | {"numbers": _numbers(report.run.numbers, report.currency), "lines": lines}


def _run_table(lines: list[RunLine]) -> list[str]:
    headings = ("Run", "Job", "Started", "By", "State", "Processed", "Exceptions", "Done")
    rows = (
        (x.id, x.name, _moment(x.started_at), x.operator, x.state.value.replace("_", " "), x.processed, x.exceptions, x.done)
        for x in lines
    )
    return [*table(headings, rows, (0, 5, 6, 7)), *(f"Run {line.id}: {line.refusal}" for line in lines if line.refusal)]


def _report_lines(report: RunReport) -> Iterator[str]:
    run = report.run
    yield f"Run {run.id}, {run.name}: {run.state.value.replace('_', ' ')}. {run.sentence}"
    if run.refusal:
        yield run.refusal
    yield f"{run.processed:,} processed = {run.done:,} done + {run.exceptions:,} with exceptions."
    if run.numbers.get("amount"):
        yield f"{money.words(run.numbers['amount'], report.currency)} waived."
    yield from _detail_table(report.details)


def _detail_table(details: tuple[RunDetail, ...]) -> list[str]:
    left = [line for line in details if line.kind == "exception"]
    return table(("With exceptions", "Username", "Why"), ((x.patron, x.username or "", x.words) for x in left))
