"""The two engines under the library tests are what they say, and every test has a library of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk import paths
from patrondesk.database import Database, dialect
from patrondesk.models.library import Library


@pytest.mark.parametrize("round_", [1, 2])
def test_a_library_of_its_own(engine_url, round_):
    database = Database(engine_url)
    with database.read() as session:
        assert dialect(session) == ("sqlite" if database.is_file else "postgresql")
    with database.write() as session:
        library = session.scalars(sa.select(Library)).one()
        assert library.name == "Riverbank Secondary", "what another test wrote is here"
        library.name = "Hillside"
    database.close()


def test_the_librarian_is_signed_in(office):
    assert office.actor.username == "mokafor"


def test_nothing_of_this_computer_is_in_reach():
    assert not [name for name in os.environ if name.startswith("PATRONDESK_")]
    home = Path(os.environ["HOME"]).parent
    assert home.name.startswith("desk-home-")
    assert home in paths.data_folder().parents
    assert home in paths.config_folder().parents
