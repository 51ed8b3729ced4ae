"""`demo`: a made-up school, as a file or in the window."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.desk import only_with
from patrondesk.cli.grammar import Verbs, whole
from patrondesk.cli.progress import bar
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Refused, Unusable, WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk

PATRONS, SEED, MOST = 600, 1, 5_000_000


def add(verbs: Verbs) -> None:
    """The verb and its words."""
    about = (
        "Opens the window on a fresh made-up school, signed in as its librarian. With --build it only writes the library file."
    )
    parser = verbs.add("demo", "a made-up school to try things on", run, description=about)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--build", metavar="FILE", help="only write the library (administrator librarian, password demo)")
    how.add_argument(
        "--offscreen", type=file_argument, metavar="FOLDER", help="without a screen: the window at work, as pictures"
    )
    parser.add_argument("--patrons", type=whole, metavar="N", help=f"how many patrons ({PATRONS})")
    parser.add_argument("--seed", type=whole, metavar="S", help=f"another seed gives other people ({SEED})")


def run(desk: Desk, args: argparse.Namespace) -> int:
    """A file, pictures, or the window."""
    if args.patrons is not None and not 1 <= args.patrons <= MOST:
        raise WrongUsage(f"A school of {args.patrons} patrons cannot be made.", f"Choose a number from 1 to {MOST}.")
    only_with(args, "--patrons", args.offscreen is None, "--build or the window")
    if args.offscreen is not None:
        return desk.front.demonstrate(args.offscreen)
    if args.build is not None:
        return _write(desk, args)
    if desk.answer.json:
        raise WrongUsage("A window has no JSON answer.", "Write the school into a file with: patrondesk demo --build FILE")
    with tempfile.TemporaryDirectory(prefix="patrondesk-demo-", ignore_cleanup_errors=True) as folder:
        library = Path(folder) / "demo.patrondesk"
        _build(desk, str(library), args)
        return desk.front.demo(library)


def _write(desk: Desk, args: argparse.Namespace) -> int:
    """Built beside its place, so that a school under its name is always a whole one."""
    if "://" in args.build:
        number = _build(desk, args.build, args)
    else:
        target = Path(args.build).expanduser()
        if target.exists():
            raise Refused(f"There is a file “{target.name}” already; it was left as it is.", "Choose another name.", "EXISTS")
        if not target.absolute().parent.is_dir():
            raise Unusable(
                f"There is no folder “{target.absolute().parent.name}”.", "Make it, or choose another place.", "MISSING"
            )
        part = target.with_name(f".{target.name}.part")
        part.unlink(missing_ok=True)
        try:
            number = _build(desk, str(part), args)
            os.replace(part, target)
        finally:
            for left in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
                left.unlink(missing_ok=True)
    document = {"database": args.build, "patrons": number, "seed": _seed(args), "staff": "librarian"}
    lines = [
        f"A made-up school of {messages.count(number, 'patron')}: {args.build}",
        "Sign in as librarian, with the password demo.",
    ]
    desk.answer.give(document, lines)
    return 0


def _seed(args: argparse.Namespace) -> int:
    return SEED if args.seed is None else int(args.seed)


def _build(desk: Desk, address: str, args: argparse.Namespace) -> int:
    from patrondesk.bootstrap import new_database
    from patrondesk.services.demo.build import build

    database = new_database(address)
    try:
        with bar(desk.answer) as shown:
            return build(
                database,
                patrons=args.patrons or PATRONS,
                seed=_seed(args),
                today=desk.clock.today(),
                progress=lambda done, total: shown.show(done, total, "Making a school"),
            )
    finally:
        database.close()
