"""Requests to see the data: the due date by each rule, what holds meanwhile, closing, and who may."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from patrondesk.errors import NotFound, NotPermitted, Refused, WrongUsage
from patrondesk.models.patron import Patron
from patrondesk.records.ids import RequestId
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Scope, Severity
from patrondesk.services import access_requests, policy, verdict
from patrondesk.services.candidates import candidates
from patrondesk.services.purging.plan import make_plan
from tests.builders import building

DAY = dt.timedelta(days=1)


@pytest.fixture
def patron(office):
    with building(office) as school:
        return school.patron()


def without(office, *permissions):
    return office.signed_in(replace(office.actor, permissions=office.actor.permissions - set(permissions)))


@pytest.mark.parametrize(
    ("rule", "opened", "due"),
    [
        ("ferpa", dt.date(2026, 1, 1), dt.date(2026, 2, 15)),
        ("ferpa", dt.date(2028, 2, 1), dt.date(2028, 3, 17)),
        ("gdpr", dt.date(2026, 1, 1), dt.date(2026, 2, 1)),
        ("gdpr", dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        ("gdpr", dt.date(2028, 1, 30), dt.date(2028, 2, 29)),
        ("gdpr", dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
        ("gdpr", dt.date(2026, 11, 30), dt.date(2026, 12, 30)),
        ("other", dt.date(2026, 1, 1), None),
    ],
)
def test_the_due_date_by_each_rule(rule, opened, due):
    assert access_requests.due_by(rule, opened) == due


def test_a_request_is_listed_with_its_due_date_and_holds_the_patron(office, patron):
    today = office.clock.today()
    access_requests.open_request(office, patron, rule="gdpr", comment=" asked by the mother ")
    (told,) = access_requests.list_requests(office)
    assert (told.patron_id, told.rule, told.opened_on, told.comment) == (patron, "gdpr", today, "asked by the mother")
    assert (told.due_on, told.open, told.overdue) == (access_requests.due_by("gdpr", today), True, False)
    assert told.days_left == (told.due_on - today).days
    plan = make_plan(office, [patron], source="list")
    (reason,) = plan.held[0].reasons
    assert (reason.code, reason.severity, reason.count) == ("ACCESS_REQUEST", Severity.ABSOLUTE, 1)
    day = f"{told.due_on.day} {told.due_on:%B %Y}"
    assert reason.text == f"A request to see the data is open until {day}"
    assert reason.lifts == "hand the data out and close the request"
    assert [row.id for row in candidates(office, CandidatesQuery(reason="ACCESS_REQUEST")).rows] == [patron]


def test_it_holds_in_every_scope_of_the_record_but_not_in_a_merge():
    assert {scope for scope in Scope if "ACCESS_REQUEST" in verdict.codes_of(scope)} == set(Scope) - {Scope.MERGE}


def test_the_library_s_own_rule_counts_where_none_is_said(office, patron):
    today = office.clock.today()
    access_requests.open_request(office, patron)
    policy.change_setting(office, "access_request_rule", "GDPR")
    access_requests.open_request(office, patron)
    due = {one.rule: one.due_on for one in access_requests.list_requests(office, patron)}
    assert due == {rule: access_requests.due_by(rule, today) for rule in ("ferpa", "gdpr")}


def test_two_requests_name_the_day_that_comes_first(office, patron):
    today = office.clock.today()
    for days in (20, 10):
        access_requests.open_request(office, patron, rule="other", due_on=today + days * DAY)
    (reason,) = make_plan(office, [patron], source="list").held[0].reasons
    assert reason.until == today + 10 * DAY
    assert reason.text.startswith("2 requests to see the data are open, the first until ")
    assert len(reason.records) == 2


def test_a_closed_request_holds_nobody_and_keeps_what_came_of_it(office, patron):
    request = access_requests.open_request(office, patron)
    access_requests.close_request(office, request, "handed out")
    assert make_plan(office, [patron], source="list").eligible
    (told,) = access_requests.list_requests(office)
    assert (told.open, told.overdue, told.outcome) == (False, False, "handed out")
    assert (told.closed_by, told.closed_on) == (office.actor.name, office.clock.real_today())
    assert access_requests.list_requests(office, closed=False) == []
    for late in (
        lambda: access_requests.close_request(office, request, "again"),
        lambda: access_requests.change_due(office, request, told.due_on),
    ):
        with pytest.raises(Refused, match="closed already"):
            late()


def test_overdue_is_told_and_stays_held(office, patron):
    today = office.clock.today()
    access_requests.open_request(office, patron, opened_on=today - 60 * DAY)
    (told,) = access_requests.list_requests(office)
    assert (told.overdue, told.days_left) == (True, -15)
    (reason,) = make_plan(office, [patron], source="list").held[0].reasons
    assert "; it was due on " in reason.text


def test_open_ones_come_first_and_the_next_due_at_the_top(office, patron):
    today = office.clock.today()
    made = [access_requests.open_request(office, patron, due_on=today + days * DAY) for days in (30, 10, 20)]
    access_requests.close_request(office, made[1], "withdrawn")
    assert [one.id for one in access_requests.list_requests(office)] == [made[2], made[0], made[1]]


def test_another_day_can_be_given(office, patron):
    request = access_requests.open_request(office, patron)
    later = office.clock.today() + 90 * DAY
    before = version(office, patron)
    access_requests.change_due(office, request, later)
    assert access_requests.list_requests(office)[0].due_on == later
    assert version(office, patron) == before + 1
    access_requests.change_due(office, request, later)
    assert version(office, patron) == before + 1


def version(office, patron):
    with office.database.read() as session:
        return session.get_one(Patron, patron).version


def test_a_plan_made_before_notices(office, patron):
    before = version(office, patron)
    request = access_requests.open_request(office, patron)
    assert version(office, patron) == before + 1
    access_requests.close_request(office, request, "withdrawn")
    assert version(office, patron) == before + 2


def test_what_cannot_be_is_refused(office, patron):
    today = office.clock.today()
    request = access_requests.open_request(office, patron)
    for wrong in (
        lambda: access_requests.open_request(office, patron, rule="hipaa"),
        lambda: access_requests.open_request(office, patron, rule="other"),
        lambda: access_requests.open_request(office, patron, opened_on=today + DAY),
        lambda: access_requests.open_request(office, patron, due_on=today - DAY),
        lambda: access_requests.change_due(office, request, today - DAY),
        lambda: access_requests.close_request(office, request, "  "),
        lambda: access_requests.close_all_of(office, patron, ""),
    ):
        with pytest.raises(WrongUsage):
            wrong()
    with pytest.raises(NotFound):
        access_requests.close_request(office, RequestId(request + 1), "x")
    assert len(access_requests.list_requests(office)) == 1


def test_all_of_a_patron_are_closed_at_once(office, patron):
    for _ in range(2):
        access_requests.open_request(office, patron)
    assert access_requests.close_all_of(office, patron, "handed out") == 2
    assert access_requests.close_all_of(office, patron, "handed out") == 0


def test_opening_and_closing_need_the_right_and_reading_only_to_view(office, patron):
    request = access_requests.open_request(office, patron)
    clerk = without(office, Permission.DOWNLOAD_DATA)
    for refused in (
        lambda: access_requests.open_request(clerk, patron),
        lambda: access_requests.change_due(clerk, request, clerk.clock.today()),
        lambda: access_requests.close_request(clerk, request, "x"),
        lambda: access_requests.close_all_of(clerk, patron, "x"),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert len(access_requests.list_requests(clerk)) == 1
    assert access_requests.list_downloads(clerk, patron) == []
    with pytest.raises(NotPermitted):
        access_requests.list_requests(without(office, Permission.VIEW_PATRONS))
