"""Signing in: the growing delay, unknown names, the recovery code, tokens and what a stolen file tells."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.errors import NotFound, NotPermitted, Refused, SignInRefused
from patrondesk.models.fine import Fine
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import SignInToken, StaffAccount
from patrondesk.records.staff import Actor, Permission
from patrondesk.services import keychain, my_account, passwords, signin, staff, standing_in, tokens
from patrondesk.services.libraries import create_library, list_my_libraries, switch_library
from patrondesk.services.office import Office
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD

SECRET = "seven purple lanterns"
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class Moving(Clock):
    """The real time stands where `at` says; the business day is somewhere else altogether."""

    at = START

    def now(self) -> dt.datetime:
        return Moving.at

    @classmethod
    def on(cls, **by: float) -> None:
        cls.at += dt.timedelta(**by)


@pytest.fixture
def quick(monkeypatch):
    """A hash is slow by design; here only what is done with it matters. Yields how often one was compared."""
    from argon2 import PasswordHasher

    hasher, compared = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1), []

    def matches(hashed, secret, real=passwords.matches):
        compared.append(hashed)
        if hashed == passwords.NOBODYS:
            return False
        return real(hashed, secret)

    monkeypatch.setattr(passwords, "hash_secret", hasher.hash)
    monkeypatch.setattr(passwords, "matches", matches)
    Moving.at = START
    return compared


@pytest.fixture
def door(office, quick):
    """The library with nobody signed in, at a time that the test moves."""
    with office.database.write() as session:
        session.execute(sa.update(StaffAccount).values(password_hash=passwords.hash_secret(PASSWORD)))
    return Office(office.database, Moving())


def who(office: Office) -> Actor:
    assert office.actor is not None
    return office.actor


def tried(door, username, password) -> tuple[str, str, str]:
    with pytest.raises(SignInRefused) as refusal:
        signin.sign_in(door, username, password)
    return refusal.value.code, refusal.value.text, refusal.value.next_step


# ------------------------------------------------------------------------------------------------------------- the delay


@pytest.mark.parametrize("username", [LIBRARIAN, "nobody.here"], ids=["known", "unknown"])
def test_ten_wrong_passwords_wait_longer_and_longer(door, username):
    """Known or not: the same words, the same waits."""
    for number, wait in enumerate((0, 0, 0, 0, 5, 10, 20, 40, 80, 160), start=1):
        code, text, step = tried(door, username, "wrong")
        assert (code, text) == ("WRONG_PASSWORD", "That username and password do not go together."), number
        assert step == (f"Try again in {wait} seconds." if wait else "Try again.")
        if wait:
            Moving.on(seconds=wait - 1)
            assert tried(door, username, PASSWORD)[::2] == ("TOO_EARLY", "Try again in 2 seconds."), number
            Moving.on(seconds=1)
    if username == LIBRARIAN:
        signin.sign_in(door, LIBRARIAN, PASSWORD)
        assert tried(door, LIBRARIAN, "wrong")[2] == "Try again.", "a right password ends the counting"


def test_a_rehearsed_day_does_not_shorten_the_wait(door):
    for _ in range(5):
        tried(door, LIBRARIAN, "wrong")
    later = Office(door.database, Moving(dt.date(2040, 1, 1)))
    assert tried(later, LIBRARIAN, PASSWORD)[0] == "TOO_EARLY"


def test_a_clock_set_back_does_not_lock_anybody_out(door):
    for _ in range(5):
        tried(door, LIBRARIAN, "wrong")
    Moving.on(days=-2)
    signin.sign_in(door, LIBRARIAN, PASSWORD)


def test_an_unknown_name_costs_one_comparison_like_a_known_one(door, quick):
    tried(door, LIBRARIAN, "wrong")
    known = len(quick)
    tried(door, "nobody.here", "wrong")
    assert (known, len(quick)) == (1, 2)


def test_nobodys_hash_costs_as_much_as_a_new_one():
    from argon2 import PasswordHasher

    assert not PasswordHasher().check_needs_rehash(passwords.NOBODYS)
    assert passwords.NOBODYS.startswith("$argon2id$")
    assert passwords.hash_secret(SECRET).split("$")[1:4] == passwords.NOBODYS.split("$")[1:4]


# -------------------------------------------------------------------------------------------------------- recovery code


def test_the_recovery_code_works_once(office, door):
    staff.add_staff(office, "bo", "administrator", SECRET)
    bo = signin.sign_in(door, "bo", SECRET)
    code = staff.new_recovery_code(bo, office.actor.id)
    token = tokens.make_token(signin.sign_in(door, LIBRARIAN, PASSWORD), tokens.COMPUTER, "PC 1")
    following = signin.reset_password(door, LIBRARIAN, code.lower().replace("-", " "), "a new long password")
    signin.sign_in(door, LIBRARIAN, "a new long password")
    with pytest.raises(SignInRefused) as refusal:
        signin.reset_password(door, LIBRARIAN, code, "another long password")
    assert refusal.value.code == "WRONG_CODE"
    signin.sign_in(door, LIBRARIAN, "a new long password")
    assert following != code
    with pytest.raises(SignInRefused):
        signin.sign_in_by_token(door, token)
    signin.reset_password(door, LIBRARIAN, following, "one more long password")


def test_wrong_recovery_codes_wait_too(door):
    for _ in range(5):
        with pytest.raises(SignInRefused) as refusal:
            signin.reset_password(door, LIBRARIAN, "AAAAA-AAAAA-AAAAA-AAAAA", SECRET)
    with pytest.raises(SignInRefused) as refusal:
        signin.reset_password(door, LIBRARIAN, "AAAAA-AAAAA-AAAAA-AAAAA", SECRET)
    assert refusal.value.code == "TOO_EARLY"


# --------------------------------------------------------------------------------------------------------- stolen file


def test_a_stolen_file_holds_nothing_that_opens_it(tmp_path):
    from patrondesk.database import Database

    path = tmp_path / "stolen.patrondesk"
    database = Database(path)
    first = create_library(database, Clock(), name="Hillside", username="ana", password=SECRET)
    office = signin.sign_in(Office(database), "ana", SECRET)
    bo = staff.add_staff(office, "bo", "reader", "four yellow doors")
    second = staff.new_recovery_code(office, bo)
    token = tokens.make_token(office, tokens.COMPUTER, "PC 1")
    database.close()
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (SECRET, "four yellow doors", first, second, passwords.plain_code(first), passwords.plain_code(second), token):
        assert secret.encode() not in raw
        assert secret.encode("utf-16-le") not in raw
    assert b"ana" in raw
    with sqlite3.connect(path) as link:
        hashes = link.execute("SELECT password_hash, recovery_hash FROM staff_accounts").fetchall()
    assert all(one.startswith("$argon2id$") for row in hashes for one in row if one)
    assert len(token) >= 43, "fewer than 256 bits"


# --------------------------------------------------------------------------------------------------------------- tokens


@pytest.fixture
def bo(office, door):
    """A reader, signed in."""
    staff.add_staff(office, "bo", "reader", SECRET)
    return signin.sign_in(door, "bo", SECRET)


def test_a_token_signs_in_for_ninety_days_from_its_last_use(door, bo):
    token = tokens.make_token(bo, tokens.COMPUTER, "PC 1")
    for _ in range(3):
        Moving.on(days=89)
        assert signin.sign_in_by_token(door, token).actor == bo.actor
    (line,) = tokens.list_my_tokens(bo)
    assert (line.label, line.last_used_at, line.expires_at) == ("PC 1", Moving.at, Moving.at + dt.timedelta(days=90))
    Moving.on(days=90, seconds=1)
    with pytest.raises(SignInRefused) as refusal:
        signin.sign_in_by_token(door, token)
    assert refusal.value.code == "NO_TOKEN"
    assert tokens.list_my_tokens(bo) == []


def test_a_jobs_token_is_another_kind(door, bo):
    token = tokens.make_token(bo, tokens.JOBS, "PC 1")
    with pytest.raises(SignInRefused):
        signin.sign_in_by_token(door, token)
    assert signin.sign_in_by_token(door, token, tokens.JOBS).actor == bo.actor


@pytest.mark.parametrize("why", ["DEACTIVATED", "EXPIRED", "BLOCKED", "NO_ROLE"])
def test_a_token_opens_no_closed_account(office, door, bo, why):
    token = tokens.make_token(bo, tokens.COMPUTER, "PC 1")
    me = bo.actor.id
    with office.database.write() as session:
        if why == "BLOCKED":
            session.add(Block(patron_id=me, comment="x", author_id=office.actor.staff_id, created_at=START))
        elif why == "NO_ROLE":
            session.execute(sa.update(StaffAccount).where(StaffAccount.patron_id == me).values(role_id=None))
        else:
            off = {"enabled": False} if why == "DEACTIVATED" else {"expiry_date": dt.date(2020, 1, 1)}
            session.execute(sa.update(Patron).where(Patron.id == me).values(**off))
    with pytest.raises(SignInRefused) as refusal:
        signin.sign_in_by_token(door, token)
    assert refusal.value.code == why


def test_tokens_are_listed_and_ended_by_staff_and_by_their_owner(office, bo):
    first, second = tokens.make_token(bo, tokens.COMPUTER, "PC 1"), tokens.make_token(bo, tokens.COMPUTER, "PC 2")
    assert tokens.make_token(bo, tokens.COMPUTER, "PC 2") != second, "one a computer"
    lines = tokens.list_tokens(Office(office.database, Moving(), office.actor))
    assert [(line.username, line.label) for line in lines] == [("bo", "PC 1"), ("bo", "PC 2")]
    with pytest.raises(NotFound):
        tokens.revoke_mine(office, lines[0].id)
    with pytest.raises(NotPermitted):
        tokens.revoke(bo, lines[0].id)
    tokens.revoke_mine(bo, lines[0].id)
    tokens.revoke(office, lines[1].id)
    assert tokens.list_my_tokens(bo) == []
    assert first


def test_one_owns_password_is_changed_with_the_present_one(door, bo):
    token = tokens.make_token(bo, tokens.COMPUTER, "PC 1")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            my_account.change_password(bo, "wrong", "a new long password")
    with pytest.raises(SignInRefused) as refusal:
        my_account.change_password(bo, SECRET, "a new long password")
    assert refusal.value.code == "TOO_EARLY"
    Moving.on(seconds=6)
    my_account.change_password(bo, SECRET, "a new long password")
    signin.sign_in(door, "bo", "a new long password")
    with pytest.raises(SignInRefused):
        signin.sign_in_by_token(door, token)
    with pytest.raises(Refused):
        my_account.change_password(bo, "a new long password", "short")


# ---------------------------------------------------------------------------------------------------- the system's keyring


class Ring:
    """A keyring that keeps things as the system's does."""

    def __init__(self):
        self.kept, self.broken = {}, False

    def _ask(self):
        if self.broken:
            raise RuntimeError("the desktop said no")

    def set_password(self, service, name, secret):
        self._ask()
        self.kept[service, name] = secret

    def get_password(self, service, name):
        self._ask()
        return self.kept.get((service, name))

    def delete_password(self, service, name):
        self._ask()
        del self.kept[service, name]


@pytest.fixture
def ring(monkeypatch):
    made = Ring()
    monkeypatch.setattr(keychain, "find_backend", lambda: made)
    return made


def test_this_computer_signs_in_by_itself(door, bo, ring):
    assert standing_in.sign_in_here(door) is None
    standing_in.remember_here(bo)
    assert standing_in.find_remembered_here(bo)
    again = standing_in.sign_in_here(door)
    assert again is not None
    assert again.actor == bo.actor
    assert door.database.name not in str(ring.kept), "the library's address is told to the keyring"
    standing_in.forget_here(bo)
    assert ring.kept == {}
    assert tokens.list_my_tokens(bo) == []
    assert standing_in.sign_in_here(door) is None


def test_a_token_that_was_ended_is_forgotten_here(door, bo, ring):
    standing_in.remember_here(bo)
    tokens.revoke_mine(bo, tokens.list_my_tokens(bo)[0].id)
    with pytest.raises(SignInRefused):
        standing_in.sign_in_here(door)
    assert ring.kept == {}
    assert standing_in.sign_in_here(door) is None


def test_where_there_is_no_keyring_a_sentence_says_so_and_nothing_is_kept(bo, monkeypatch, tmp_path):
    monkeypatch.setattr(keychain, "find_backend", lambda: None)
    before = [*tmp_path.iterdir(), *Path.home().rglob("*")]
    with pytest.raises(Refused) as refusal:
        standing_in.remember_here(bo)
    assert (refusal.value.code, refusal.value.text) == ("NO_KEYRING", keychain.NONE)
    assert tokens.list_my_tokens(bo) == []
    assert [*tmp_path.iterdir(), *Path.home().rglob("*")] == before


def test_a_keyring_that_says_no_is_said(door, bo, ring):
    ring.broken = True
    with pytest.raises(Refused) as refusal:
        standing_in.remember_here(bo)
    assert refusal.value.code == "KEYRING_SAYS_NO"
    assert tokens.list_my_tokens(bo) == [], "a token is left that nobody keeps"
    assert standing_in.sign_in_here(door) is None


def test_only_what_the_system_guards_counts_as_a_keyring(monkeypatch):
    from keyring import backend

    class InAFile(backend.KeyringBackend):
        priority = 9

        def get_password(self, service, username):
            raise AssertionError

        def set_password(self, service, username, password):
            raise AssertionError

        def delete_password(self, service, username):
            raise AssertionError

    guarded = type("Guarded", (InAFile,), {"__module__": "keyring.backends.SecretService", "priority": 1})
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [InAFile(), guarded()])
    assert type(keychain.find_backend()) is guarded
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [InAFile()])
    assert keychain.find_backend() is None
    monkeypatch.setattr(backend, "get_all_keyring", lambda: 1 / 0)
    assert keychain.find_backend() is None


def test_the_keyring_is_read_only_when_it_is_wanted():
    import subprocess
    import sys

    code = (
        "import sys, patrondesk.services.signin, patrondesk.services.standing_in, patrondesk.cli.run as r; r.grammar();"
        "print([m for m in sys.modules if m.split('.')[0] in ('keyring', 'cryptography', 'secretstorage')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"


# -------------------------------------------------------------------------------------------------------- several libraries


@pytest.fixture
def district(office, quick):
    """A second and a third library beside the first (on a server); a district person of the first. Yields (server, person)."""
    if office.database.is_file:
        pytest.skip("a file holds one library")
    for name in ("Hillside School", "Lakeside School"):
        create_library(office.database, Clock(), name=name, username=LIBRARIAN, password="another long one")
    staff.add_staff(office, "dora", "district", SECRET)
    server = Office(office.database)
    return server, signin.sign_in(server, "dora", SECRET)


def test_a_district_person_is_at_home_first_and_goes_anywhere(district, office):
    server, dora = district
    assert dora.actor.library_id == office.library_id
    assert [(one.short_name, one.here) for one in list_my_libraries(dora)] == [
        ("hillside-school", False), ("lakeside-school", False), ("riverbank-secondary", True),
    ]  # fmt: skip
    there = switch_library(dora, "hillside-school")
    assert who(there).library_name == "Hillside School"
    assert who(there).permissions == frozenset(Permission)
    assert [line.username for line in staff.list_staff(there)] == [LIBRARIAN]
    assert signin.sign_in(server, "dora", SECRET, "hillside-school").actor == there.actor
    with pytest.raises(NotFound):
        switch_library(dora, "nowhere")


def test_a_bound_district_person_stays_within(district, office):
    server, dora = district
    eve = staff.add_staff(dora, "eve", "district", SECRET, libraries=["hillside-school"])
    person = signin.sign_in(server, "eve", SECRET)
    assert who(person).library_name == "Hillside School", "home is not among hers"
    assert [one.short_name for one in list_my_libraries(person)] == ["hillside-school"]
    with pytest.raises(NotPermitted):
        switch_library(person, "lakeside-school")
    with pytest.raises(SignInRefused):
        signin.sign_in(server, "eve", SECRET, "lakeside-school")
    with pytest.raises(Refused):  # nobody binds further than their own reach
        staff.add_staff(person, "fay", "district", SECRET)
    staff.add_staff(person, "fay", "district", SECRET, libraries=["hillside-school"])
    staff.change_role(dora, eve, "district", ["lakeside-school"])
    assert who(signin.sign_in(server, "eve", SECRET)).library_name == "Lakeside School"
    assert office


def test_everyone_else_has_one_library_and_must_say_which(district, office):
    server, _ = district
    assert [one.here for one in list_my_libraries(office)] == [True]
    with pytest.raises(NotPermitted):
        switch_library(office, "hillside-school")
    with pytest.raises(SignInRefused) as refusal:
        signin.sign_in(server, LIBRARIAN, PASSWORD)
    assert "--library" in refusal.value.next_step
    there = signin.sign_in(server, LIBRARIAN, "another long one", "hillside-school")
    assert who(there).library_name == "Hillside School"
    with pytest.raises(SignInRefused):
        signin.sign_in(server, LIBRARIAN, PASSWORD, "hillside-school")


def test_the_administrator_of_one_school_does_not_reach_another(district, office):
    """Neither by making a district account, nor by taking one over, nor through the roles that all share."""
    from patrondesk.services import roles

    server, dora = district
    there = signin.sign_in(server, LIBRARIAN, "another long one", "hillside-school")
    for chief, change in (
        (there, lambda o: staff.add_staff(o, "gus", "district", SECRET)),
        (office, lambda o: staff.add_staff(o, "gus", "district", SECRET)),
        (office, lambda o: staff.set_password(o, dora.actor.id, "a stolen account")),
        (office, lambda o: staff.new_recovery_code(o, dora.actor.id)),
        (office, lambda o: roles.add_role(o, "Mine", {Permission.PURGE})),
        (office, lambda o: roles.change_role_set(o, "reader", {Permission.PURGE})),
        (office, lambda o: roles.rename_role(o, "reader", "Anything")),
    ):
        with pytest.raises(NotPermitted):
            change(chief)
    assert roles.add_role(dora, "Ours", {Permission.PURGE}) == "ours"


# ---------------------------------------------------------------------------------------------------------- my account


def test_a_patron_with_a_password_sees_their_own_and_may_do_nothing(office, door):
    with building(office) as school:
        me = school.patron(username="pupil", enabled=True, expiry_date=None)
        other = school.patron(username="other", enabled=True)
        school.loan(me, "open", due_on=dt.date(2020, 1, 1))
        school.loan(other, "open")
        school.loan(me)
        school.fine(me, 350)
        school.fine(me, None)
        school.fine(me, 100, status="closed")
        school.fine(other, 900)
        school.reservation(me)
        school.reservation(me, "cancelled")
        school.reservation(other)
    staff.add_staff(office, "pupil", "patron", SECRET)
    pupil = signin.sign_in(door, "pupil", SECRET)
    assert who(pupil).permissions == frozenset()
    mine = my_account.read_my_account(pupil)
    assert [loan.overdue for loan in mine.loans] == [True]
    assert ([fine.balance for fine in mine.fines], mine.owes, mine.unknown_fines) == ([350, None], 350, 1)
    assert len(mine.reservations) == 1
    assert dict(mine.facts)["Username"] == "pupil"
    assert mine.library == "Riverbank Secondary"
    with pytest.raises(NotPermitted):
        staff.list_staff(pupil)
    with office.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Fine)) == 4
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInToken)) == 0
