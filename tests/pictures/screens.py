"""Renders the screens whose pictures are kept: always the same school, day, size, font and themes."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.services.demo import build
from patrondesk.services.office import Office
from patrondesk.services.purging import plan
from patrondesk.services.signin import sign_in
from patrondesk.ui.main.opening import aside
from patrondesk.ui.main.script import Script, Steps
from patrondesk.ui.screens.purge.confirm import ConfirmDialog
from patrondesk.ui.screens.purge.page import PurgePage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.runner import Runner
from tests.pictures import components

KEPT = Path(__file__).parent / "kept"
THEMES = ("light", "dark", "contrast")
TODAY = dt.date(2026, 12, 4)
_WIDTH, _HEIGHT = 1200, 700


class Still(Clock):
    """A clock that stands: what says until when a purge can be undone is the same in every year."""

    def real_today(self) -> dt.date:
        return TODAY

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 12, 4, 9, 30, tzinfo=dt.UTC)


@contextmanager
def school() -> Iterator[Office]:
    """A made-up school on that day, with its librarian at the desk."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = Database(str(Path(folder) / "school.patrondesk"))

        def begin() -> Office:
            build.build(database, patrons=200, seed=1, today=TODAY)
            return sign_in(Office(database, Still()), "librarian", "demo")

        yield aside(begin)
        database.close()


def render(app: QApplication, office: Office) -> dict[str, QImage]:
    """Every picture by its file's name, without the ending."""
    made: dict[str, QImage] = {}
    for name in THEMES:
        theme.apply(app, name)
        page = components.page()
        page.show()
        made[f"components-{name}"] = _flat(page)
        page.close()
        page.deleteLater()
    window = QMainWindow()
    runner = Runner(window, collect=False)
    Script(_purge(app, office, runner, window, made), seconds=30).run(app)
    window.close()
    runner.close()
    window.deleteLater()
    return made


def _purge(app: QApplication, office: Office, runner: Runner, window: QMainWindow, made: dict[str, QImage]) -> Steps:
    page = PurgePage(office, runner)
    window.setCentralWidget(page)
    window.resize(_WIDTH, _HEIGHT)
    theme.apply(app, THEMES[0])
    window.show()
    yield lambda: page.model.rowCount() and runner.idle
    free = [number for number, row in enumerate(page.model.rows) if row.eligible][:5]
    page.table.toggle(free)
    ids = [page.model.rows[number].id for number in free]
    planned = aside(lambda: plan.make_plan(office, ids, source="page"))
    for name in THEMES:
        theme.apply(app, name)
        yield _turns(5)
        made[f"purge-{name}"] = _flat(window)
        dialog = ConfirmDialog(window, planned, currency="USD", typed_above=20)
        dialog.open()
        yield _turns(5)
        made[f"confirm-{name}"] = _flat(dialog)
        dialog.close()
        yield _turns(2)


def _turns(number: int) -> Callable[[], bool]:
    """True after some turns of the event loop, when everything is laid out."""
    left = [number]

    def over() -> bool:
        left[0] -= 1
        return left[0] < 0

    return over


def _flat(widget: QWidget) -> QImage:
    """The widget on a ground without transparency."""
    grabbed = widget.grab().toImage()
    flat = QImage(grabbed.size(), QImage.Format.Format_RGB32)
    flat.fill(QColor(theme.current().window))
    painter = QPainter(flat)
    painter.drawImage(0, 0, grabbed)
    painter.end()
    return flat


def different(one: QImage, other: QImage) -> float:
    """Which part of the pixels differs to the eye, 0 to 1; 1 where the sizes differ."""
    if one.size() != other.size():
        return 1.0
    both = one.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(both)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, other)
    painter.end()
    grey = both.convertToFormat(QImage.Format.Format_Grayscale8)
    wide, tall, line = grey.width(), grey.height(), grey.bytesPerLine()
    data = bytes(grey.constBits())
    seen = bytes(int(value > _SEEN) for value in range(256))
    number = sum(data[row * line : row * line + wide].translate(seen).count(1) for row in range(tall))
    return number / (wide * tall)


_SEEN = 40
