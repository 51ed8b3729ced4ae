"""What is killed in the middle: a made-up library, the work done with it, and how its end is known to be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine, PurgePlan, PurgePlanLine
from patrondesk.records.ids import PatronId
from patrondesk.records.importing import ImportRequest, Kind
from patrondesk.records.purging import BatchState, Override
from patrondesk.records.staff import Actor
from patrondesk.services import checking, importing
from patrondesk.services.office import Office
from patrondesk.services.purging import batch_reading, undo
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.comparing import picture
from tests.conftest import LIBRARIAN, PASSWORD, make_library
from tests.crash import restores

LEAVERS, CHUNK = 60, 5
_NOON = dt.datetime(2026, 12, 4, 12, tzinfo=dt.UTC)


class Noon(Clock):
    """It is always noon, so that two ways to the same end can be compared to the last cell."""

    def now(self) -> dt.datetime:
        """The same moment, always."""
        return _NOON

    def real_today(self) -> dt.date:
        """Its day."""
        return _NOON.date()


def _nothing(office: Office) -> None:
    """Nothing more is asked."""


@dataclass(frozen=True)
class Work:
    """One kind of work. `start` names the template it begins with; `go` does it or goes on with it; `done` asks the library.

    `look` is what must hold of it after a kill besides `check`; `tidy` what must hold when it has ended.
    """

    name: str
    start: str
    go: Callable[[Office], object]
    done: Callable[[Office], bool]
    look: Callable[[Office], None] = _nothing
    tidy: Callable[[Office], None] = _nothing


@dataclass(frozen=True)
class Bench:
    """The templates by name, who works, and the picture of each template."""

    folder: Path
    actor: Actor

    def template(self, name: str) -> Path:
        """A library file that is copied and not worked in."""
        return self.folder / f"{name}.patrondesk"

    @contextmanager
    def office(self, path: Path) -> Iterator[Office]:
        """The librarian in that file."""
        database = Database(path)
        try:
            yield Office(database, Noon(), self.actor)
        finally:
            database.close()


def set_up(folder: Path) -> Bench:
    """Makes the templates: `full` before anything, `purged` after the purge, and a roll to be imported."""
    full = folder / "full.patrondesk"
    make_library(str(full))
    database = Database(full)
    office = sign_in(Office(database, Noon()), LIBRARIAN, PASSWORD)
    assert office.actor is not None
    with building(office) as school:
        people = [school.patron() for _ in range(LEAVERS)]
        for number, patron in enumerate(people):
            school.belongings(patron)
            for _ in range(3):
                school.loan(patron, "returned")
            if number % 7 == 3:
                school.loan(patron, "open")
            if number % 11 == 5:
                school.reservation(patron)
            if number % 13 == 6:
                school.fine(patron, 400)
    database.close()
    bench = Bench(folder, office.actor)
    roll = [f"S{n:04d},pupil{n:04d},Family{n:04d},Given{n:04d},Year 7,7{'ABC'[n % 3]}" for n in range(400)]
    heading = "external_id,username,family_name,given_name,year_level,homeroom"
    (folder / "roll.csv").write_text("\n".join([heading, *roll]) + "\n", encoding="utf-8")
    purged = folder / "purged.patrondesk"
    purged.write_bytes(full.read_bytes())
    with bench.office(purged) as office:
        _purge(office)
    return bench


def _overrides(office: Office) -> list[Override]:
    with office.database.read() as session:
        first = session.scalars(sa.select(Patron.id).where(~Patron.enabled).order_by(Patron.id)).all()
    return [Override(PatronId(key), code, "agreed") for key in first[:30] for code in ("BALANCE_DUE", "RESERVATIONS")]


def _purge(office: Office) -> None:
    """Begins, or goes on with what was begun."""
    batches = batch_reading.list_batches(office)
    if batches:
        if batches[0].not_reached:
            purge.resume(office, batches[0].id, Ticket(), chunk=CHUNK)
        return
    with office.database.read() as session:
        ids = [PatronId(key) for key in session.scalars(sa.select(Patron.id).where(~Patron.enabled).order_by(Patron.id))]
    held = {o for o in _overrides(office)}
    plan = make_plan(office, ids, source="list", overrides=sorted(held, key=lambda o: (o.patron_id, o.code)))
    purge.run(office, plan, Ticket(), chunk=CHUNK)


def _purged(office: Office) -> bool:
    batches = batch_reading.list_batches(office)
    return bool(batches) and batches[0].state in (BatchState.COMPLETED, BatchState.COMPLETED_WITH_EXCEPTIONS)


def _undo(office: Office) -> None:
    if not _undone(office):
        undo.undo_batch(office, batch_reading.list_batches(office)[0].id)


def _undone(office: Office) -> bool:
    return batch_reading.list_batches(office)[0].archive.value == "undone"


def importing_of(folder: Path) -> Callable[[Office], object]:
    """Imports the roll."""
    return lambda office: importing.run(office, ImportRequest(Kind.PATRONS, str(folder / "roll.csv")))


def _imported(office: Office) -> bool:
    with office.database.read() as session:
        return bool(session.scalar(sa.text("SELECT count(*) FROM import_runs")) == 1)


def works(bench: Bench) -> tuple[Work, ...]:
    """Every kind of work."""
    imports = importing_of(bench.folder)
    with bench.office(bench.template("full")) as full, bench.office(bench.template("purged")) as purged:
        back = restores.make(full, purged, bench.folder / "backup.patrondesk")
    return (
        Work("purge", "full", _purge, _purged),
        Work("undo", "purged", _undo, _undone),
        Work("import", "full", lambda office: None if _imported(office) else imports(office), _imported),
        Work("restore", "purged", back.go, back.done, back.look, back.tidy),
    )


def check(office: Office) -> None:
    """What must hold after a kill: the file verifies, every chunk is whole or absent, the numbers add up."""
    problems = checking.find_problems(office)
    assert not problems, [problem.text for problem in problems]
    with office.database.read() as session:
        there = set(session.scalars(sa.select(Patron.id)))
        for batch in session.scalars(sa.select(Batch)):
            assert batch.planned == batch.purged + batch.refused + batch.vanished + batch.not_reached
            told = session.execute(
                sa.select(BatchLine.patron_id, BatchLine.outcome, BatchLine.undone_at).where(BatchLine.batch_id == batch.id)
            ).all()
            over = batch.state in (BatchState.COMPLETED, BatchState.COMPLETED_WITH_EXCEPTIONS)
            assert over == (batch.not_reached == 0), (batch.state, batch.not_reached)
            reached = {row[0] for row in told}
            unknown = session.scalar(sa.select(PurgePlan.unknown).where(PurgePlan.id == batch.plan_id))
            assert batch.planned == batch.not_reached + len(reached) + (unknown or 0)
            for patron, outcome, undone in told:
                assert (patron in there) == (outcome == "refused" or undone is not None), (patron, outcome)
            planned = set(session.scalars(sa.select(PurgePlanLine.patron_id).where(PurgePlanLine.plan_id == batch.plan_id)))
            assert planned - reached <= there, "somebody went without a line"
            assert len(reached) % CHUNK == 0 or not batch.not_reached, "half a chunk"


def end(office: Office) -> dict[str, Any]:
    """The whole library but for what is random or tells of the way: pseudonyms by their sizes, runs by their numbers."""
    shown: dict[str, Any] = dict(picture(office.database))
    with office.database.read() as session:
        loans = session.execute(sa.text("SELECT * FROM loans ORDER BY id")).mappings().all()
        lines = session.execute(
            sa.text("SELECT patron_id, outcome, reasons, loans_kept FROM batch_lines ORDER BY patron_id")
        ).all()
        runs = session.execute(sa.text("SELECT planned, purged, refused, vanished, not_reached, archive FROM batches")).all()
        archived = session.execute(sa.text("SELECT count(*), min(id), max(id) FROM archive_patrons")).one()
    shown["loans"] = [tuple(value for key, value in row.items() if key != "pseudonym") for row in loans]
    shown["borrowers"] = len({row["pseudonym"] for row in loans})
    shown["batches"], shown["lines"], shown["archived"] = (
        [tuple(run) for run in runs],
        [tuple(line) for line in lines],
        tuple(archived),
    )
    return shown
