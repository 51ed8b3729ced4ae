"""Page, count, purge and undo beside the limit, interleaved in one run: `python tests/benchmarks/bench_desk.py [patrons ...]`.

Prints a table of medians and ratios and writes it as JSON beside, if a second argument `--json FILE` is given.
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

import plainest
import seeding
import sqlalchemy as sa

from patrondesk import bootstrap
from patrondesk.jobs import purge
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.services import candidates, policy, signin
from patrondesk.services.office import Office
from patrondesk.services.purging import batch, plan, undo
from patrondesk.services.purging.chunk import purge_chunk

Row = dict[str, Any]


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def open_office(path: Path) -> Office:
    """The library with somebody at the desk."""
    return signin.sign_in(bootstrap.open_library(path), seeding.USER, seeding.PASSWORD)


def row(patrons: int, operation: str, ours: list[float], limit: list[float], target: float) -> Row:
    """Medians and their ratio."""
    a, b = statistics.median(ours), statistics.median(limit)
    return {
        "patrons": patrons,
        "operation": operation,
        "ours_ms": round(a * 1000, 2),
        "limit_ms": round(b * 1000, 2),
        "ratio": round(a / b, 2),
        "target": target,
    }


def bench_page(library: Path, patrons: int) -> list[Row]:
    """The page of 200, first, middle and last, and the count beside it."""
    office, link = open_office(library), plainest.connect(library)
    total = link.execute(plainest.COUNT).fetchone()[0]
    pages = -(-total // 200)
    rows = []
    for name, number in (("first", 1), ("middle", (pages + 1) // 2), ("last", pages)):
        ours, limit = [], []
        for turn in range(12):
            a = timed(lambda n=number: candidates.candidates(office, CandidatesQuery(page=n, page_size=200)))
            b = timed(lambda n=number: (link.execute(plainest.COUNT).fetchone(), plainest.page(link, 200, (n - 1) * 200)))
            if turn > 1:
                ours.append(a)
                limit.append(b)
        rows.append(row(patrons, f"page of 200, {name}", ours, limit, 5.0))
    office.database.close()
    link.close()
    return rows


def bench_purge(library: Path, patrons: int, number: int, retain: bool, folder: Path, turns: int) -> list[Row]:
    """A purge of `number` and its undo, each turn on a fresh copy; the backup before it is timed by itself elsewhere."""
    ours, limit, undone = [], [], []
    for _ in range(turns):
        for side in ("ours", "limit"):
            copy = folder / "copy.patrondesk"
            for old in folder.glob("copy.patrondesk*"):
                old.unlink()
            shutil.copy(library, copy)
            if side == "limit":
                link = plainest.connect(copy)
                ids = plainest.free_ids(link, number)
                limit.append(timed(lambda link=link, ids=ids: plainest.purge(link, ids, retain)))
                link.close()
                continue
            office = open_office(copy)
            if not retain:
                policy.change_setting(office, "retain_deleted_patron_loans", "false")
            link = plainest.connect(copy)
            ids = plainest.free_ids(link, number)
            link.close()
            frozen = plan.make_plan(office, ids, source="list")

            def run(office: Office = office, frozen: Any = frozen) -> None:
                key = batch.begin(office, frozen)
                people = [(p.id, p.version) for p in frozen.patrons]
                for start in range(0, len(people), purge.CHUNK):
                    purge_chunk(office, key, dict(people[start : start + purge.CHUNK]))
                assert batch.finish(office, key, stopped=False).value == "completed"

            ours.append(timed(run))
            undone.append(timed(lambda office=office: undo.undo_batch(office, 1)))
            office.database.close()
    word = "retain" if retain else "delete"
    return [
        row(patrons, f"purge of {len(ids)}, {word}", ours, limit, 1.5),
        row(patrons, f"undo of {len(ids)}, {word} (limit: our purge)", undone, ours, 2.0),
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
    words.add_argument("--json", type=Path)
    asked = words.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for patrons in asked.patrons:
            library = folder / f"seed-{patrons}.patrondesk"
            seeding.seed_library(library, patrons)
            rows += bench_page(library, patrons)
            for number in (min(200, patrons // 20), 5000):
                if number <= patrons // 10:
                    for retain in (True, False):
                        rows += bench_purge(library, patrons, number, retain, folder, asked.turns)
            rows.append(statements(library))
    print(f"{'patrons':>9}  {'operation':<44}{'ours ms':>10}{'limit ms':>10}{'ratio':>7}  target")
    for line in rows:
        if "ratio" in line:
            print(
                f"{line['patrons']:>9,}  {line['operation']:<44}{line['ours_ms']:>10}{line['limit_ms']:>10}{line['ratio']:>7}  {line['target']}"
            )
        else:
            print(f"{'':>9}  {line['operation']:<44}{line['number']:>10}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
