"""How long a spreadsheet takes beside the barest openpyxl program for the same rows: `python bench_excel.py [ROUNDS]`.

Each run is a process of its own, ours and the bare one by turns; printed are the medians, their ratio and the peak memory.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from patrondesk.records.tables import Column, Kind, Report, Sheet, Value

COLUMNS = (
    Column("name", "Name", width=30),
    Column("username", "Username", Kind.IDENTIFIER),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("external_id", "External id", Kind.IDENTIFIER),
    *(Column(key, key.title()) for key in ("type", "group", "year", "homeroom")),
    Column("deactivated_on", "Deactivated on", Kind.DATE),
    Column("by", "By"),
    Column("reason", "Reason"),
    Column("kept", "Past loans kept", Kind.INTEGER),
    Column("deleted", "Past loans deleted", Kind.INTEGER),
    Column("waived", "Amount waived", Kind.MONEY),
    Column("reservations", "Reservations", Kind.INTEGER),
)


def rows(number: int) -> Iterator[list[Value]]:
    """Patrons as a purge lists them."""
    day = dt.date(2026, 3, 4)
    for i in range(number):
        yield [
            f"Family{i}, Given{i}",
            f"user{i:06}",
            f"2{i:013}",
            f"SIS{i}",
            "student",
            "Undergraduate",
            f"Year {i % 6 + 7}",
            f"{i % 6 + 7}B",
            day + dt.timedelta(days=i % 90),
            "Ana Pop",
            "left the school",
            i % 40,
            0,
            i % 9 * 125,
            i % 3,
        ]


def bare(number: int, path: Path) -> None:
    """The plainest write-only program."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Purged patrons")
    sheet.append([column.heading for column in COLUMNS])
    for row in rows(number):
        sheet.append(row)
    book.save(path)


def ours(number: int, path: Path) -> None:
    """The exporter of the program, styles, filter and print set-up included."""
    from patrondesk.exporters.excel import write

    made = dt.datetime(2026, 6, 30, 9, 12, tzinfo=dt.UTC)
    write(Report("Purged patrons", "Hillside", made, (Sheet("Purged patrons", COLUMNS, rows(number)),)), path)


def measure(way: str, number: int) -> tuple[float, float]:
    """Seconds and MiB of one run in a process of its own."""
    answer = subprocess.run([sys.executable, __file__, way, str(number)], check=True, capture_output=True, text=True)
    seconds, peak = json.loads(answer.stdout)
    return seconds, peak


def run_once(way: str, number: int) -> None:
    """One run in this process; prints seconds and peak MiB as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        {"bare": bare, "ours": ours}[way](number, Path(folder) / "patrons.xlsx")
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(json.dumps([seconds, peak]))


def main(rounds: int) -> None:
    """Both sizes, by turns."""
    for number in (5_000, 50_000):
        runs: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
        for _ in range(rounds):
            for way, found in runs.items():
                found.append(measure(way, number))
        seconds = {way: statistics.median(run[0] for run in found) for way, found in runs.items()}
        peaks = {way: max(run[1] for run in found) for way, found in runs.items()}
        print(
            f"{number:>6} x {len(COLUMNS)}: ours {seconds['ours']:.2f} s, bare {seconds['bare']:.2f} s, "
            f"ratio {seconds['ours'] / seconds['bare']:.2f} (target 1.2); "
            f"peak ours {peaks['ours']:.0f} MiB (target 60), bare {peaks['bare']:.0f} MiB"
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run_once(sys.argv[1], int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else 3)
