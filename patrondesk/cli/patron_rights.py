"""`patrons download`, `delete`, `request`, `request-close`, `requests`: a person's rights to see the data and to be gone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents, purge_documents, purge_words, writing
from patrondesk.cli.answer import at_terminal, error_document, table
from patrondesk.cli.desk import only_with
from patrondesk.cli.grammar import Verbs, day, key
from patrondesk.cli.progress import watched
from patrondesk.errors import Refused, WrongUsage
from patrondesk.records.access_requests import RULES
from patrondesk.records.ids import RequestId
from patrondesk.records.patron_data import FORMATS
from patrondesk.records.staff import Permission

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.access_requests import AccessRequest
    from patrondesk.records.purging import BatchResult, Plan

_DOWNLOAD = """Writes everything that is held about a patron into a file, but for the password. The file holds personal
data. Who took it out, when and why is kept with the patron and in the audit log."""
_DELETE = """Takes one patron out of the library, after a backup. Unlike a purge this keeps no statistics. Only without loans,
reservations or debts; it can be undone as a purge can."""


def add(noun: Verbs) -> None:
    """The verbs, beside those of `patrons`."""
    download = noun.add("download", "everything that is held about a patron, into a file", download_one, description=_DOWNLOAD)
    download.add_argument("username", metavar="USERNAME")
    endings = ", ".join(f".{one}" for one in FORMATS)
    download.add_argument("file", nargs="?", type=Path, metavar="FILE", help=f"where to: {endings}")
    download.add_argument("--out", type=Path, metavar="FILE", help="the same")
    download.add_argument("--reason", metavar="TEXT", help="why; needed unless --request says it")
    download.add_argument("--request", type=key, metavar="N", help="the request that this answers")
    delete = noun.add("delete", "take one patron out of the library, for good", delete_one, description=_DELETE)
    delete.add_argument("username", metavar="USERNAME")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    opening = noun.add("request", "somebody asks to see the data that is held about a patron", open_one)
    opening.add_argument("username", metavar="USERNAME")
    opening.add_argument("--rule", type=str.lower, metavar="RULE", help=f"{', '.join(RULES)}; else the library's own")
    opening.add_argument("--opened", type=day, metavar="DATE", help="when it came in (today)")
    opening.add_argument("--due", type=day, metavar="DATE", help="until when it is to be answered, else by the rule")
    opening.add_argument("--comment", metavar="TEXT")
    opening.add_argument("--change", type=key, metavar="N", help="give this open request the day of --due instead")
    closing = noun.add("request-close", "the requests of a patron are answered", close_some)
    closing.add_argument("username", metavar="USERNAME")
    closing.add_argument("--outcome", required=True, metavar="TEXT", help="what came of it")
    closing.add_argument("--request", type=key, metavar="N", help="this one only")
    listing = noun.add("requests", "requests to see the data, open ones first", list_some)
    listing.add_argument("username", nargs="?", metavar="USERNAME")
    listing.add_argument("--open", action="store_true", help="open ones only")


# ------------------------------------------------------------------------------------------------------------ download


def download_one(desk: Desk, args: argparse.Namespace) -> int:
    """Writes the file, and says where."""
    from patrondesk.services import patron_data
    from patrondesk.services.door import require
    from patrondesk.services.patrons import find_patron_id, read_details

    if args.file is not None and args.out is not None:
        raise WrongUsage("The file is named twice.", "Leave one of them out.")
    target = args.out or args.file
    office = desk.sign_in()
    require(office, Permission.DOWNLOAD_DATA)
    patron = find_patron_id(office, args.username)
    if target is None:
        found = read_details(office, patron)
        target = Path(patron_data.file_name(found.username or f"{patron}", office.clock.today()))
    writing.check_folder(target)
    reason = args.reason or ""
    if not reason and args.request is None and at_terminal():
        reason = desk.answer.ask("Why is the data handed out?")
    request = RequestId(args.request) if args.request is not None else None
    done = patron_data.download(office, patron, target, reason=reason, request_id=request)
    document = {"username": args.username, "file": str(done.path), "records": done.records, "request": request}
    said = f"Written: {done.path}, {messages.count(done.records, 'record')}. It holds personal data."
    desk.answer.give(document, [said, *done.remarks])
    return 0


# -------------------------------------------------------------------------------------------------------------- delete


def delete_one(desk: Desk, args: argparse.Namespace) -> int:
    """Deletes one patron after asking; exit 3 with every reason when something is in the way."""
    from patrondesk.jobs import purge as job
    from patrondesk.services import deleting
    from patrondesk.services.patrons import find_patron_id
    from patrondesk.services.policy import current_policy

    office = desk.sign_in()
    plan = deleting.make_plan(office, find_patron_id(office, args.username))
    currency = current_policy(office).currency
    if plan.held:
        return _held(desk, args.username, plan.held[0].name, documents.reasons(plan.held[0].reasons, currency))
    desk.confirm(_question(plan), 1, 1, args.yes)
    with watched(desk.answer) as ticket:
        result = job.run(office, plan, ticket)
    if result.refused:
        one = result.refused[0]
        return _held(desk, args.username, one.name, documents.reasons(one.reasons, currency), result)
    document = purge_documents.batch(result) | {"username": args.username, "deleted": result.batch.purged == 1}
    desk.answer.give(document, _told(plan, result))
    return 0 if result.batch.purged else 1


def _question(plan: Plan) -> str:
    one = plan.eligible[0]
    past = [messages.count(one.past_loans, "past loan")] if one.past_loans else []
    gone = messages.listed([one.name, "everything personal about this patron", *past])
    undo = f"You can undo this until {messages.day(plan.undo_until)}." if plan.undo_until else "This cannot be undone."
    return f"{gone} leave the library. Unlike a purge this keeps no statistics. {undo}"


def _told(plan: Plan, result: BatchResult) -> list[str]:
    if not result.batch.purged:
        return [f"{plan.patrons[0].name} was gone already; nothing was changed."]
    lines = [f"{plan.patrons[0].name} is deleted.", purge_words.undo_sentence(result)]
    return [*lines, f"The backup made before: {result.backup}"] if result.backup else lines


def _held(desk: Desk, username: str, name: str, told: Document, result: BatchResult | None = None) -> int:
    """The refusal, with every reason and what lifts it."""
    why = "; ".join(one["text"] for one in told["reasons"])
    lifts = dict.fromkeys(one["lifts"] for one in told["reasons"])
    refusal = Refused(
        f"{name} cannot be deleted: {why}. Nothing was changed.", "; ".join([*lifts, "then try again"]).capitalize() + ".", "HELD"
    )
    if not desk.answer.json:
        raise refusal
    batch = {"batch": result.batch.id} if result is not None else {}
    desk.answer.give({"error": error_document(refusal), "username": username, "deleted": False} | told | batch, ())
    return refusal.exit_code


# ------------------------------------------------------------------------------------------------------------ requests


def open_one(desk: Desk, args: argparse.Namespace) -> int:
    """Opens a request, or gives one another day."""
    from patrondesk.services import access_requests
    from patrondesk.services.patrons import find_patron_id

    for option in ("--rule", "--opened", "--comment"):
        only_with(args, option, args.change is None, "a new request")
    if args.change is not None and args.due is None:
        raise WrongUsage("Another day is not given.", "Say which with --due DATE.")
    office = desk.sign_in()
    patron = find_patron_id(office, args.username)
    if args.change is None:
        number = access_requests.open_request(
            office, patron, rule=args.rule, opened_on=args.opened, due_on=args.due, comment=args.comment
        )
    else:
        number = RequestId(args.change)
        access_requests.change_due(office, number, args.due)
    one = next(one for one in access_requests.list_requests(office) if one.id == number)
    said = f"Request {one.id} of {one.name} is to be answered until {messages.day(one.due_on)}."
    desk.answer.give(_document(one), [said, "Nobody purges or deletes the record meanwhile."])
    return 0


def close_some(desk: Desk, args: argparse.Namespace) -> int:
    """Closes the open requests of a patron, or one of them."""
    from patrondesk.services import access_requests
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    patron = find_patron_id(office, args.username)
    if args.request is not None:
        access_requests.close_request(office, RequestId(args.request), args.outcome)
        closed = 1
    else:
        closed = access_requests.close_all_of(office, patron, args.outcome)
    desk.answer.give({"username": args.username, "closed": closed}, [f"{messages.count(closed, 'request')} closed."])
    return 0


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Requests with their due dates."""
    from patrondesk.services.access_requests import list_requests
    from patrondesk.services.patrons import find_patron_id

    office = desk.sign_in()
    patron = find_patron_id(office, args.username) if args.username else None
    found = list_requests(office, patron, closed=not args.open)
    headings = ("Request", "Patron", "Username", "Came in", "Due", "State", "Comment or outcome")
    told = table(headings, map(_row, found), (0,)) or ["Nobody asked to see their data."]
    document = {
        "open": sum(one.open for one in found),
        "overdue": sum(one.overdue for one in found),
        "requests": [_document(one) for one in found],
    }
    desk.answer.give(document, told)
    return 0


def _row(one: AccessRequest) -> tuple[object, ...]:
    state = "overdue" if one.overdue else "open" if one.open else "closed"
    came, due = messages.short_day(one.opened_on), messages.short_day(one.due_on)
    return one.id, one.name, one.username or one.barcode, came, due, state, one.comment if one.open else one.outcome


def _document(one: AccessRequest) -> Document:
    return {
        "request": one.id,
        "username": one.username,
        "barcode": one.barcode,
        "name": one.name,
        "rule": one.rule,
        "opened_on": documents.iso(one.opened_on),
        "opened_by": one.opened_by,
        "due_on": documents.iso(one.due_on),
        "open": one.open,
        "overdue": one.overdue,
        "comment": one.comment,
        "closed_on": documents.iso(one.closed_on),
        "closed_by": one.closed_by,
        "outcome": one.outcome,
    }
