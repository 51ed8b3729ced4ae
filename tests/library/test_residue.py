"""The residue check finds what a purge forgot, by every identifier, and says nothing of the living."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine
from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.services import checking
from patrondesk.services.purging.plan import make_plan
from tests.builders import building


def codes(office):
    return {problem.code for problem in checking.find_problems(office)}


@pytest.fixture
def gone(office):
    """A purged patron, known by {field: word}; and somebody's fine that stays."""
    with building(office) as school:
        patron, living = school.patron(), school.patron(enabled=True)
        school.belongings(patron)
        school.fine(living, 500, comment=None)
        row = school.session.get_one(Patron, patron)
        words = {field: getattr(row, field) for field in ("username", "barcode", "external_id", "email", "phone")}
        words["former barcode"] = school.session.scalars(sa.select(FormerBarcode.barcode)).one()
        words["full name"], words["name, reversed"] = (
            f"{row.given_name} {row.family_name}",
            f"{row.family_name}, {row.given_name}",
        )
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    return words


def test_a_sound_purge_leaves_none(office, gone):
    assert not codes(office)


@pytest.mark.parametrize(
    "field", ["username", "barcode", "external_id", "email", "phone", "former barcode", "full name", "name, reversed"]
)
@pytest.mark.parametrize("text", ["{}", "paid by ({}), in cash"])
def test_what_stays_behind_is_found(office, gone, field, text):
    with office.database.write() as session:
        session.execute(sa.update(Fine).values(comment=text.format(gone[field])))
    assert codes(office) == {"RESIDUE"}


def test_what_a_living_patron_has_by_now_is_no_residue(office, gone):
    with building(office) as school:
        school.patron(username=gone["username"], email=gone["email"])
    assert not codes(office)
