"""An import says who of its new patrons was purged here before, and how to have the old record back."""

from __future__ import annotations

import datetime as dt

import pytest

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.services.purging import undo
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.services.inbox import counts

ANA = {"external_id": "S-77", "username": "aruiz", "family_name": "Ruiz", "given_name": "Ana"}
BO = {"external_id": "S-78", "username": "bstone", "family_name": "Stone", "given_name": "Bo"}


@pytest.fixture
def batch(inbox):
    with building(inbox.office) as school:
        gone = school.patron(external_id="S-77")
    return purge.run(inbox.office, make_plan(inbox.office, [gone], source="list"), Ticket()).batch


def told(report):
    return [(message.line, message.text) for message in report.messages if message.code == "RETURNING"]


def test_who_returns_is_said(inbox, batch):
    report = inbox.patrons([ANA, BO])
    assert counts(report) == {"added": 2}
    (line, text), *others = told(report)
    assert (line, others) == (2, [])
    assert f"(batch {batch.id}); undoing that, until {batch.undo_until.day} {batch.undo_until:%B %Y}," in text
    assert "S-77" not in text


def test_not_when_the_person_is_here(inbox, batch):
    undo.undo_batch(inbox.office, batch.id)
    assert not told(inbox.patrons([ANA]))


def test_after_the_undo_date_it_says_only_that(inbox, batch, monkeypatch):
    later = batch.undo_until + dt.timedelta(days=1)
    monkeypatch.setattr(type(inbox.office.clock), "real_today", lambda _self: later)
    assert told(inbox.patrons([ANA]))[0][1].endswith("the new record starts without the old loans.")
