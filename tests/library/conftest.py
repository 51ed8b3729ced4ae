"""Libraries by the dozen for property tests: each a fresh copy on either engine, its librarian signed in without a wait."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from patrondesk.database import Database
from patrondesk.records.staff import Actor
from patrondesk.services.door import require
from patrondesk.services.office import Office
from patrondesk.services.signin import sign_in
from tests.conftest import LIBRARIAN, PASSWORD

Libraries = Callable[[], AbstractContextManager[Office]]


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def libraries(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """A function; each call of it gives a library of its own for the length of a `with`."""
    numbers = itertools.count(1)
    actors: list[Actor] = []

    @contextmanager
    def address() -> Iterator[str]:
        if request.param == "sqlite":
            folder: Path = tmp_path_factory.mktemp("library")
            yield str(shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / f"library{next(numbers)}.patrondesk"))
            shutil.rmtree(folder)
            return
        with request.getfixturevalue("postgres_server").database(request.getfixturevalue("postgres_template")) as url:
            yield url

    @contextmanager
    def library() -> Iterator[Office]:
        with address() as where:
            database = Database(where)
            if not actors:
                actors.append(require(sign_in(Office(database), LIBRARIAN, PASSWORD)))
            try:
                yield Office(database).signed_in(actors[0])
            finally:
                database.close()

    return library


@pytest.fixture
def sqlite_library(sqlite_template: Path, tmp_path: Path) -> Iterator[Office]:
    """The librarian in a fresh library file, for what only files have."""
    database = Database(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))
    yield sign_in(Office(database), LIBRARIAN, PASSWORD)
    database.close()
