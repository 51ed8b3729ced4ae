"""`self-test`: whether this copy of the program is whole, tried on a library of its own."""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrondesk.cli.front import Front
from patrondesk.cli.grammar import Verbs
from patrondesk.clock import Clock
from patrondesk.errors import DeskError

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.services.office import Office

PATRONS = 60


class _Failed(Exception):
    """A check did not hold; the text says what."""


def add(verbs: Verbs) -> None:
    """The verb."""
    verbs.add("self-test", "try whether this copy of the program is whole; touches no library of yours", run)


def run(desk: Desk, _args: argparse.Namespace) -> int:
    """Every check, one after another; exit 1 when one does not hold."""
    with tempfile.TemporaryDirectory(prefix="patrondesk-self-test-", ignore_cleanup_errors=True) as folder:
        checks: list[tuple[str, Callable[[], str]]] = [
            ("guards", _guards),
            ("importers", _importers),
            ("exporters", _exporters),
            ("resources", _resources),
            ("library", lambda: _library(Path(folder))),
            ("window", lambda: _window(desk.front)),
        ]
        told = [_told(name, check) for name, check in checks]
    problems = [line for line in told if not line["ok"]]
    document = {"ok": not problems, "checks": told, "problems": [{"code": p["name"], "text": p["text"]} for p in problems]}
    desk.answer.give(document, [f"{'good' if line['ok'] else 'NOT GOOD'}  {line['name']}: {line['text']}" for line in told])
    return 1 if problems else 0


def _told(name: str, check: Callable[[], str]) -> dict[str, Any]:
    """A check that breaks is a check that does not hold: the others are made all the same."""
    try:
        return {"name": name, "ok": True, "text": check()}
    except DeskError as error:
        return {"name": name, "ok": False, "text": error.text}
    except Exception as error:
        return {"name": name, "ok": False, "text": str(error) or type(error).__name__}


def _guards() -> str:
    from patrondesk.services import verdict

    codes = [code for guard in verdict.GUARDS for code in guard.codes]
    missing = [code for code in verdict.REQUIRED if code not in codes]
    if missing:
        raise _Failed(f"missing: {', '.join(missing)}")
    return f"{len(verdict.GUARDS)} guards, {len(codes)} reasons"


def _importers() -> str:
    from patrondesk.importers import importers

    return ", ".join(importer.label for importer in importers())


def _exporters() -> str:
    from patrondesk.exporters import exporters

    return ", ".join(exporter.label for exporter in exporters())


def _resources() -> str:
    """Icons and fonts come in packages of their own, which a built program may have left out."""
    for package, pattern in (("lucide", "data/lucide-icons.db"), ("fontpkg_inter", "**/Inter*.ttf")):
        spec = importlib.util.find_spec(package)
        folders = list(spec.submodule_search_locations or []) if spec else []
        if not any(next(Path(folder).glob(pattern), None) for folder in folders):
            raise _Failed(f"{package} is not there")
    return "icons and fonts are there"


def _library(folder: Path) -> str:
    """A made-up school: one patron is purged, brought back, and the library verified."""
    from patrondesk import migrations
    from patrondesk.bootstrap import new_database, open_library
    from patrondesk.services.demo.build import PASSWORD, build
    from patrondesk.services.signin import sign_in

    address = str(folder / "school.patrondesk")
    database = new_database(address)
    try:
        build(database, patrons=PATRONS, seed=1, today=Clock().today())
        if migrations.version_of(database) != migrations.HEAD:
            raise _Failed("the tables are not those of this version")
    finally:
        database.close()
    office = open_library(address)
    try:
        return _purge_and_undo(sign_in(office, "librarian", PASSWORD))
    finally:
        office.database.close()


def _purge_and_undo(office: Office) -> str:
    from patrondesk.jobs import purge
    from patrondesk.jobs.ticket import Ticket
    from patrondesk.records.patrons import CandidatesQuery
    from patrondesk.services.candidates import candidates
    from patrondesk.services.checking import find_problems
    from patrondesk.services.purging.plan import make_plan
    from patrondesk.services.purging.undo import undo_batch
    from patrondesk.services.standing import read_standing

    before = read_standing(office).patrons
    free = candidates(office, CandidatesQuery(page_size=20, reason="none"))
    if not free.rows:
        raise _Failed("nobody in the made-up school can go")
    result = purge.run(office, make_plan(office, [free.rows[0].id], source="list"), Ticket())
    if (result.batch.purged, read_standing(office).patrons) != (1, before - 1):
        raise _Failed("the purge took another number than one")
    problems = find_problems(office)
    undo_batch(office, result.batch.id)
    if read_standing(office).patrons != before:
        raise _Failed("the undo did not bring everybody back")
    problems += find_problems(office)
    if problems:
        raise _Failed(problems[0].text)
    return f"a school of {before} made; one patron purged and brought back; verified"


def _window(front: Front) -> str:
    """A computer without what Qt needs can still do everything at the command line."""
    try:
        problems = front.window_problems()
    except ImportError as error:
        return f"not tried: {error}"
    if problems:
        raise _Failed("; ".join(problems))
    return "opened, offscreen"
