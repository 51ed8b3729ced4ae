"""What every test gets: no screen needed, no trace of this computer's own PatronDesk, a ready library in both engines."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from patrondesk.clock import Clock

if TYPE_CHECKING:
    from patrondesk.services.office import Office
    from tests.postgres import Server

LIBRARIAN, PASSWORD = "mokafor", "eleven blue bicycles"

_home = tempfile.TemporaryDirectory(prefix="desk-home-", ignore_cleanup_errors=True)

hypothesis.settings.register_profile("desk", deadline=None)
# The same examples on every run: a failure in CI is met again at the desk.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, database=None)


def pytest_configure(config: pytest.Config) -> None:
    """Before anything of Qt or PatronDesk is asked: a home of the session's own, and no settings from outside."""
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")
    for name in [name for name in os.environ if name.startswith("PATRONDESK_")]:
        del os.environ[name]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    places = ["HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"]
    places += ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"]
    for place in places:
        folder = Path(_home.name) / place.lower()
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ[place] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the session's home away."""
    _home.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The session's PostgreSQL server; started by the first test that asks."""
    from tests import postgres

    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated library file with its librarian; copied, never opened."""
    file = tmp_path_factory.mktemp("template") / "library.patrondesk"
    make_library(str(file))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """The name of a migrated database with its librarian; copied, never opened."""
    from tests.postgres import name_in

    url = postgres_server.create()
    make_library(url)
    return name_in(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh library with one librarian (LIBRARIAN, PASSWORD): once as a file, once on a server."""
    if request.param == "sqlite":
        yield str(shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "library.patrondesk"))
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def office(engine_url: str) -> Iterator[Office]:
    """The librarian, signed in to the fresh library."""
    from patrondesk.database import Database
    from patrondesk.services.office import Office
    from patrondesk.services.signin import sign_in

    database = Database(engine_url)
    yield sign_in(Office(database), LIBRARIAN, PASSWORD)
    database.close()


def make_library(address: str) -> None:
    """Write a new library at an address, and let go of it."""
    from patrondesk.database import Database
    from patrondesk.services.libraries import create_library

    database = Database(address)
    create_library(database, Clock(), name="Riverbank Secondary", username=LIBRARIAN, password=PASSWORD, person="Okafor, May")
    database.close()


@pytest.fixture(autouse=True)
def _no_work_left() -> Iterator[None]:
    """A test that leaves work in Qt's thread pool would see it end in another test's time."""
    yield
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:
        assert core.QThreadPool.globalInstance().waitForDone(10_000), "work is still running in Qt's thread pool"
