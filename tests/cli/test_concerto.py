"""A real library's 378 patrons, from files to the purge, by words alone. Skipped where its data is not at hand."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.cli.conftest import names

DATA = Path(os.environ.get("CONCERTO_DATA") or Path(__file__).parents[3] / "shared" / "data" / "evergreen-concerto")
FILES = [
    ("patrons", "patrons.csv", 378), ("items", "items.csv", 4852), ("loans", "loans.csv", 486), ("fines", "fines.csv", 341),
    ("fines", "fines_open_amount_unknown.csv", 46),
]  # fmt: skip
DAY = "2026-06-30"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the concerto data is not here (CONCERTO_DATA)")
def test_the_real_patrons_from_files_to_the_purge(desk, tmp_path):
    for kind, name, number in FILES:
        seen = desk("import", kind, DATA / name, "--preview")
        done = desk("import", kind, DATA / name)
        assert (seen["added"], done["added"], done["read"]) == (number, number, number), done["messages"][:3]
    with (DATA / "patrons.csv").open(encoding="utf-8", newline="") as stream:
        people = [p for p in csv.DictReader(stream) if p["group"] == "Patrons" or p["group"].startswith("Patron -")]
    gone = [p["username"] for p in people if p["expires"] <= DAY]
    rows = [(p["username"], "FALSE" if p["username"] in set(gone) else "TRUE") for p in people]
    leavers = tmp_path / "leavers.csv"
    leavers.write_text("username,enabled\n" + "".join(f"{u},{e}\n" for u, e in rows), encoding="utf-8")
    desk("import", "deactivations", leavers)
    counts = desk("candidates", "--page-size", 200)
    assert (counts["total"], counts["counts"]["eligible"], counts["counts"]["OPEN_LOANS"]) == (187, 99, 50)
    listed = names(tmp_path, *gone)
    seen = desk("purge", "--usernames", listed, "--preview", code=1)
    assert (seen["planned"], seen["purged"], len(seen["refused"])) == (187, 99, 88)
    done = desk("purge", "--usernames", listed, "--export", tmp_path / "purged.xlsx", "--yes", code=1)
    assert (done["purged"], len(done["refused"])) == (99, 88)
    again = desk("purge", "--usernames", listed, "--yes", code=1)
    assert (again["purged"], again["vanished"]) == (0, 99)
    assert desk("patrons", "list")["total"] == 378 - 99 + 1
    assert desk("verify")["ok"] is True
    assert desk("batches", "undo", done["batch"])["restored"] == 99
    assert desk("candidates", "--page-size", 200).json == counts.json
