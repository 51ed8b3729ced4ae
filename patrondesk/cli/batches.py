"""`batches`: purges that were made; shown, exported, certified, undone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import certificates, purge_documents, purge_words, undo, writing
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, key
from patrondesk.cli.progress import watched
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Stopped, WrongUsage
from patrondesk.records.ids import BatchId
from patrondesk.records.purging import BatchState

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.purging import BatchResult


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("batches", "purges that were made: show, export, certify, undo")
    noun.add("list", "all purges, the newest first", list_all)
    show = noun.add("show", "one purge with everybody in it", show_one)
    show.add_argument("batch", type=key, metavar="BATCH")
    export = noun.add("export", "write a purge as .xlsx, .csv or .json", export_one)
    export.add_argument("batch", type=key, metavar="BATCH")
    export.add_argument("file", type=file_argument, nargs="?", metavar="FILE")
    export.add_argument("--out", type=file_argument, metavar="FILE", help="the same")
    undo.add(noun)
    resume = noun.add("resume", "go on with a purge that was stopped or interrupted", resume_one)
    resume.add_argument("batch", type=key, metavar="BATCH")
    resume.add_argument("--yes", action="store_true", help="do not ask")
    close = noun.add("close", "end an interrupted purge where it stands", close_one)
    close.add_argument("batch", type=key, metavar="BATCH")
    certificate = noun.add("certificate", "certify a purge, without a name: shown, or written as .json or .html", certify_one)
    certificate.add_argument("batch", type=key, metavar="BATCH")
    certificate.add_argument("--out", type=certificates.file_name, metavar="FILE", help="where to: .json or .html")


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every batch of the library."""
    from patrondesk.services.purging.batch_reading import list_batches

    batches = list_batches(desk.sign_in())
    rows = [
        (
            b.id,
            messages.short_day(b.started_at.astimezone().date()),
            b.operator,
            b.noun,
            b.state.value.replace("_", " "),
            b.planned,
            b.purged,
            b.refused,
            b.undone,
            messages.short_day(b.undo_until) if b.undo_until else "",
        )
        for b in batches
    ]
    headings = ("Batch", "Started", "By", "What", "State", "Planned", "Purged", "Refused", "Undone", "Undo until")
    desk.answer.give(
        {"batches": [purge_documents.batch_line(b) for b in batches]},
        table(headings, rows, (0, 5, 6, 7, 8)) or ["No purge was made yet."],
    )
    return 0


def _read(desk: Desk, batch: int) -> BatchResult:
    from patrondesk.services.purging.batch_reading import read_batch

    return read_batch(desk.sign_in(), BatchId(batch))


def show_one(desk: Desk, args: argparse.Namespace) -> int:
    """A batch with everybody in it."""
    result = _read(desk, args.batch)
    batch = result.batch
    document = purge_documents.batch(result) | {"patrons": [purge_documents.purged(p, result.currency) for p in result.purged]}
    lines = [
        f"Batch {batch.id}, {messages.day(batch.started_at.astimezone().date())}, by {batch.operator}: "
        f"{batch.state.value.replace('_', ' ')}.",
        f"{batch.planned:,} planned = {batch.purged:,} {batch.did} + {batch.refused:,} refused + {batch.vanished:,} vanished "
        f"+ {batch.not_reached:,} not reached.",
        *table(
            (batch.did.capitalize(), "Username", "Undone"),
            ((p.name, p.username or p.barcode, "yes" if p.undone else "") for p in result.purged),
        ),
        *purge_words.stayed(result.refused),
        *([purge_words.undo_sentence(result)] if batch.purged else []),
    ]
    desk.answer.give(document, lines)
    return 0


def export_one(desk: Desk, args: argparse.Namespace) -> int:
    """Writes a batch into a file."""
    target = args.out or args.file
    if target is None:
        raise WrongUsage("Nothing says into which file.", "For example: patrondesk batches export 4 purged.xlsx")
    writing.check_target(target)
    written = writing.write_batch(desk, _read(desk, args.batch), target)
    desk.answer.give({"batch": args.batch, "export": str(target), "rows": written.rows}, [f"Written: {target}", *written.remarks])
    return 0


def certify_one(desk: Desk, args: argparse.Namespace) -> int:
    """Issues a certificate, which the audit log notes; exit 3 while the purge still runs."""
    from patrondesk.services.certificates import issue

    if args.out is not None:
        writing.check_folder(args.out)
    issued = issue(desk.sign_in(), BatchId(args.batch))
    certificates.tell(desk, issued, args.out)
    return 0


def resume_one(desk: Desk, args: argparse.Namespace) -> int:
    """Takes up a batch; its numbers are those of the whole batch afterwards."""
    from patrondesk.jobs import purge as job
    from patrondesk.services.purging.batch_reading import read_batch
    from patrondesk.services.residue import check_residue

    office = desk.sign_in()
    before = read_batch(office, BatchId(args.batch)).batch
    if before.not_reached:
        left = messages.count(before.not_reached, "patron")
        desk.confirm_here(f"{left} of batch {args.batch} not reached: checked again and purged, after a backup.", args.yes)
    with watched(desk.answer) as ticket:
        result = job.resume(office, BatchId(args.batch), ticket)
    traces = check_residue(office, result.batch.id)
    document = purge_documents.batch(result) | purge_documents.residue(traces)
    desk.answer.give(document, [*purge_words.result(result), *purge_words.traces(traces)])
    if result.batch.state is BatchState.STOPPED:
        return Stopped.exit_code
    return 1 if result.batch.refused or result.batch.vanished else 0


def close_one(desk: Desk, args: argparse.Namespace) -> int:
    """Ends an interrupted batch; who was not reached stays."""
    from patrondesk.services.purging.batch import close
    from patrondesk.services.purging.batch_reading import read_batch

    office = desk.sign_in()
    close(office, BatchId(args.batch))
    batch = read_batch(office, BatchId(args.batch)).batch
    said = f"Batch {batch.id} is closed. {batch.purged:,} purged, {batch.not_reached:,} left as they were."
    desk.answer.give(purge_documents.batch_line(batch), [said])
    return 0
