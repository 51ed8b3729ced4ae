"""Page by page at each page size, by window and by command line: the library ends the same, table by table."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QWidget

from patrondesk import bootstrap
from patrondesk.__main__ import main
from patrondesk.records.patrons import PAGE_SIZES
from patrondesk.services.demo import build
from patrondesk.ui.main import open_window

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    path = tmp_path_factory.mktemp("school") / "school.patrondesk"
    database = bootstrap.new_database(path)
    build.build(database, patrons=260, seed=3, today=TODAY)
    database.close()
    return path


def state(path):
    """Every table but the log and the batches. What is random or a moment is told by its place: pseudonyms, waiver lines."""
    link = sqlite3.connect(path)
    names = [n for (n,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    found = {}
    for name in names:
        if name.startswith(("archive_", "audit", "batch", "backups", "alembic", "staff_accounts", "purge_plan", "tombstones")):
            continue
        columns = [row[1] for row in link.execute(f"PRAGMA table_info({name})")]
        kept = [c for c in columns if not (name == "fine_lines" and c in ("id", "at", "batch_id"))]
        found[name] = (
            sorted(map(repr, link.execute(f"SELECT {', '.join(kept)} FROM {name}"))) if name != "loans" else loans(link, columns)
        )
    link.close()
    return found


def loans(link, columns):
    """Kept loans by borrower: the pseudonym is random, but the same loans must share one."""
    place = columns.index("pseudonym")
    rows = [list(row) for row in link.execute("SELECT * FROM loans ORDER BY id")]
    first: dict[int, int] = {}
    for row in rows:
        if row[place] is not None:
            row[place] = first.setdefault(row[place], row[0])
    return [repr(row) for row in rows]


def by_command_line(path, size, monkeypatch, capsys):
    monkeypatch.setenv("PATRONDESK_PASSWORD", "demo")
    page = purged = 0
    while True:
        page += 1
        words = ["--database", str(path), "--staff", "librarian", "--json"]
        main([*words, "candidates", "--page", str(page), "--page-size", str(size)])
        shown = json.loads(capsys.readouterr().out)
        if not shown["rows"]:
            return purged
        free = sum(row["eligible"] for row in shown["rows"])
        if free:
            assert main([*words, "purge", "--page", str(page), "--page-size", str(size), "--yes"]) == 0
            purged += json.loads(capsys.readouterr().out)["purged"]
            page = 0


def shown(name):
    for top in QApplication.topLevelWidgets():
        for widget in (top, *top.findChildren(QWidget, name)):
            if widget.objectName() == name and widget.isVisible():
                return widget
    return None


def by_window(path, size, qtbot):
    window = open_window(str(path), "librarian", "demo")
    window.resize(1400, 900)
    window.show()
    page = window.desk.purge_page
    quiet = lambda: window.runner.idle and page.purging.running is None  # noqa: E731
    qtbot.waitUntil(lambda: page.model.rowCount() > 0 and quiet(), timeout=20_000)
    sizes = shown("purge_page_size")
    assert isinstance(sizes, QComboBox)
    sizes.setCurrentIndex([sizes.itemText(i).split()[0] for i in range(sizes.count())].index(str(size)))
    sizes.activated.emit(sizes.currentIndex())
    qtbot.waitUntil(quiet, timeout=20_000)
    purged = 0
    while True:
        free = [row for row in page.model.rows if row.eligible]
        if free:
            shown("purge_tag_all").click()
            shown("purge_button").click()
            qtbot.waitUntil(lambda: shown("purge_confirm_dialog") is not None, timeout=20_000)
            count = shown("confirm_count")
            if isinstance(count, QLineEdit):
                count.setText(str(len(free)))
            shown("confirm_accept").click()
            qtbot.waitUntil(lambda: shown("purge_result_dialog") is not None, timeout=20_000)
            dialog = shown("purge_result_dialog")
            assert isinstance(dialog, QDialog)
            dialog.reject()
            purged += len(free)
            qtbot.waitUntil(lambda: shown("purge_result_dialog") is None and quiet(), timeout=20_000)
        elif shown("purge_next").isEnabled():
            shown("purge_next").click()
            qtbot.waitUntil(quiet, timeout=20_000)
        else:
            break
    window.close()
    return purged


def test_every_way_ends_the_same(school, tmp_path, qtbot, monkeypatch, capsys):
    untouched = state(school)
    ends = {}
    for size in PAGE_SIZES:
        copy = shutil.copyfile(school, tmp_path / f"words-{size}.patrondesk")
        ends[f"command line, {size}"] = (by_command_line(copy, size, monkeypatch, capsys), state(copy))
    for size in PAGE_SIZES:
        copy = shutil.copyfile(school, tmp_path / f"window-{size}.patrondesk")
        ends[f"window, {size}"] = (by_window(copy, size, qtbot), state(copy))
    (number, end), *others = ends.values()
    assert number > 20, "the school is too small to tell pages apart"
    assert end != untouched
    for way, (other, other_end) in ends.items():
        assert other == number, way
        assert {name for name in end if end[name] != other_end[name]} == set(), way
    assert others
