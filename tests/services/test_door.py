"""The door: without the permission nothing happens, what happens is in the log in the same transaction, and names nobody."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from dataclasses import replace

import pytest
import sqlalchemy as sa

import patrondesk.services
from patrondesk.database import Database
from patrondesk.errors import DeskError, NotPermitted
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry
from patrondesk.models.patron import Patron
from patrondesk.records.loans import Decision
from patrondesk.records.purging import Override
from patrondesk.records.staff import Permission
from patrondesk.services import activation, audit, fines, loans, overrides, patrons, policy
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building
from tests.comparing import picture


def operations():
    for found in pkgutil.walk_packages(patrondesk.services.__path__, "patrondesk.services."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            permissions = getattr(function, "__operation__", None) or ()
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                yield from (
                    (f"{found.name.removeprefix('patrondesk.services.')}.{name}", function, permission)
                    for permission in permissions
                )


OPERATIONS = list(operations())


def without(office, *permissions):
    return office.signed_in(replace(office.actor, permissions=office.actor.permissions - set(permissions)))


def whole(office):
    told = picture(office.database)
    with office.database.read() as session:
        told["audit"] = session.execute(sa.text("SELECT count(*), max(hash) FROM audit_entries")).all()
        told["batches"] = session.execute(sa.text("SELECT * FROM batches")).all()
        told["backups"] = session.execute(sa.text("SELECT id, path FROM backups")).all()
    return told


def test_there_are_operations():
    assert len(OPERATIONS) > 30
    assert {permission for *_, permission in OPERATIONS} >= {
        Permission.PURGE,
        Permission.PURGE_OVERRIDE,
        Permission.UNDO_PURGE,
        Permission.WAIVE_FINES,
    }


@pytest.mark.parametrize(("name", "function", "permission"), OPERATIONS, ids=[f"{name}-{p.value}" for name, _, p in OPERATIONS])
def test_each_operation_asks_each_of_its_permissions(sqlite_office, name, function, permission):
    before = whole(sqlite_office)
    needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty and p.kind is not p.VAR_KEYWORD][
        1:
    ]
    words = {p.name: None for p in needed if p.kind is p.KEYWORD_ONLY}
    values = [None for p in needed if p.kind is not p.KEYWORD_ONLY]
    with pytest.raises(NotPermitted) as refusal:
        function(without(sqlite_office, permission), *values, **words)
    assert sqlite_office.actor.name in refusal.value.text
    with pytest.raises(NotPermitted):
        function(replace(sqlite_office, actor=None), *values, **words)
    assert whole(sqlite_office) == before


@pytest.fixture(scope="module")
def sqlite_office(sqlite_template, tmp_path_factory):
    """One library for all that must change nothing."""
    import shutil

    from patrondesk.services.office import Office
    from patrondesk.services.signin import sign_in
    from tests.conftest import LIBRARIAN, PASSWORD

    database = Database(shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("door") / "library.patrondesk"))
    yield sign_in(Office(database), LIBRARIAN, PASSWORD)
    database.close()


@pytest.fixture
def crowd(office):
    with building(office) as school:
        made = {"plain": school.patron(), "owing": school.patron(), "reader": school.patron(), "on": school.patron(enabled=True)}
        school.reservation(made["owing"])
        return {**made, "fine": school.fine(made["owing"], 300), "loan": school.loan(made["reader"], "open")}


@pytest.mark.parametrize("missing", [Permission.PURGE, Permission.VIEW_PATRONS])
def test_a_purge_without_the_right_changes_nothing(office, crowd, missing):
    plan, before = make_plan(office, [crowd["plain"]], source="page"), whole(office)
    with pytest.raises(NotPermitted):
        purge.run(without(office, missing), plan, Ticket())
    assert whole(office) == before


@pytest.mark.parametrize("step", ["plan", "begin", "run"])
def test_overrides_need_their_own_right_at_every_step(office, crowd, step):
    told = [Override(crowd["owing"], "BALANCE_DUE", "agreed"), Override(crowd["owing"], "RESERVATIONS", "agreed")]
    plan, less = make_plan(office, [crowd["owing"]], source="list", overrides=told), without(office, Permission.PURGE_OVERRIDE)
    before = whole(office)

    def begin():
        with batches.running(less.database, less.library_id):
            batches.begin(less, plan)

    steps = {
        "plan": lambda: make_plan(less, [crowd["owing"]], source="list", overrides=told),
        "begin": begin,
        "run": lambda: purge.run(less, plan, Ticket()),
    }
    with pytest.raises(NotPermitted):
        steps[step]()
    assert whole(office) == before


def test_an_override_said_twice_counts_once(office, crowd):
    told = [Override(crowd["owing"], code, why) for code in ("BALANCE_DUE", "RESERVATIONS") for why in ("agreed", "by the head")]
    result = purge.run(office, make_plan(office, [crowd["owing"]], source="list", overrides=told), Ticket())
    assert [patron.id for patron in result.purged] == [crowd["owing"]]


def entries(office):
    with office.database.read() as session:
        return [
            (row.operation, row.patron_id, row.facts)
            for row in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
        ]


def test_what_fails_leaves_no_entry(office, crowd, monkeypatch):
    before = whole(office)
    with pytest.raises(DeskError):
        activation.disable(office, office.actor.id)
    with pytest.raises(DeskError):
        fines.waive(office, crowd["fine"], "  ")
    monkeypatch.setattr(audit, "_digest", lambda *_: 1 / 0)  # the entry cannot be written: neither is the change
    with pytest.raises(ZeroDivisionError):
        activation.disable(office, crowd["on"], "left")
    assert whole(office) == before


def test_what_was_done_is_told_without_names(office, crowd):
    with office.database.read() as session:
        people = session.scalars(sa.select(Patron).where(Patron.id != office.actor.id)).all()
        words = {
            str(value)
            for one in people
            for value in (one.username, one.barcode, one.external_id, one.email, one.phone, one.family_name, one.given_name)
        }
    activation.disable(office, crowd["on"], "left")
    activation.enable(office, crowd["on"])
    activation.disable_matching(office, activation.Filter(year_level="Year 12"), "left")
    loans.decide_loans(office, crowd["reader"], {crowd["loan"]: Decision.LOST_CHARGED})
    loans.reopen_lost(office, crowd["loan"])
    loans.mark_all_lost(office, crowd["reader"])
    fines.pay(office, crowd["fine"], 100)
    fines.waive(office, crowd["fine"], "goodwill", f"for {words}")
    overrides.add_override(office, crowd["owing"], "RESERVATIONS", f"for {words}")
    patrons.protect(office, crowd["plain"], f"for {words}")
    patrons.unprotect(office, crowd["plain"])
    policy.change_setting(office, "undo_days", "20")
    new = patrons.add_patron(office, patrons.NewPatron("Abernathyx", "Zebulony", username="zabern1z", barcode="ZZ1234567"))
    result = purge.run(
        office, make_plan(office, [crowd["plain"], crowd["owing"], crowd["on"], new], source="list"), Ticket(), comment="spring"
    )
    undo_batch(office, result.batch.id)
    told = entries(office)
    assert {name for name, _, _ in told} >= {
        "patron.disable",
        "patron.enable",
        "patron.disable_matching",
        "loans.decide",
        "loans.reopen",
        "fines.payment",
        "fines.waiver",
        "override.add",
        "patron.protect",
        "patron.unprotect",
        "settings.change",
        "patron.add",
        "purge.begin",
        "purge.chunk",
        "purge.finish",
        "purge.undo",
    }
    written = json.dumps([facts for _, _, facts in told])
    assert not [word for word in words | {"Abernathyx", "Zebulony", "zabern1z", "ZZ1234567"} if word in written]
    with office.database.read() as session:
        assert not list(audit.find_breaks(session))
