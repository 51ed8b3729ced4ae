"""Staff accounts and roles: given, changed, taken away; nobody loses the last administrator or gives more than they have."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import DeskError, NotFound, NotPermitted, Refused, SignInRefused, WrongUsage
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import SignInToken, StaffAccount
from patrondesk.records.staff import Actor, Permission
from patrondesk.services import access, activation, passwords, roles, staff, tokens
from patrondesk.services.door import Work
from patrondesk.services.office import Office
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN

SECRET = "seven purple lanterns"


def code_of(refusal: pytest.ExceptionInfo[DeskError]) -> str:
    return refusal.value.code


def by_username(office, username):
    return {line.username: line for line in staff.list_staff(office)}[username]


def who(office: Office) -> Actor:
    assert office.actor is not None
    return office.actor


def as_(office: Office, username: str, password: str = SECRET) -> Office:
    return sign_in(Office(office.database, office.clock), username, password)


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    """A hash is slow by design; here only what is done with it matters."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "hash_secret", quick.hash)


def test_an_account_is_given_to_a_patron_who_is_there(office):
    with building(office) as school:
        pupil = school.patron(username="ana", family_name="Ruiz", given_name="Ana", enabled=True, expiry_date=None)
    assert staff.add_staff(office, "ana", "librarian", SECRET) == pupil
    line = by_username(office, "ana")
    assert (line.name, line.role, line.state, line.has_password, line.last_signed_in) == (
        "Ruiz, Ana",
        "librarian",
        "active",
        True,
        None,
    )
    signed_in = as_(office, "ana")
    assert who(signed_in).permissions == access.ROLES["librarian"][1]
    assert who(signed_in).role_name == "Librarian"
    assert by_username(office, "ana").last_signed_in is not None


def test_a_new_person_is_made_with_the_account(office):
    staff.add_staff(office, "bo", "reader", SECRET, name="Lind, Bo")
    assert by_username(office, "bo").name == "Lind, Bo"
    assert who(as_(office, "bo")).name == "Bo Lind"
    with office.database.read() as session:
        made = session.scalars(sa.select(Patron).where(Patron.username == "bo")).one()
        assert (made.record_type, made.account_type, made.enabled) == ("staff", "internal", True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((LIBRARIAN, "reader", SECRET), "HAS_ACCOUNT"),
        (("bo", "chief", SECRET), "NO_ROLE"),
        (("bo", "reader", "short"), "PASSWORD_SHORT"),
        (("  ", "reader", SECRET), "WRONG_USAGE"),
    ],
)
def test_an_account_that_cannot_be_given(office, words, code):
    with pytest.raises(DeskError) as refusal:
        staff.add_staff(office, *words)
    assert code_of(refusal) == code
    assert [line.username for line in staff.list_staff(office)] == [LIBRARIAN]


def test_what_keeps_somebody_out_is_listed_and_said(office):
    today = office.clock.today()
    states = {
        "off": ("deactivated", "DEACTIVATED", {"enabled": False}),
        "over": ("expired", "EXPIRED", {"enabled": True, "expiry_date": today - dt.timedelta(days=1)}),
        "shut": ("blocked", "BLOCKED", {"enabled": True, "expiry_date": today}),
        "fine": ("active", "", {"enabled": True, "expiry_date": today}),
    }
    with building(office) as school:
        keys = {name: school.patron(username=name, **columns) for name, (_, _, columns) in states.items()}
        school._add(
            Block(patron_id=keys["shut"], comment="x", author_id=school.staff_id, created_at=office.clock.now(), until=today)
        )
        old = dt.date(2020, 1, 1)
        school._add(
            Block(patron_id=keys["fine"], comment="x", author_id=school.staff_id, created_at=office.clock.now(), until=old)
        )
    for name, (state, code, _) in states.items():
        staff.add_staff(office, name, "reader", SECRET)
        assert by_username(office, name).state == state
        if code:
            with pytest.raises(SignInRefused) as refusal:
                as_(office, name)
            assert code_of(refusal) == code
        else:
            as_(office, name)


def test_a_role_is_changed_and_taken_away_with_its_tokens(office):
    bo = staff.add_staff(office, "bo", "reader", SECRET)
    staff.change_role(office, bo, "assistant")
    signed_in = as_(office, "bo")
    assert who(signed_in).role == "assistant"
    token = tokens.make_token(signed_in, tokens.COMPUTER, "PC 1")
    staff.remove_role(office, bo)
    assert [line.username for line in staff.list_staff(office)] == [LIBRARIAN]
    with pytest.raises(SignInRefused):
        as_(office, "bo")
    with office.database.read() as session:
        assert session.scalars(sa.select(SignInToken)).all() == []
        account = session.scalars(sa.select(StaffAccount).where(StaffAccount.patron_id == bo)).one()
        assert (account.role_id, account.password_hash, account.recovery_hash) == (None, None, None)
    assert token
    with pytest.raises(NotFound):
        staff.change_role(office, bo, "reader")
    assert staff.add_staff(office, "bo", "reader", SECRET) == bo, "the account cannot be given again"


def test_a_person_without_a_role_can_be_purged(office):
    from patrondesk.services import verdict
    from patrondesk.services.policy import read_policy

    bo = staff.add_staff(office, "bo", "reader", SECRET)

    def held() -> set[str]:
        with office.database.read() as session:
            work = Work(session, office.actor, office.clock, office)
            found = verdict.find_reasons(session, verdict.facts_for(work, read_policy(session, office.library_id)), [bo])
            return {reason.code for reason in found.get(bo, ())}

    assert "STAFF_ROLE" in held()
    staff.remove_role(office, bo)
    assert "STAFF_ROLE" not in held()


def test_nobody_changes_removes_or_overrules_themselves(office):
    me = office.actor.id
    other = staff.add_staff(office, "bo", "administrator", SECRET)
    for change in (
        lambda: staff.change_role(office, me, "reader"),
        lambda: staff.remove_role(office, me),
        lambda: activation.disable(office, me),
        lambda: staff.set_password(office, me, SECRET),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert code_of(refusal) == "OWN_ACCOUNT"
    staff.remove_role(as_(office, "bo"), me)
    assert [line.patron_id for line in staff.list_staff(office)] == [other]


SHUT: dict[str, dict[str, object]] = {
    "deactivated": {"enabled": False},
    "expired": {"expiry_date": dt.date(2020, 1, 1)},
    "blocked": {},
    "without a password": {},
}


@pytest.mark.parametrize("why", SHUT)
def test_the_last_administrator_who_can_sign_in_stays(office, why):
    """Another administrator who cannot sign in does not count."""
    bo = staff.add_staff(office, "bo", "administrator", SECRET)
    chief = as_(office, "bo")
    with office.database.write() as session:
        session.execute(sa.update(Patron).where(Patron.id == bo).values(**(SHUT[why] or {"version": 7})))
        if why == "blocked":
            session.add(Block(patron_id=bo, comment="x", author_id=office.actor.staff_id, created_at=office.clock.now()))
        if why == "without a password":
            session.execute(sa.update(StaffAccount).where(StaffAccount.patron_id == bo).values(password_hash=None))
    me = office.actor.id
    for change in (
        lambda: staff.change_role(chief, me, "librarian"),
        lambda: staff.remove_role(chief, me),
        lambda: activation.disable(chief, me),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert code_of(refusal) == "LAST_ADMINISTRATOR"
    with office.database.write() as session:
        work = Work(session, who(chief), chief.clock, chief)
        with pytest.raises(Refused):
            staff.guard_last_administrator(work, me)
        staff.guard_last_administrator(work, bo)  # who cannot sign in anyway


def test_two_administrators_who_demote_each_other_at_once_leave_one(office):
    bo = staff.add_staff(office, "bo", "administrator", SECRET)
    other, me = as_(office, "bo"), office.actor.id
    start, told = threading.Barrier(2), []

    def demote(who, whom):
        start.wait()
        try:
            staff.change_role(who, whom, "reader")
            told.append("done")
        except Refused as refusal:
            told.append(refusal.code)

    pair = [threading.Thread(target=demote, args=args) for args in ((office, bo), (other, me))]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert sorted(told) == ["LAST_ADMINISTRATOR", "done"]
    assert [line.role for line in staff.list_staff(office)].count("administrator") == 1


@pytest.fixture
def keeper(office):
    """Somebody who manages staff and may otherwise do little."""
    code = roles.add_role(office, "Keeper", {Permission.MANAGE_STAFF, Permission.VIEW_PATRONS, Permission.REPORTS})
    staff.add_staff(office, "keeper", code, SECRET)
    return as_(office, "keeper")


def test_nobody_gives_more_rights_than_their_own(office, keeper):
    with pytest.raises(NotPermitted) as refusal:
        staff.add_staff(keeper, "bo", "administrator", SECRET)
    assert code_of(refusal) == "MORE_THAN_OWN"
    bo = staff.add_staff(keeper, "bo", "reader", SECRET)
    with pytest.raises(NotPermitted):
        staff.change_role(keeper, bo, "librarian")
    with pytest.raises(NotPermitted):
        roles.add_role(keeper, "Mine", {Permission.PURGE})
    with pytest.raises(NotPermitted):
        roles.change_role_set(keeper, "reader", {Permission.PURGE})
    assert roles.add_role(keeper, "Less", {Permission.REPORTS}) == "less"


def test_nobody_takes_over_a_stronger_account(office, keeper):
    me = office.actor.id
    for change in (
        lambda: staff.set_password(keeper, me, SECRET),
        lambda: staff.new_recovery_code(keeper, me),
        lambda: staff.change_role(keeper, me, "reader"),
        lambda: staff.remove_role(keeper, me),
    ):
        with pytest.raises(NotPermitted) as refusal:
            change()
        assert code_of(refusal) == "MORE_THAN_OWN"


def test_a_password_set_by_an_administrator_opens_and_the_former_does_not(office):
    bo = staff.add_staff(office, "bo", "reader", SECRET)
    token = tokens.make_token(as_(office, "bo"), tokens.COMPUTER, "PC 1")
    staff.set_password(office, bo, "another long secret")
    with pytest.raises(SignInRefused):
        as_(office, "bo")
    as_(office, "bo", "another long secret")
    from patrondesk.services.signin import sign_in_by_token

    with pytest.raises(SignInRefused):
        sign_in_by_token(Office(office.database), token)


# ------------------------------------------------------------------------------------------------------------- roles


def test_the_ready_made_roles(office):
    found = {line.code: line for line in roles.list_roles(office)}
    assert list(found) == list(access.ROLES)
    assert found["administrator"].permissions == frozenset(Permission)
    assert found["patron"].permissions == frozenset()
    assert (found["administrator"].people, found["reader"].people) == (1, 0)


def test_a_role_is_made_renamed_changed_and_removed(office):
    code = roles.add_role(office, "  Student   helper ", {Permission.CIRCULATION})
    assert code == "student-helper"
    roles.rename_role(office, code, "Helper")
    roles.change_role_set(office, code, {Permission.CIRCULATION, Permission.VIEW_PATRONS})
    bo = staff.add_staff(office, "bo", code, SECRET)
    assert who(as_(office, "bo")).permissions == {Permission.CIRCULATION, Permission.VIEW_PATRONS}
    with pytest.raises(Refused) as refusal:
        roles.remove_role(office, code)
    assert code_of(refusal) == "IN_USE"
    staff.change_role(office, bo, "reader")
    roles.remove_role(office, code)
    assert code not in {line.code for line in roles.list_roles(office)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda o: roles.change_role_set(o, "administrator", set()), "FIXED_ROLE"),
        (lambda o: roles.change_role_set(o, "patron", {Permission.VIEW_PATRONS}), "FIXED_ROLE"),
        (lambda o: roles.remove_role(o, "reader"), "READY_MADE"),
        (lambda o: roles.add_role(o, "LIBRARIAN", set()), "TAKEN"),
        (lambda o: roles.rename_role(o, "reader", "Librarian"), "TAKEN"),
        (lambda o: roles.add_role(o, "  ", set()), "WRONG_USAGE"),
        (lambda o: roles.remove_role(o, "nothing"), "NO_ROLE"),
    ],
    ids="administrator patron ready-made taken taken-too nameless unknown".split(),
)
def test_a_role_that_cannot_be_changed(office, change, code):
    before = roles.list_roles(office)
    with pytest.raises(DeskError) as refusal:
        change(office)
    assert code_of(refusal) == code
    assert roles.list_roles(office) == before


def test_nobody_takes_a_right_from_their_own_role(office):
    code = roles.add_role(office, "Chief", set(Permission))
    staff.add_staff(office, "bo", code, SECRET)
    chief = as_(office, "bo")
    with pytest.raises(Refused) as refusal:
        roles.change_role_set(chief, code, set(Permission) - {Permission.PURGE})
    assert code_of(refusal) == "OWN_ACCOUNT"
    roles.change_role_set(office, code, set(Permission) - {Permission.PURGE})
    assert Permission.PURGE not in who(as_(office, "bo")).permissions


def test_unknown_words_of_options(office):
    with pytest.raises(WrongUsage):
        staff.add_staff(office, "bo", "reader", SECRET, libraries=["riverbank-secondary"])


def test_nobody_without_the_right_reads_who_there_is(office):
    less = office.signed_in(replace(office.actor, permissions=frozenset(Permission) - {Permission.MANAGE_STAFF}))
    for read in (staff.list_staff, roles.list_roles, tokens.list_tokens):
        with pytest.raises(NotPermitted):
            read(less)
