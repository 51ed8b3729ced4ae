"""Page, count, purge and undo beside the limit, interleaved in one run: `python tests/benchmarks/bench_desk.py [patrons ...]`.

Prints a table of medians and ratios (of time, and of CPU time), and writes it as JSON with `--json FILE`. That both
sides do the same is checked before anything is timed. With `--page-only`, and `--past-loans`, for sizes whose seeding
would take too long.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import agreeing
import plainest
import plainest_purge
import seeding
import sqlalchemy as sa

from patrondesk import bootstrap
from patrondesk.jobs import purge
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates, policy, signin
from patrondesk.services.office import Office
from patrondesk.services.purging import batch, plan, undo
from patrondesk.services.purging.chunk import purge_chunk

Row = dict[str, Any]
Times = list[tuple[float, float]]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that the work took, and those of them that this process worked: the disk and other programs left out."""
    start, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - worked


def open_office(path: Path) -> Office:
    """The library with somebody at the desk."""
    return signin.sign_in(bootstrap.open_library(path), seeding.USER, seeding.PASSWORD)


def row(patrons: int, operation: str, ours: Times, limit: Times, target: float) -> Row:
    """Medians and their ratio; beside it the ratio of the work alone, for a computer that has other work to do."""
    (a, worked_a), (b, worked_b) = ([statistics.median(kind) for kind in zip(*side, strict=True)] for side in (ours, limit))
    return {
        "patrons": patrons,
        "operation": operation,
        "ours_ms": round(a * 1000, 2),
        "limit_ms": round(b * 1000, 2),
        "ratio": round(a / b, 2),
        "cpu_ratio": round(worked_a / worked_b, 2),
        "target": target,
    }


def interleaved(ours: Callable[[], object], limit: Callable[[], object], turns: int = 25) -> tuple[Times, Times]:
    """Seconds of both, by turns; the first turns, in which statements are made and pages read, do not count."""
    pairs = [(timed(ours), timed(limit)) for _ in range(turns + 3)][3:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def bench_page(library: Path, patrons: int) -> list[Row]:
    """The page of 200, first, middle and last, and the count beside it."""
    office, link = open_office(library), plainest.connect(library)
    total = link.execute(plainest.COUNT).fetchone()[0]
    pages = -(-total // 200)
    rows = []
    for name, number in (("first", 1), ("middle", (pages + 1) // 2), ("last", pages)):
        query, offset = CandidatesQuery(page=number, page_size=200), (number - 1) * 200
        agreeing.same_page(candidates.candidates(office, query), plainest.page(link, 200, offset))
        told = interleaved(lambda q=query: candidates.candidates(office, q), lambda o=offset: plainest.page(link, 200, o))
        rows.append(row(patrons, f"page, {name} ({min(200, total - offset)} rows)", *told, 5.0))
    with office.database.read() as session:
        connection = session.connection()
        count = sa.select(sa.func.count()).select_from(Patron).where(candidates.deactivated(office.library_id))
        assert connection.scalar(count) == total
        told = interleaved(lambda: connection.scalar(count), lambda: link.execute(plainest.COUNT).fetchone())
    rows.append(row(patrons, f"count beside it ({total:,})", *told, 2.0))
    office.database.close()
    link.close()
    return rows


class Copy:
    """A copy of a library, renewed before each turn."""

    def __init__(self, library: Path, place: Path) -> None:
        self.library, self.place = library, place

    def renew(self) -> Path:
        """The library as it was seeded; nobody may have the copy open."""
        for old in self.place.parent.glob(f"{self.place.name}*"):
            old.unlink()
        return Path(shutil.copy(self.library, self.place))


def purge_ours(office: Office, frozen: Any) -> None:
    """What the job does between the backup and the result."""
    with batch.running(office.database, office.library_id):
        key = batch.begin(office, frozen)
        people = [(p.id, p.version) for p in frozen.patrons]
        for start in range(0, len(people), purge.CHUNK):
            purge_chunk(office, key, dict(people[start : start + purge.CHUNK]))
        assert batch.finish(office, key, stopped=False).value == "completed"


def bench_purge(library: Path, patrons: int, number: int, retain: bool, folder: Path, turns: int) -> list[Row]:
    """A purge of `number` and its undo, each turn on fresh copies; the backup before it is timed by itself elsewhere.

    `first`: the process has purged nobody yet, so that each statement must be made; a window's purge is 20 patrons a
    chunk, so all but its first chunk are as the others here.
    """
    plain, mine = Copy(library, folder / "plain.patrondesk"), Copy(library, folder / "mine.patrondesk")
    link = plainest.connect(plain.renew())
    ids = plainest.free_ids(link, number)
    link.close()
    told: dict[str, Times] = {"first": [], "ours": [], "limit": [], "undo": []}
    used: Office | None = None
    for turn in range(turns + 1):
        for side in ("first", "ours"):
            if used is not None:
                used.database.close()
            mine.renew()
            if side == "first" or used is None:
                used = open_office(mine.place)
            if not retain:
                policy.change_setting(used, "retain_deleted_patron_loans", "false")
            frozen = plan.make_plan(used, ids, source="list")
            told[side].append(timed(lambda o=used, f=frozen: purge_ours(o, f)))
            if side == "ours" and turn:
                told["undo"].append(timed(lambda o=used: undo.undo_batch(o, 1)))
        link = plainest.connect(plain.renew())
        told["limit"].append(timed(lambda to=link: plainest_purge.purge(to, ids, retain)))
        link.close()
        if not turn:
            agreeing.same_library(mine.place, plain.place)
    word = "retain" if retain else "delete"
    ours, limit = told["ours"][1:], told["limit"][1:]
    return [
        row(patrons, f"purge of {len(ids)}, {word}", ours, limit, 1.5),
        row(patrons, f"purge of {len(ids)}, {word}, first", told["first"][1:], limit, 1.5),
        row(patrons, f"undo of {len(ids)}, {word} (limit: our purge)", told["undo"], ours, 2.0),
    ]


def statements(library: Path) -> Row:
    """How many statements a page of 200 costs."""
    office = open_office(library)
    told: list[str] = []
    sa.event.listen(office.database.engine(), "before_cursor_execute", lambda *a: told.append(a[2]))
    candidates.candidates(office, CandidatesQuery(page_size=200))
    office.database.close()
    return {"operation": "statements of a page of 200", "number": len(told)}


def main() -> None:
    """Runs everything for each size."""
    words = argparse.ArgumentParser()
    words.add_argument("patrons", nargs="*", type=int, default=[2_000, 50_000])
    words.add_argument("--turns", type=int, default=3)
    words.add_argument("--past-loans", type=int, default=seeding.PAST_LOANS)
    words.add_argument("--page-only", action="store_true")
    words.add_argument("--json", type=Path)
    asked = words.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for patrons in asked.patrons:
            library = folder / f"seed-{patrons}.patrondesk"
            seeding.seed_library(library, patrons, past_loans=asked.past_loans)
            rows += bench_page(library, patrons)
            for number in () if asked.page_only else (min(200, patrons // 20), 5000):
                if number <= patrons // 10:
                    for retain in (True, False):
                        rows += bench_purge(library, patrons, number, retain, folder, asked.turns)
            rows.append(statements(library))
    show(rows)
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def show(rows: list[Row]) -> None:
    """The table."""
    print(f"{'patrons':>9}  {'operation':<44}{'ours ms':>10}{'limit ms':>10}{'ratio':>7}{'of CPU':>8}  target")
    for line in rows:
        if "ratio" in line:
            told = f"{line['ours_ms']:>10}{line['limit_ms']:>10}{line['ratio']:>7}{line['cpu_ratio']:>8}  {line['target']}"
            print(f"{line['patrons']:>9,}  {line['operation']:<44}{told}")
        else:
            print(f"{'':>9}  {line['operation']:<44}{line['number']:>10}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
