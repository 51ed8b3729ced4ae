"""Whole cohorts switched off and on again: exactly those, and as they were; on both engines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrondesk.errors import NotFound, NotPermitted, Refused, WrongUsage
from patrondesk.models.patron import Patron
from patrondesk.records.staff import Permission
from patrondesk.services import activation, cohorts
from tests.builders import building

MOVED = {"version", "updated_at"}


def people(office):
    """Everybody, but versions and dates of change."""
    columns = [c for c in Patron.__table__.c if c.name not in MOVED]
    with office.database.read() as session:
        return {row["id"]: dict(row) for row in session.execute(sa.select(*columns)).mappings()}


def line(office, name):
    return next(one for one in cohorts.list_cohorts(office) if one.name == name)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_off_and_on_again_is_as_before(office, data):
    states = data.draw(st.lists(st.tuples(st.booleans(), st.sampled_from([None, "librarian", "patron"])), max_size=6))
    with office.database.read() as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(Patron))
    cohort = cohorts.add_cohort(office, f"Class {number}-{data.draw(st.integers(0, 10**9))}-{len(cohorts.list_cohorts(office))}")
    with building(office) as school:
        made = []
        for enabled, role in states:
            off = {} if not enabled else {"deactivated_at": None, "deactivated_by_id": None, "deactivated_through": None}
            made.append(school.patron(enabled=enabled, cohort_id=cohort, **off))
            if role:
                school.staff(made[-1], role)
        school.patron(enabled=True, deactivated_at=None, deactivated_by_id=None, deactivated_through=None)
    before = people(office)
    look = cohorts.preview_off(office, cohort)
    assert cohorts.switch_off(office, cohort, "the year is over") == look
    meanwhile = people(office)
    gone = {key for key in before if before[key] != meanwhile[key]}
    assert len(gone) == look.changed == sum(enabled and role != "librarian" for enabled, role in states)
    assert all(meanwhile[key]["deactivated_through"] == "cohort" for key in gone)
    assert all(meanwhile[key]["deactivated_reason"] == "the year is over" for key in gone)
    back = cohorts.preview_on(office, cohort)
    assert back.changed == look.changed
    assert back.unfit == sum(not enabled and role != "librarian" for enabled, role in states)
    assert cohorts.switch_on(office, cohort) == back
    assert people(office) == before


def test_who_was_switched_otherwise_meanwhile_stays_so(office):
    cohort = cohorts.add_cohort(office, "Class of 2026", dt.date(2026, 12, 20))
    with building(office) as school:
        one, two, three = (school.patron(enabled=True, cohort_id=cohort) for _ in range(3))
    cohorts.switch_off(office, cohort)
    assert line(office, "Class of 2026").switched_off == 3
    activation.enable(office, one)
    activation.enable(office, two)
    activation.disable(office, two, "moved")
    look = cohorts.switch_on(office, cohort)
    assert (look.selected, look.changed, look.already, look.unfit) == (3, 1, 1, 1)
    now = people(office)
    assert [now[key]["enabled"] for key in (one, two, three)] == [True, False, True]
    told = line(office, "Class of 2026")
    assert (told.members, told.enabled, told.disabled, told.switched_off) == (3, 2, 1, 0)


def test_oneself_is_spared(office):
    cohort = cohorts.add_cohort(office, "Staff of 2026")
    with building(office) as school:
        school.session.execute(sa.update(Patron).where(Patron.id == office.actor.id).values(cohort_id=cohort))
    look = cohorts.switch_off(office, cohort)
    assert (look.changed, look.own) == (0, 1)


def test_made_renamed_and_dated(office):
    first = cohorts.add_cohort(office, "  Class of  2031 ")
    cohorts.add_cohort(office, "Class of 2030", dt.date(2030, 6, 30))
    assert [one.name for one in cohorts.list_cohorts(office)] == ["Class of 2030", "Class of 2031"]
    assert cohorts.change_cohort(office, first, "Class of 2029", dt.date(2029, 6, 30))
    assert not cohorts.change_cohort(office, first, "Class of 2029", dt.date(2029, 6, 30))
    told = cohorts.list_cohorts(office)[0]
    assert (told.name, told.graduates_on) == ("Class of 2029", dt.date(2029, 6, 30))
    assert cohorts.find_cohort(office, "Class of 2029") == first
    for wrong, fault in (("", WrongUsage), ("x" * 81, WrongUsage), ("class of 2030", Refused)):
        with pytest.raises(fault):
            cohorts.add_cohort(office, wrong)
    with pytest.raises(NotFound):
        cohorts.find_cohort(office, "Class of 1900")
    with pytest.raises(NotFound):
        cohorts.switch_off(office, 12345)


def test_the_rights_are_asked(office):
    key = cohorts.add_cohort(office, "Class of 2026")
    reader = office.signed_in(replace(office.actor, permissions=frozenset({Permission.VIEW_PATRONS})))
    assert cohorts.list_cohorts(reader)
    for forbidden in (
        lambda: cohorts.add_cohort(reader, "x"), lambda: cohorts.change_cohort(reader, key, "x", None),
        lambda: cohorts.switch_off(reader, key), lambda: cohorts.switch_on(reader, key),
        lambda: cohorts.preview_off(reader, key), lambda: cohorts.preview_on(reader, key),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            forbidden()
