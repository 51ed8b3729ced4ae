"""Every operation against every role, made from the registry: what is not granted raises before anything is read.

And every operation that takes a key, against a key of another library: nothing is told, nothing is changed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import DeskError, NotPermitted
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.access import AccessRequest
from patrondesk.models.library import Library
from patrondesk.models.patron import Patron, PatronAttachment, PatronNote
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.loans import Decision
from patrondesk.records.staff import Actor, Permission
from patrondesk.records.waiving import WaiveCriteria, Waived
from patrondesk.services import access, overrides, tokens
from patrondesk.services.items import ItemFields
from patrondesk.services.office import Office
from patrondesk.services.purging import plans
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.comparing import picture
from tests.conftest import LIBRARIAN, PASSWORD
from tests.services.registry import Operation, operations

EVERY = list(operations())
ROLES = {code: permissions for code, (_, permissions) in access.ROLES.items()}
# Roles that grant all but one, so that each permission of an operation is asked by itself.
LACKING = {f"all but {one.value}": frozenset(Permission) - {one} for one in Permission}


class Touched(Exception):
    """The library was read or written."""


class Untouchable:
    """A library that nobody may touch."""

    path = None
    name = "nothing"

    def __getattr__(self, what: str) -> NoReturn:
        raise Touched(what)


def nobody(permissions: frozenset[Permission], role: str) -> Office:
    actor = Actor(PatronId(1), 1, "u", "U", role, LibraryId(1), "L", permissions)
    return Office(cast(Database, Untouchable()), Clock(), actor)


def call(operation: Operation, office: Office) -> None:
    """With nothing in its hands: it must not come so far as to look."""
    needed = [p for p in operation.parameters if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    operation.function(
        office,
        *(None for p in needed if p.kind is not p.KEYWORD_ONLY),
        **{p.name: None for p in needed if p.kind is p.KEYWORD_ONLY},
    )


def refusal_of(operation: Operation, office: Office) -> str:
    """The sentence with which it is not permitted; empty where it is."""
    try:
        call(operation, office)
    except NotPermitted as refused:
        return refused.text
    except Exception:  # nothing in its hands
        return ""
    return ""


@pytest.mark.parametrize("operation", EVERY, ids=[one.name for one in EVERY])
def test_every_operation_against_every_role(operation):
    for role, permissions in {**ROLES, **LACKING}.items():
        missing = set(operation.permissions) - permissions
        office = nobody(permissions, role)
        if missing:
            with pytest.raises(NotPermitted) as refusal:
                call(operation, office)
            said = refusal.value.text
            assert any(one.value.replace("_", " ") in said for one in missing), f"{role}: {said}"
        else:
            # It comes past the door with nothing in its hands; what it asks beyond, for a case, is not a right that is there.
            refused = refusal_of(operation, office)
            held = [one for one in permissions if f"“{one.value.replace('_', ' ')}”" in refused]
            assert not held, f"{role} may do this, and is refused: {refused}"
    with pytest.raises(NotPermitted):
        call(operation, Office(cast(Database, Untouchable())))


def test_each_permission_is_asked_somewhere():
    asked = {permission for one in EVERY for permission in one.permissions}
    # What later versions bring: merging, jobs, rollover, waiving together.
    assert set(Permission) - asked <= {Permission.MERGE, Permission.MANAGE_JOBS, Permission.ROLLOVER, Permission.BULK_WAIVE}


# ------------------------------------------------------------------------------------------------------ another library

KEYS = ("PatronId", "LoanId", "FineId", "ReservationId", "RequestId", "BatchId", "PlanId", "ItemId", "TitleId")
# What an operation is given beside the key: by its name, or by the operation's.
GIVEN: dict[str, Any] = {
    "comment": "agreed", "reason": "agreed", "text": "agreed", "note": "agreed", "outcome": "answered", "amount": 1,
    "code": "BALANCE_DUE", "version": 1, "changes": {}, "name": "letter.txt", "content": b"letter", "stopped": False,
    "image": b"", "purpose": "by hand", "role": "reader", "password": "a long password", "hashed": "x", "rule": "ferpa",
    "due_on": dt.date(2030, 1, 1), "item_barcode": "ITEM", "source": "list", "resolutions": None,
    "request_id": None, "number": 1, "criteria": WaiveCriteria(10_000), "new": ItemFields("ITEM", "The Lighthouse"),
}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "reservations.reserve": {"item_barcode": "ITEM"},
}
VALUES: dict[str, Any] = {"decisions": Decision.LOST_WRITTEN_OFF}
# Not keys of a library, or handled elsewhere with a reason.
ELSEWHERE = {
    "bringing_back.bring_back": "its key is one of an opened backup",
    "looking_back.look_at": "its key is one of an opened backup",
    "looking_back._log": "its key is one of an opened backup, for the log only",
    "patron_data._take_back": "takes back the line of a download that failed: the number comes from the service itself",
    "deleting.make_plan": "see make_plan: the plan of somebody elsewhere is empty",
    "purging.batch.begin": "it is given a plan, which make_plan made",
    "purging.batch.reopen": "only within a run of its own library; it finds the batch as close does",
    "tokens.revoke_mine": "its keys are the person's own, at whichever library",
    "purging.review_files.foresee_review": "needs a file; it reads the plan like read_plan",
    "purging.review_files.apply_review": "needs a file; it reads the plan like read_plan",
}
UNTYPED = {"note_id": "note", "attachment_id": "attachment", "token_id": "token"}


def key_of(parameter: Any) -> str | None:
    """Which key a parameter is: `patron_id: PatronId`, `ids: Sequence[PatronId]`, or one that is named only."""
    if parameter.name in UNTYPED:
        return UNTYPED[parameter.name]
    return next((key for key in KEYS if key in str(parameter.annotation)), None)


KEYED = [one for one in EVERY if any(key_of(p) for p in one.parameters) and one.name not in ELSEWHERE]


@pytest.fixture(scope="module")
def two(sqlite_template, tmp_path_factory) -> tuple[Path, dict[str, int], LibraryId]:
    """A file with a second library in it: somebody there, with everything that has a key."""
    path = Path(shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("two") / "library.patrondesk"))
    office = sign_in(Office(Database(path)), LIBRARIAN, PASSWORD)
    assert office.actor is not None
    with office.database.write() as session:
        there = Library(short_name="there", name="There", created_at=dt.datetime.now(dt.UTC), secret="ab" * 32)
        session.add(there)
        session.flush()
        library = LibraryId(there.id)
    other = Office(office.database, office.clock, replace(office.actor, library_id=library))
    keys: dict[str, int] = {}
    with building(other) as school:
        keys["PatronId"] = person = school.patron(barcode="THERE1")
        keys["LoanId"] = school.loan(person, "open")
        keys["FineId"] = school.fine(person, 300)
        keys["ReservationId"] = school.reservation(person)
        keys["ItemId"] = school.item()
        keys["TitleId"] = school.session.execute(
            sa.text("SELECT title_id FROM items WHERE id = :i"), {"i": keys["ItemId"]}
        ).scalar_one()
        now = dt.datetime.now(dt.UTC)
        keys["note"] = school._add(PatronNote(patron_id=person, text="n", author_id=school.staff_id, created_at=now))
        keys["attachment"] = school._add(
            PatronAttachment(patron_id=person, name="a.txt", media_type="text/plain", size=1, content=b"a",
                             author_id=school.staff_id, created_at=now)
        )  # fmt: skip
        columns = {c.name for c in AccessRequest.__table__.columns}
        given = {"patron_id": person, "library_id": library, "opened_on": now.date(), "due_on": now.date(), "rule": "ferpa",
                 "opened_by_id": school.staff_id, "author_id": school.staff_id, "created_at": now, "opened_at": now}  # fmt: skip
        keys["RequestId"] = school._add(AccessRequest(**{name: value for name, value in given.items() if name in columns}))
        staff = school.patron(enabled=True)
        school.staff(staff, "reader")
        leaver = school.patron()
        kept = school.patron()
    keys["staff"] = staff
    account = sa.select(StaffAccount.id).where(StaffAccount.patron_id == staff)
    with office.database.read() as session:
        staff_id = session.scalars(account).one()
    tokens.make_token(other.signed_in(replace(office.actor, library_id=library, staff_id=staff_id)), tokens.COMPUTER, "PC")
    keys["token"] = 1
    done = purge.run(other, make_plan(other, [leaver], source="list"), Ticket())
    keys["BatchId"] = done.batch.id
    keys["PlanId"] = plans.save_plan(other, make_plan(other, [kept], source="list"))
    overrides.add_override(other, PatronId(person), "BALANCE_DUE", "agreed")
    office.database.close()
    return path, keys, library


def arguments(operation: Operation, keys: dict[str, int], folder: Path) -> dict[str, Any]:
    """What it is called with: the keys of somebody at the other library."""
    given: dict[str, Any] = {}
    for parameter in operation.parameters:
        key, said = key_of(parameter), str(parameter.annotation)
        if key is not None and key != "staff":
            value = keys["staff"] if operation.name.startswith("staff.") else keys[key]
            if parameter.default is None and key != "PatronId":
                continue
            if "Mapping" in said:
                given[parameter.name] = {value: VALUES.get(parameter.name, 1)}
            elif parameter.kind is parameter.VAR_POSITIONAL:
                given["*"] = value
            else:
                given[parameter.name] = [value] if "Sequence" in said or "list" in said else value
        elif parameter.name == "path":
            given["path"] = folder / "person.json"
        elif parameter.default is parameter.empty:
            given[parameter.name] = GIVEN[parameter.name]
    return given | MORE.get(operation.name, {})


def outcome(operation: Operation, office: Office, keys: dict[str, int], folder: Path) -> tuple[str, Any]:
    """How it ended: refused with a code and a sentence, or with an answer."""
    given = arguments(operation, keys, folder)
    positional = [given.pop("*")] if "*" in given else []
    try:
        return "answered", operation.function(office, *positional, **given)
    except DeskError as refusal:
        return f"refused {refusal.code}", refusal.text
    except AssertionError as bug:  # a part that is only ever called with a key that was looked at
        return "refused BUG", str(bug)


def nothing(answer: Any) -> bool:
    """An answer that tells nothing of anybody."""
    if answer is None or answer is False or answer == 0 or getattr(answer, "there", None) is False:
        return True
    if isinstance(answer, Mapping | Sequence | set | frozenset) and not isinstance(answer, str):
        return not answer
    if isinstance(answer, Waived):
        return not answer.fines
    rows = getattr(answer, "rows", None) or getattr(answer, "patrons", None)
    return hasattr(answer, "patrons") and not rows


def whole(database: Database) -> Any:
    told = picture(database)
    with database.read() as session:
        for table in ("staff_accounts", "sign_in_tokens", "purge_plans", "batches", "access_requests"):
            told[f"all {table}"] = list(session.execute(sa.text(f"SELECT * FROM {table}")))
        # What was asked may be noted at one's own library; nothing at the other.
        told["noted"] = list(session.execute(sa.text("SELECT * FROM audit_entries WHERE library_id > 1")))
    return told


@pytest.mark.parametrize("operation", KEYED, ids=[one.name for one in KEYED])
def test_a_key_of_another_library_opens_nothing(operation, two, tmp_path):
    path, keys, library = two
    copy = Path(shutil.copyfile(path, tmp_path / "library.patrondesk"))
    database = Database(copy)
    with database.read() as session:
        me = session.scalars(sa.select(StaffAccount).order_by(StaffAccount.id)).first()
        assert me is not None
        chief = Actor(
            PatronId(me.patron_id or 0),
            me.id,
            LIBRARIAN,
            "May",
            "administrator",
            LibraryId(me.library_id),
            "Here",
            frozenset(Permission),
        )
        assert session.scalar(sa.select(Patron.library_id).where(Patron.id == keys["PatronId"])) == library
    here, there = Office(database, Clock(), chief), Office(database, Clock(), replace(chief, library_id=library))
    before = whole(database)
    try:
        how, told = outcome(operation, here, keys, tmp_path)
        assert how.startswith("refused") or nothing(told), f"it answered: {told!r}"
        assert whole(database) == before, "it changed something at another library"
        assert not (tmp_path / "person.json").exists()
        at_home = outcome(operation, there, keys, tmp_path)
        if how.startswith("refused") and how != "refused BUG":
            assert at_home != (how, told), "it says the same at home: nothing was tried"
    finally:
        database.close()


def test_what_is_left_out_is_there():
    assert set(ELSEWHERE) <= {one.name for one in EVERY}, "an exception for an operation that is no more"
    assert len(KEYED) > 40
