"""`plans`: lists that were kept to be reviewed, and to be run with `purge --saved-plan`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import plan_documents, writing
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, key
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Refused
from patrondesk.records.ids import PatronId, PlanId

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.cli.grammar import Grammar
    from patrondesk.services.office import Office


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("plans", "lists kept to be reviewed before they are purged")
    listed = noun.add("list", "plans that wait, the newest first", list_all)
    listed.add_argument("--all", action="store_true", help="those too that were run or discarded")
    _numbered(noun.add("show", "one plan with everybody on it, and what became different since it was made", show_one))
    export = _numbered(noun.add("export", "write a plan as .xlsx or .csv, to be reviewed", export_one))
    export.add_argument("file", type=file_argument, metavar="FILE")
    review = _numbered(noun.add("review", "read a reviewed file back: names with an x are struck out", review_one))
    review.add_argument("file", type=file_argument, metavar="FILE")
    review.add_argument("--preview", action="store_true", help="say what would change; change nothing")
    strike = _numbered(noun.add("strike", "strike patrons out, so that they are not purged", strike_some))
    strike.add_argument("usernames", nargs="+", metavar="USERNAME")
    strike.add_argument("--note", default="", metavar="TEXT", help="why; shown to whoever looks at the plan")
    back = _numbered(noun.add("put-back", "put patrons on the plan again who were struck out", put_some_back))
    back.add_argument("usernames", nargs="+", metavar="USERNAME")
    discard = _numbered(noun.add("discard", "a plan that is not to be run", discard_one))
    discard.add_argument("--yes", action="store_true", help="do not ask")


def _numbered(parser: Grammar) -> Grammar:
    parser.add_argument("plan", type=key, metavar="N")
    return parser


def list_all(desk: Desk, args: argparse.Namespace) -> int:
    """The plans of the library."""
    from patrondesk.services.purging.plans import list_plans
    from patrondesk.services.purging.reviewing import count_drift

    office = desk.sign_in()
    found, drift = list_plans(office, every=args.all), count_drift(office)
    rows = [
        (
            row.id,
            messages.short_day(row.made_at.astimezone().date()),
            row.author,
            row.source,
            row.state.value,
            row.patrons,
            row.struck,
            drift.get(row.id, ""),
        )
        for row in found
    ]
    headings = ("Plan", "Made", "By", "From", "State", "Patrons", "Struck out", "Changed since")
    told = [plan_documents.plan_line(row) | {"changed_since": drift.get(row.id)} for row in found]
    desk.answer.give({"plans": told}, table(headings, rows, (0, 5, 6, 7)) or ["No plan waits."])
    return 0


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """A plan with everybody on it."""
    from patrondesk.services.purging.reviewing import find_drift, read_plan

    office = desk.sign_in()
    kept, drift = read_plan(office, PlanId(args.plan)), find_drift(office, PlanId(args.plan))
    desk.answer.give(plan_documents.plan(kept, drift), plan_documents.plan_lines(kept, drift))
    return 0


def export_one(desk: Desk, args: argparse.Namespace) -> int:
    """Writes a plan into a file to be reviewed."""
    from patrondesk.reports import plan_review
    from patrondesk.services.purging.reviewing import read_plan

    writing.check_target(args.file)
    kept = read_plan(desk.sign_in(), PlanId(args.plan))
    alone = args.file.suffix.lower() == ".csv"
    report = plan_review.build(kept, desk.clock.now(), desk.clock.rehearsal, alone=alone)
    written = writing.write(report, args.file)
    then = f"Put an x under “Take out”, save it, then: patrondesk plans review {args.plan} {args.file.name}"
    document = {"plan": args.plan, "export": str(args.file), "rows": len(kept.patrons)}
    desk.answer.give(document, [f"Written: {args.file}", *written.remarks, then])
    return 0


def review_one(desk: Desk, args: argparse.Namespace) -> int:
    """Reads a reviewed file back. Exit 1 when a row could not be followed."""
    from patrondesk.services.purging import review_files

    office = desk.sign_in()
    file = review_files.read_review_file(args.file)
    does = review_files.foresee_review if args.preview else review_files.apply_review
    done = does(office, PlanId(args.plan), file)
    desk.answer.give(plan_documents.review(done, args.preview), plan_documents.review_lines(done, args.preview))
    return 1 if done.left_out else 0


def strike_some(desk: Desk, args: argparse.Namespace) -> int:
    """Strikes patrons out. Exit 1 when a name is not on the plan."""
    from patrondesk.services.purging.plans import strike

    office = desk.sign_in()
    plan_id = PlanId(args.plan)
    chosen, others = _on_plan(office, plan_id, args.usernames)
    done = strike(office, plan_id, chosen, args.note)
    document = {"plan": plan_id, "struck_out": done, "not_on_plan": others}
    desk.answer.give(document, [f"{messages.count(done, 'patron')} struck out of plan {plan_id}.", *_others(others)])
    return 1 if others else 0


def put_some_back(desk: Desk, args: argparse.Namespace) -> int:
    """Puts patrons on the plan again. Exit 1 when a name is not on the plan."""
    from patrondesk.services.purging.plans import put_back

    office = desk.sign_in()
    plan_id = PlanId(args.plan)
    chosen, others = _on_plan(office, plan_id, args.usernames)
    done = put_back(office, plan_id, chosen)
    document = {"plan": plan_id, "put_back": done, "not_on_plan": others}
    desk.answer.give(document, [f"{messages.count(done, 'patron')} on plan {plan_id} again.", *_others(others)])
    return 1 if others else 0


def _on_plan(office: Office, plan_id: PlanId, words: Sequence[str]) -> tuple[list[PatronId], list[str]]:
    """Those of the plan whom these words name, and the words that name none of them. Raises Refused when it is all of them."""
    from patrondesk.services.purging.plan import find_by_words
    from patrondesk.services.purging.reviewing import read_plan

    here = {one.id for one in read_plan(office, plan_id).patrons}
    chosen, others = list[PatronId](), list[str]()
    for word in dict.fromkeys(words):
        ids, _ = find_by_words(office, [word])
        if ids and ids[0] in here:
            chosen.append(ids[0])
        else:
            others.append(word)
    if not chosen:
        raise Refused(
            f"Nobody of these is on plan {plan_id}; nothing was changed.",
            f"See it with: patrondesk plans show {plan_id}",
            "NOBODY",
        )
    return chosen, others


def _others(words: Sequence[str]) -> list[str]:
    return [f"Not on the plan: {', '.join(words)}."] if words else []


def discard_one(desk: Desk, args: argparse.Namespace) -> int:
    """A plan that is not to be run: nobody is purged, and what was written on it goes."""
    from patrondesk.services.purging.plans import discard

    office = desk.sign_in()
    desk.confirm_here(f"Plan {args.plan} is discarded, with the notes on it. Nobody is purged.", args.yes)
    discard(office, PlanId(args.plan))
    desk.answer.give({"plan": args.plan, "state": "discarded"}, [f"Plan {args.plan} is discarded. Nobody was purged."])
    return 0
