"""Every guard at its boundaries, one row a case: the reasons that the domain names and no others."""

from __future__ import annotations

import datetime as dt

import pytest

from patrondesk.guards.base import Facts
from patrondesk.models.patron import Patron
from patrondesk.records.verdict import Scope
from patrondesk.services import verdict
from patrondesk.services.patrons import read_details
from patrondesk.services.purging.due import DueCriteria, make_due_plan
from tests.builders import LONG_AGO, building

THRESHOLD = 200
DAY = dt.timedelta(days=1)
TODAY = dt.datetime.now().astimezone().date()

# (name, what to build for patron p of school s, codes that hold)
MONEY = [
    ("nothing owed", lambda s, p: None, set()),
    ("a fine of nothing", lambda s, p: s.fine(p, 0), set()),
    ("one below the threshold", lambda s, p: s.fine(p, 199), set()),
    ("the threshold itself", lambda s, p: s.fine(p, 200), set()),
    ("one above", lambda s, p: s.fine(p, 201), {"BALANCE_DUE"}),
    ("two that add up to it", lambda s, p: (s.fine(p, 120), s.fine(p, 80)), set()),
    ("two that add up to more", lambda s, p: (s.fine(p, 120), s.fine(p, 81)), {"BALANCE_DUE"}),
    ("a credit brings it down", lambda s, p: (s.fine(p, 500), s.fine(p, -300)), set()),
    ("a credit that is larger", lambda s, p: (s.fine(p, 500), s.fine(p, -501)), {"CREDIT"}),
    ("a credit that is as large", lambda s, p: (s.fine(p, 500), s.fine(p, -500)), set()),
    ("a credit of a cent", lambda s, p: s.fine(p, -1), {"CREDIT"}),
    ("an unknown amount", lambda s, p: s.fine(p, None), {"BALANCE_DUE"}),
    ("unknown beside a credit", lambda s, p: (s.fine(p, None), s.fine(p, -5)), {"BALANCE_DUE", "CREDIT"}),
    ("disputed, a cent", lambda s, p: s.fine(p, 1, "in_dispute"), {"BALANCE_DUE"}),
    ("disputed, below the threshold by a credit", lambda s, p: (s.fine(p, 100, "in_dispute"), s.fine(p, -100)), {"BALANCE_DUE"}),
    ("disputed, of unknown amount", lambda s, p: s.fine(p, None, "in_dispute"), {"BALANCE_DUE"}),
    ("disputed counts in the net", lambda s, p: (s.fine(p, 150), s.fine(p, 150, "in_dispute")), {"BALANCE_DUE"}),
    ("a disputed credit", lambda s, p: (s.fine(p, 100), s.fine(p, -100, "in_dispute")), {"BALANCE_DUE"}),
    ("closed fines", lambda s, p: (s.fine(p, 90_000, "closed"), s.fine(p, None, "closed")), set()),
]
RECORDS = [
    ("an open loan", lambda s, p: s.loan(p, "open"), {"OPEN_LOANS"}),
    ("ended loans", lambda s, p: [s.loan(p, status) for status in ("returned", "lost", "closed")], set()),
    ("an open reservation", lambda s, p: s.reservation(p), {"RESERVATIONS"}),
    ("ended reservations", lambda s, p: [s.reservation(p, status) for status in ("filled", "cancelled", "expired")], set()),
    ("an old block, note, card and picture", lambda s, p: s.belongings(p), set()),
    ("protected without end", lambda s, p: s.protection(p), {"PROTECTED"}),
    ("protected until yesterday", lambda s, p: s.protection(p, TODAY - DAY), set()),
    ("protected until today", lambda s, p: s.protection(p, TODAY), {"PROTECTED"}),
    ("protected until tomorrow", lambda s, p: s.protection(p, TODAY + DAY), {"PROTECTED"}),
    ("a protection that was ended", lambda s, p: s.protection(p, None, LONG_AGO), set()),
    ("ended before its day", lambda s, p: s.protection(p, TODAY + DAY, LONG_AGO), set()),
    ("guarantor of another", lambda s, p: s.patron(guarantor_id=p), {"GUARANTOR"}),
    ("guarantor of an enabled other", lambda s, p: s.patron(guarantor_id=p, enabled=True), {"GUARANTOR"}),
    ("guarantor of oneself", lambda s, p: s.guarantee(p, p), set()),
    ("has a guarantor", lambda s, p: s.guarantee(p, s.patron()), set()),
    ("a request to see the data", lambda s, p: s.request(p), {"ACCESS_REQUEST"}),
    ("a request that was answered", lambda s, p: s.request(p, closed=True), set()),
    ("a request due today", lambda s, p: s.request(p, due_on=TODAY), {"ACCESS_REQUEST"}),
    ("an answered one and an open one", lambda s, p: (s.request(p, closed=True), s.request(p)), {"ACCESS_REQUEST"}),
    ("a librarian", lambda s, p: s.staff(p, "librarian"), {"STAFF_ROLE"}),
    ("an administrator", lambda s, p: s.staff(p, "administrator"), {"STAFF_ROLE"}),
    ("may only read", lambda s, p: s.staff(p, "reader"), {"STAFF_ROLE"}),
    ("a patron's own account", lambda s, p: s.staff(p, "patron"), set()),
    ("a role that was removed", lambda s, p: s.staff(p, None), set()),
]
KINDS = {
    "po_line": "PO_LINES",
    "purchase_order": "PURCHASE_ORDERS",
    "invoice": "INVOICES",
    "locked_bib": "LOCKED_BIBS",
    "import_profile": "IMPORT_PROFILES",
    "md_editor": "MD_EDITOR",
    "asset": "ASSETS",
    "grant": "GRANTS",
}
IN_CHARGE = [
    *((f"open {kind}", lambda s, p, kind=kind: s.responsibility(p, kind), {code}) for kind, code in KINDS.items()),
    *((f"closed {kind}", lambda s, p, kind=kind: s.responsibility(p, kind, "closed"), set()) for kind in KINDS),
    ("two kinds", lambda s, p: (s.responsibility(p, "grant"), s.responsibility(p, "invoice")), {"GRANTS", "INVOICES"}),
    ("a kind that nobody knows", lambda s, p: s.responsibility(p, "spaceship"), {"ASSETS"}),
]
CASES = [*MONEY, *RECORDS, *IN_CHARGE]


def codes_of(office, patron, scope=Scope.PAGE):
    with office.database.read() as session:
        facts = Facts(office.library_id, office.actor.id, office.clock.today(), THRESHOLD, "USD")
        found = verdict.find_reasons(session, facts, [patron], scope)
        return {reason.code: reason for reason in found.get(patron, ())}


@pytest.fixture
def crowd(office):
    """Every case as a patron of one library: a guard that mixes them up is met as well. {case: patron}"""
    with building(office, balance_threshold="2.00") as school:
        made = {}
        for name, make, _ in CASES:
            made[name] = school.patron()
            make(school, made[name])
        return made


def test_every_guard_at_its_boundaries(office, crowd):
    wrong = {}
    for name, _, codes in CASES:
        found = set(codes_of(office, crowd[name]))
        if found != codes:
            wrong[name] = (found, codes)
    assert not wrong, "found and expected"


def test_the_same_for_all_at_once(office, crowd):
    with office.database.read() as session:
        facts = Facts(office.library_id, office.actor.id, office.clock.today(), THRESHOLD, "USD")
        found = verdict.find_reasons(session, facts, list(crowd.values()))
    assert {name: {r.code for r in found.get(crowd[name], ())} for name, _, _ in CASES} == {
        name: codes for name, _, codes in CASES
    }


def test_enabled_and_the_operators_own(office):
    with building(office) as school:
        enabled, off = school.patron(enabled=True), school.patron()
        school.session.get_one(Patron, office.actor.id).enabled = False
    assert set(codes_of(office, enabled)) == {"ACTIVE"}
    assert set(codes_of(office, off)) == set()
    assert codes_of(office, office.actor.id)["STAFF_ROLE"].text == "Your own account"


def test_the_operators_own_account_without_a_role_is_still_not_purged(office):
    with building(office) as school:
        plain = school.patron()
    with office.database.read() as session:
        facts = Facts(office.library_id, plain, TODAY, 0, "USD")
        assert [r.code for r in verdict.find_reasons(session, facts, [plain])[plain]] == ["STAFF_ROLE"]


def test_count_amount_and_records(office):
    with building(office) as school:
        owing, unknown, lender, credit = (school.patron() for _ in range(4))
        fines = [school.fine(owing, 300), school.fine(owing, 25, "in_dispute")]
        school.fine(owing, 999, "closed")
        bill = [school.fine(unknown, None), school.fine(unknown, 300)]
        loans = [school.loan(lender, "open"), school.loan(lender, "open")]
        school.loan(lender, "returned")
        school.fine(credit, -40)
    reason = codes_of(office, owing)["BALANCE_DUE"]
    assert (reason.count, reason.amount, reason.records) == (2, 325, tuple(sorted(fines)))
    reason = codes_of(office, unknown)["BALANCE_DUE"]
    assert (reason.count, reason.amount, reason.records) == (2, None, tuple(sorted(bill)))
    reason = codes_of(office, lender)["OPEN_LOANS"]
    assert (reason.count, reason.records) == (2, tuple(sorted(loans)))
    assert codes_of(office, credit)["CREDIT"].amount == -40


SCOPES = {
    "ACTIVE": "P",
    "OPEN_LOANS": "PJDS",
    "BALANCE_DUE": "PJDS",
    "CREDIT": "PJDS",
    "RESERVATIONS": "PJDS",
    "STAFF_ROLE": "PJDSM",
    "GUARANTOR": "PJDS",
    "PROTECTED": "PJDSM",
    "ACCESS_REQUEST": "PJDS",
    "NO_DATES": "J",
    "NOT_DUE": "J",
} | dict.fromkeys(KINDS.values(), "PJDSM")


def test_scopes_and_severities_are_the_domains():
    told = {code: guard for guard in verdict.GUARDS for code in guard.codes}
    assert {code: set(SCOPES[code]) for code in told} == {
        code: {scope.value for scope in guard.scopes} for code, guard in told.items()
    }
    assert set(verdict.overridable_codes()) == {"BALANCE_DUE", "CREDIT", "RESERVATIONS"}


def test_what_lifts_a_reason_is_what_can_be_done(office):
    with building(office) as school:
        patron = school.patron()
        school.fine(patron, -40)
        school.reservation(patron)
        school.protection(patron)
    assert {code: reason.lifts for code, reason in codes_of(office, patron).items()} == {
        "CREDIT": "pay it back, or set it aside with a comment",
        "RESERVATIONS": "cancel what is reserved, or set it aside with a comment: the purge then cancels it",
        "PROTECTED": "end keeping",
    }


def test_in_a_single_delete_only_a_credit_can_be_overridden(office):
    assert set(verdict.overridable_codes(Scope.SINGLE)) == {"CREDIT"}
    with building(office) as school:
        patron = school.patron()
        school.fine(patron, 900)
        school.reservation(patron)
        school.override(patron, "BALANCE_DUE")
        school.override(patron, "RESERVATIONS")
    assert [reason.overridden for reason in codes_of(office, patron, Scope.PAGE).values()] == [True, True]
    assert [reason.overridden for reason in codes_of(office, patron, Scope.SINGLE).values()] == [False, False]


def test_an_override_marks_its_own_reason_only(office):
    with building(office) as school:
        patron, other = school.patron(), school.patron()
        for who in (patron, other):
            school.fine(who, 300)
            school.reservation(who)
        school.override(patron, "BALANCE_DUE")
        school.override(patron, "OPEN_LOANS")  # absolute: says nothing
        school.loan(patron, "open")
    assert {code: reason.overridden for code, reason in codes_of(office, patron).items()} == {
        "BALANCE_DUE": True,
        "RESERVATIONS": False,
        "OPEN_LOANS": False,
    }
    assert not any(reason.overridden for reason in codes_of(office, other).values())
    assert not read_details(office, patron).eligible


def in_a_job(office, patron, grace_days=0):
    """Codes that hold in a purge by date."""
    facts = Facts(office.library_id, None, office.clock.today(), 0, "USD", grace_days)
    with office.database.read() as session:
        found = verdict.find_reasons(session, facts, [patron], Scope.JOB)
    return {reason.code for reason in found.get(patron, ())}


def test_a_purge_by_date_holds_whom_no_date_lets_go(office):
    today = office.clock.today()
    with building(office) as school:
        neither = school.patron(expiry_date=None, purge_date=None)
        expired = school.patron(expiry_date=dt.date(2020, 1, 1), purge_date=None)
        ahead = school.patron(purge_date=today + dt.timedelta(days=1))
        due = school.patron(purge_date=today)
        enabled = school.patron(purge_date=today, enabled=True)
    assert in_a_job(office, neither) == {"NO_DATES"}
    assert in_a_job(office, expired) == {"NOT_DUE"}
    assert in_a_job(office, ahead) == {"NOT_DUE"}
    assert in_a_job(office, due) == in_a_job(office, enabled) == set()
    assert in_a_job(office, due, grace_days=1) == {"NOT_DUE"}
    assert [one.id for one in make_due_plan(office, DueCriteria()).patrons] == [due, enabled]
    assert not make_due_plan(office, DueCriteria(1)).patrons
