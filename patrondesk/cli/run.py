"""From words to exit code: the verb is found and done, and whatever goes wrong is said in one sentence."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence

from patrondesk import __version__, logbook
from patrondesk.cli.answer import Answer
from patrondesk.cli.desk import Desk
from patrondesk.cli.front import Front
from patrondesk.cli.grammar import Grammar, Shown, Verbs, global_options
from patrondesk.errors import DeskError, Stopped, Unusable, WrongUsage

_ABOUT = """The desk at which a school library ends a patron's time with it: deactivate, reconcile, purge, keep the
statistics, undo. Without a command the window opens."""
_CODES = """exit codes: 0 done; 1 done, with exceptions; 2 wrong usage; 3 refused as a whole; 4 a file or the database
cannot be used; 70 a fault of the program; 130 stopped"""
BUG = 70
_log = logging.getLogger(__name__)


class _Fault(DeskError):
    """A bug, as the contract wants it told."""

    code = "BUG"
    exit_code = BUG


def grammar() -> Grammar:
    """Every word that is understood. The verbs are read only now: a window needs none of them."""
    from patrondesk.cli import (
        audit,
        backup,
        backups,
        batches,
        candidates,
        cohorts,
        coming,
        demo,
        fines,
        importing,
        init,
        items,
        jobs,
        loans,
        patrons,
        plans,
        purge,
        reservations,
        restore,
        rules,
        self_test,
        settings,
        staff,
        upkeep,
        verify,
    )

    daily = (demo, init, importing, patrons, cohorts, candidates, loans, reservations, items, purge, plans, batches, fines)
    care = (backup, backups, restore, verify, audit, settings, rules, staff, jobs, upkeep, self_test, coming)
    parser = Grammar("patrondesk", description=_ABOUT, epilog=_CODES, parents=[global_options()])
    parser.add_argument("--version", action="store_true", help="say which version this is")
    verbs = Verbs(parser)
    for noun in (*daily, *care):
        noun.add(verbs)
    return parser


def main(words: Sequence[str], front: Front) -> int:
    """Does what the words ask. With --json exactly one document is written, whatever happens."""
    answer = Answer("--json" in words, "--quiet" in words, {})
    try:
        return _do(words, answer, front)
    except Shown as asked:
        answer.give({asked.key: asked.text}, [asked.text.rstrip()])
        return 0
    except DeskError as error:
        answer.refuse(error)
        return error.exit_code
    except KeyboardInterrupt:
        stopped = Stopped("The work was stopped; what was done before is kept.", "Start it again when you wish.")
        answer.refuse(stopped)
        return stopped.exit_code
    except BrokenPipeError:
        # Whoever reads us has seen enough; a second try to write would say so again when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fault(error, answer)


def _do(words: Sequence[str], answer: Answer, front: Front) -> int:
    if not words:
        return _open_window(front, None, None)
    args = grammar().parse_args(list(words))
    if args.version:
        raise Shown("version", f"PatronDesk {__version__}")
    handler = getattr(args, "handler", None)
    if handler is None:
        if answer.json:
            raise WrongUsage("No command was given.", "See: patrondesk --help")
        return _open_window(front, getattr(args, "database", None), getattr(args, "staff", None))
    desk = Desk(args, answer, front)
    try:
        return int(handler(desk, args))
    finally:
        desk.close()


def _open_window(front: Front, database: str | None, staff: str | None) -> int:
    return front.window(database or os.environ.get("PATRONDESK_DATABASE"), staff or os.environ.get("PATRONDESK_STAFF"))


def _fault(error: Exception, answer: Answer) -> int:
    _log.error("unforeseen failure: %s", logbook.trace(error))
    if os.environ.get("PATRONDESK_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    told: DeskError
    if isinstance(error, OSError) and error.strerror:
        told = Unusable(
            f"This computer refused a file or a connection: {error.strerror}.",
            "Check the name, the room on the disk and your rights.",
            "SYSTEM",
        )
    else:
        told = _Fault(
            f"PatronDesk met a fault of its own ({type(error).__name__}); what was not finished was not changed.",
            "Run the same command with PATRONDESK_DEBUG=1 and send what it says to those who make PatronDesk.",
        )
    answer.refuse(told)
    return told.exit_code
