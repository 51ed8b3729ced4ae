"""`purge`: a list, a page, a written or a saved plan; previewed, kept, confirmed, run, exported."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk.cli import plan_documents, purge_documents, purge_plan, purge_words, writing
from patrondesk.cli.candidates import add_filters
from patrondesk.cli.desk import only_with
from patrondesk.cli.grammar import Verbs, key, whole
from patrondesk.cli.progress import watched
from patrondesk.errors import DeskError, Stopped
from patrondesk.records.purging import BatchState
from patrondesk.records.staff import Permission

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.desk import Problem
    from patrondesk.records.purging import BatchResult

_ABOUT = """Takes deactivated patrons out of the library, with everything personal about them, after a backup.
(On a PostgreSQL server the district's backups apply, unless the setting server_backup_before_purge says otherwise.)
Only those go whom nothing holds at that moment; the others stay, with their reasons."""


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    parser = verbs.add("purge", "take deactivated patrons out of the library", purge, description=_ABOUT)
    path = purge_plan.file_argument
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--usernames", type=path, metavar="FILE", help="one username a line, or a table with a column username")
    who.add_argument("--page", type=whole, metavar="N", help="the rows of this page of candidates that can go")
    who.add_argument("--plan", type=path, metavar="FILE", help="a plan written by --preview --plan-out: only its patrons")
    who.add_argument(
        "--saved-plan", type=key, metavar="N", help="a plan kept by --preview --save: its patrons but those struck out"
    )
    parser.add_argument("--page-size", type=whole, default=50, metavar="ROWS", help="20, 50, 100 or 200 (50); with --page")
    add_filters(parser)
    parser.add_argument("--preview", action="store_true", help="say what would happen; change nothing")
    parser.add_argument(
        "--plan-out", type=path, metavar="FILE", help="with --preview: write the plan, to be run later with --plan"
    )
    parser.add_argument("--save", action="store_true", help="with --preview: keep the plan, to be reviewed: patrondesk plans")
    parser.add_argument(
        "--override",
        action="append",
        default=[],
        type=str.upper,
        metavar="CODE",
        help="set this reason aside, for all; repeatable",
    )
    parser.add_argument("--comment", metavar="TEXT", help="why; needed with --override")
    parser.add_argument("--overrides", type=path, metavar="FILE", help="a table username,code,comment")
    parser.add_argument("--export", type=path, metavar="FILE", help="write who was purged and refused, as .xlsx, .csv or .json")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def purge(desk: Desk, args: argparse.Namespace) -> int:
    """Plans, asks, runs. The numbers of the answer always add up."""
    _check(args)
    office = desk.sign_in()
    from patrondesk.jobs import purge as job
    from patrondesk.services.door import require
    from patrondesk.services.policy import current_policy
    from patrondesk.services.purging.plan import write_plan
    from patrondesk.services.purging.plans import save_plan
    from patrondesk.services.purging.reviewing import find_drift
    from patrondesk.services.residue import check_residue

    require(office, Permission.PURGE)
    policy = current_policy(office)
    asked = purge_plan.asked(office, args)
    plan = asked.plan
    if args.preview:
        if args.plan_out is not None:
            write_plan(plan, args.plan_out)
        number = save_plan(office, plan) if args.save else asked.kept
        document = purge_documents.plan(plan, policy.currency) | _since(asked, policy.currency) | {"plan": number}
        lines = [*purge_words.preview(plan, asked.changed, policy.currency), *plan_documents.drift_lines(asked.drift)]
        desk.answer.give(document, [*lines, *purge_words.kept(number)] if args.save and number else lines)
        return 1 if plan.held or plan.missing else 0
    if not plan.planned:
        nothing = purge_documents.plan(plan, policy.currency) | _since(asked, policy.currency)
        nothing |= {"preview": False, "batch": None}
        desk.answer.give(nothing, ["Nobody here can be purged now; nothing was changed."])
        return 0
    desk.confirm(purge_words.question(plan, policy.currency), len(plan.eligible), policy.typed_confirmation_above, args.yes)
    with watched(desk.answer) as ticket:
        result = job.run(office, plan, ticket, plan_id=asked.kept, comment=args.comment)
    if asked.kept is not None:
        drift = tuple(find_drift(office, asked.kept))
        asked = replace(asked, changed=purge_plan.changed(drift), drift=drift)
    return _tell(desk, args, asked, result, check_residue(office, result.batch.id))


def _check(args: argparse.Namespace) -> None:
    """What can be refused before anybody signs in."""
    only_with(args, "--plan-out", args.preview, "--preview")
    only_with(args, "--save", args.preview and args.saved_plan is None, "--preview of a list, a page or a plan file")
    for option in ("--override", "--overrides"):
        only_with(args, option, args.saved_plan is None, "a list, a page or a plan file")
    only_with(args, "--export", not args.preview, "a purge that is run")
    for option in ("--search", "--reason", "--descending"):
        only_with(args, option, args.page is not None or not getattr(args, option[2:]), "--page")
    if args.export is not None:
        writing.check_target(args.export)


def _since(asked: purge_plan.Asked, currency: str) -> Document:
    told: Document = {"changed_since_preview": list(asked.changed), "unknown": [word for word in asked.plan.unknown if word]}
    if asked.kept is not None:
        told |= {"plan": asked.kept, "drift": [plan_documents.drift(one, currency) for one in asked.drift]}
    return told


def _tell(
    desk: Desk, args: argparse.Namespace, asked: purge_plan.Asked, result: BatchResult, traces: Sequence[Problem]
) -> int:  # fmt: skip
    batch = result.batch
    document = purge_documents.batch(result) | _since(asked, result.currency) | purge_documents.residue(traces)
    lines = [*purge_words.result(result, asked.plan.unknown, asked.changed), *purge_words.traces(traces)]
    lines += plan_documents.drift_lines(asked.drift)
    code = 1 if batch.refused or batch.vanished else 0
    if batch.state is BatchState.STOPPED:
        code = Stopped.exit_code
    if args.export is not None:
        failed = _export(desk, result, args.export, document, lines)
        code = failed if failed and code != Stopped.exit_code else code
    desk.answer.give(document, lines)
    return code


def _export(desk: Desk, result: BatchResult, target: Path, document: Document, lines: list[str]) -> int:
    """Writes the report; when that fails the purge is told all the same, with the failure beside it."""
    try:
        writing.write_batch(desk, result, target)
    except DeskError as error:
        again = type(error)(
            error.text, f"The purge itself is done. Then: patrondesk batches export {result.batch.id} FILE", error.code
        )
        document["error"] = {"code": again.code, "text": again.text, "next_step": again.next_step}
        lines += [again.text, again.next_step]
        return error.exit_code
    document["export"] = str(target)
    lines.append(f"Written: {target}")
    return 0
