"""A guard that cannot be asked refuses everybody: on the page, in a plan, in a chunk and in a filter."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import WrongUsage
from patrondesk.guards.base import Guard
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.patron import Patron
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.purging import Override
from patrondesk.records.verdict import Scope
from patrondesk.registry import Registry, RegistryBroken
from patrondesk.services import verdict
from patrondesk.services.candidates import candidates
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.comparing import picture

# Those of the page; the others hold in jobs only, which ask in the same way.
GUARDS = [guard.code for guard in verdict.guards_of(Scope.PAGE)]


@pytest.fixture
def crowd(office):
    with building(office) as school:
        patrons = [school.patron() for _ in range(3)]
        school.fine(patrons[1], 100)
        return patrons


def broken(monkeypatch, code):
    """The guard asks a table that is not there."""
    missing = sa.table("nowhere", sa.column("patron_id", sa.Integer))

    def find(_facts, chosen):
        return sa.select(missing.c.patron_id, sa.literal(code), sa.literal(1), sa.null(), sa.null()).where(
            missing.c.patron_id.in_(chosen)
        )

    guard = verdict.GUARDS[code]
    other = replace(guard, find=find, condition=lambda _facts, _code: sa.exists().where(missing.c.patron_id == Patron.id))
    monkeypatch.setitem(verdict.GUARDS._found, code, other)


@pytest.mark.parametrize("code", GUARDS)
def test_everybody_is_refused(office, crowd, monkeypatch, caplog, code):
    plan = make_plan(office, crowd, source="list", overrides=[Override(crowd[1], "BALANCE_DUE", "agreed")])
    before = picture(office.database)
    broken(monkeypatch, code)
    with caplog.at_level(logging.CRITICAL):
        result = purge.run(office, plan, Ticket())
        assert not result.purged
        assert {patron.id for patron in result.refused} == set(crowd)
        assert all("CHECK_FAILED" in {reason.code for reason in patron.reasons} for patron in result.refused)
        assert not make_plan(office, crowd, source="list").eligible
        shown = candidates(office, CandidatesQuery()).rows
        assert {row.id for row in shown} == set(crowd)
        assert not [row for row in shown if row.eligible]
    assert picture(office.database) == before


@pytest.mark.parametrize("code", [code for code in GUARDS if code != "ACTIVE"])
def test_a_filter_that_cannot_ask_shows_nobody_as_free(office, crowd, monkeypatch, code):
    broken(monkeypatch, code)
    with pytest.raises(sa.exc.DBAPIError):
        candidates(office, CandidatesQuery(reason="none"))


def test_the_other_guards_are_still_heard(office, crowd, monkeypatch, caplog):
    broken(monkeypatch, "PROTECTED")
    with caplog.at_level(logging.CRITICAL):
        held = {patron.id: {reason.code for reason in patron.reasons} for patron in make_plan(office, crowd, source="list").held}
    assert held == {crowd[0]: {"CHECK_FAILED"}, crowd[1]: {"CHECK_FAILED", "BALANCE_DUE"}, crowd[2]: {"CHECK_FAILED"}}


def test_a_failed_check_cannot_be_overridden(office, crowd):
    with pytest.raises(WrongUsage):
        make_plan(office, crowd, source="list", overrides=[Override(crowd[0], verdict.CHECK_FAILED, "never mind")])


@pytest.mark.parametrize("code", verdict.REQUIRED)
def test_a_build_without_a_guard_does_not_start(monkeypatch, code):
    names = {verdict.GUARDS[key].find.__module__.rpartition(".")[2]: key for key in GUARDS}
    left = sorted(name for name, key in names.items() if key != code)
    monkeypatch.setattr(Registry, "modules", staticmethod(lambda _package: left))
    with pytest.raises(RegistryBroken, match=code):
        Registry("patrondesk.guards", "GUARD", Guard, verdict.REQUIRED)
