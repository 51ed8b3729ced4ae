"""`audit`: the audit log listed in words, checked, and written into a file."""

from __future__ import annotations

import argparse
from itertools import islice
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import documents, writing
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, day, key, whole
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import WrongUsage
from patrondesk.records.audit import AuditQuery
from patrondesk.records.ids import BatchId, PatronId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.cli.grammar import Grammar
    from patrondesk.records.audit import AuditLine, ChainCheck
    from patrondesk.services.office import Office

_LIMIT = 50


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("audit", "who did what and when: listed, checked, exported")
    listed = _filters(noun.add("list", "entries of the audit log, the newest first", list_some))
    listed.add_argument("--limit", type=whole, default=_LIMIT, metavar="N", help=f"so many of them ({_LIMIT})")
    check = noun.add("check", "whether the audit log is as it was written", check_log)
    check.add_argument(
        "--certificate", action="append", default=[], type=file_argument, metavar="FILE",
        help="a certificate saved as .json: compare the log with it; repeatable",
    )  # fmt: skip
    export = _filters(noun.add("export", "write entries as .xlsx, .csv, .json or .html", export_some))
    export.add_argument("file", type=file_argument, metavar="FILE")


def _filters(parser: Grammar) -> Grammar:
    parser.add_argument("--from", type=day, dest="first_day", metavar="DATE", help="this day and later")
    parser.add_argument("--to", type=day, dest="last_day", metavar="DATE", help="this day and before")
    parser.add_argument("--operation", metavar="NAME", help="a kind such as purge, or one operation such as purge.finish")
    parser.add_argument("--by", metavar="NAME", help="done by whom: a name, or a part of it that only one person has")
    parser.add_argument("--batch", type=key, metavar="BATCH", help="about this purge")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--patron", metavar="USERNAME", help="about this patron")
    who.add_argument("--patron-number", type=key, metavar="N", help="the same by the number that the log has, also when gone")
    return parser


def _query(office: Office, args: argparse.Namespace) -> AuditQuery:
    from patrondesk.services.patrons import find_patron_id

    if args.first_day and args.last_day and args.first_day > args.last_day:
        raise WrongUsage("The first day lies after the last.", "Turn --from and --to round.")
    patron = PatronId(args.patron_number) if args.patron_number is not None else None
    return AuditQuery(
        first_day=args.first_day,
        last_day=args.last_day,
        operation=args.operation,
        staff=_staff(office, args.by) if args.by else None,
        batch=BatchId(args.batch) if args.batch is not None else None,
        patron=find_patron_id(office, args.patron) if args.patron else patron,
    )


def _staff(office: Office, name: str) -> int:
    from patrondesk.services.audit_reading import list_choices

    staff = list_choices(office).staff
    found = [one for one in staff if one[1] == name] or [one for one in staff if name.casefold() in one[1].casefold()]
    if len(found) != 1:
        names = messages.listed(sorted(who for _, who in found or staff))
        met = "Nobody of that name" if not found else "More than one person of that name"
        raise WrongUsage(f"{met} is in the audit log: “{name}”.", f"Choose one of: {names}.")
    return found[0][0]


def list_some(desk: Desk, args: argparse.Namespace) -> int:
    """Entries in words, the newest first."""
    from patrondesk.services.audit_reading import every_entry, list_entries

    if args.limit < 1:
        raise WrongUsage("That many entries cannot be listed.", "Give a number from 1.")
    office = desk.sign_in()
    query = _query(office, args)
    total = list_entries(office, query).total
    entries = list(islice(every_entry(office, query), args.limit))
    rows = ((one.number, _when(one), one.who, one.words) for one in entries)
    lines = [
        *(table(("Entry", "When", "Who", "What"), rows, (0,)) or ["No entry fits."]),
        *([f"{len(entries):,} of {messages.count(total, 'entry', 'entries')}."] if len(entries) < total else []),
        *([_SET_BACK_MARK] if any(one.set_back for one in entries) else []),
    ]
    desk.answer.give({"total": total, "entries": [_document(one) for one in entries]}, lines)
    return 0


_SET_BACK_MARK = "* The computer's clock had been set back: this time lies before that of the entry before it."


def _when(one: AuditLine) -> str:
    at = one.at.astimezone()
    return f"{messages.short_day(at.date())}, {at:%H:%M}{' *' if one.set_back else ''}"


def _document(one: AuditLine) -> Document:
    return {
        "number": one.number,
        "at": documents.iso(one.at),
        "who": one.who,
        "operation": one.operation,
        "text": one.words,
        "patron": one.patron_id,
        "batch": one.batch,
        "facts": one.facts,
        "clock_set_back": one.set_back,
        "previous_hash": one.previous_hash,
        "hash": one.hash,
    }


def check_log(desk: Desk, args: argparse.Namespace) -> int:
    """Exit 1 when something is wrong."""
    from patrondesk.services.audit_reading import check_chain
    from patrondesk.services.certificates import read_head_of

    known = [read_head_of(file) for file in args.certificate]
    found = check_chain(desk.sign_in(), known)
    broken = found.first_break
    document = {
        "ok": found.whole,
        "entries": found.entries,
        "head": {"number": found.head.number, "hash": found.head.hash},
        "break": None if broken is None else {"kind": broken.kind.value, "number": broken.number, "text": broken.text},
        "compared": list(found.compared),
        "clock_set_back": found.set_back,
    }
    desk.answer.give(document, _checked(found))
    return 0 if found.whole else 1


_KEEP = "Keep the library file and its backups as they are until it is known what happened."


def _checked(found: ChainCheck) -> Sequence[str]:
    entries = messages.count(found.entries, "entry", "entries")
    if found.first_break is not None:
        return [found.first_break.text, _KEEP]
    lines = [f"The audit log is whole: {entries}.", f"The newest has the hash {found.head.hash}."]
    if found.compared:
        lines.append(f"It agrees with {messages.listed(found.compared)}.")
    if found.set_back:
        lines.append(f"The computer's clock had been set back before {messages.count(found.set_back, 'entry', 'entries')}.")
    return lines


def export_some(desk: Desk, args: argparse.Namespace) -> int:
    """Writes the entries that fit into a file, read one by one."""
    from patrondesk.reports import audit_log
    from patrondesk.services.audit_reading import every_entry

    writing.check_target(args.file)
    office = desk.sign_in()
    assert office.actor is not None
    entries = every_entry(office, _query(office, args))
    report = audit_log.build(entries, office.actor.library_name, desk.clock.now(), desk.clock.rehearsal)
    written = writing.write(report, args.file)
    desk.answer.give({"export": str(args.file), "rows": written.rows}, [f"Written: {args.file}", *written.remarks])
    return 0
