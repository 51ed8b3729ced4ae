"""No patron's name, key or address is in the log, whatever was done in a long session with people whose names are known."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from patrondesk.exporters import exporters
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import TWINS
from patrondesk.models.audit import AuditEntry
from patrondesk.models.base import Base
from patrondesk.models.item import Item
from patrondesk.records.audit import AuditQuery
from patrondesk.records.importing import Kind
from patrondesk.records.loans import Decision
from patrondesk.records.purging import Override
from patrondesk.reports import audit_log, purged_patrons
from patrondesk.services import (
    activation,
    audit_reading,
    audit_words,
    certificates,
    circulation,
    fines,
    loans,
    overrides,
    patrons,
    policy,
    reservations,
)
from patrondesk.services.purging import destroy, plans
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building

COLUMNS = ("username", "barcode", "external_id", "family_name", "given_name", "preferred_name", "email", "phone", "homeroom")
PEOPLE = """username,barcode,external_id,family_name,given_name,email,phone,patron_type,year_level
qvandermolen,ZB100001,ZE100001,Vandermolenx,Quintyn,quintyn@vandermolen.example,+61 400 100 001,student,Year 12
fokonkwoz,ZB100002,ZE100002,Okonkwoz,Folasadey,folasadey@okonkwoz.example,+61 400 100 002,student,Year 12
"""


def everybody(office):
    """All words by which anybody could be told, the librarian's own left out: staff stand in the log by name."""
    found = set()
    for table in (Base.metadata.tables["patrons"], TWINS["patrons"]):
        with office.database.read() as session:
            rows = session.execute(sa.select(*(table.c[name] for name in COLUMNS)).where(table.c.id != office.actor.id))
            found |= {str(value) for row in rows for value in row if value and len(str(value)) > 3}
    return found


def facts(office):
    with office.database.read() as session:
        return session.execute(sa.select(AuditEntry.operation, AuditEntry.facts).order_by(AuditEntry.number)).all()


@pytest.fixture
def session(office, inbox, tmp_path):
    """A school year at the desk; the names of all who were ever there."""
    inbox.bring(Kind.PATRONS, PEOPLE)
    words = everybody(office)
    said = " ".join(sorted(words))
    with building(office, balance_threshold="2.00") as school:
        made = {
            name: school.patron(
                family_name=f"Family{name}q", given_name=f"Given{name}q", username=f"user{name}q", expiry_date=None
            )
            for name in ("plain", "owing", "reader", "credit", "kept", "on")
        }
        for patron in made.values():
            school.belongings(patron)
        lent = school.loan(made["reader"], "open")
        other = school.loan(made["reader"], "open")
        fine, small = school.fine(made["owing"], 900), school.fine(made["plain"], 100)
        school.fine(made["credit"], -250)
        booked = school.reservation(made["owing"])
        copy = school.item()
        item = school.session.get_one(Item, copy).barcode
    words |= everybody(office)
    added = patrons.add_patron(office, patrons.NewPatron("Abernathyx", "Zebulony", username="zabern1z", barcode="ZZ1234567"))
    inbox.bring(Kind.DEACTIVATIONS, [{"username": "qvandermolen", "enabled": "false"}])
    activation.enable(office, made["on"])
    circulation.check_out(office, made["on"], item)
    circulation.renew(office, item)
    circulation.take_back(office, item)
    activation.disable(office, added, said[:200])
    activation.disable_matching(office, activation.Filter(year_level="Year 12"), said[:200])
    loans.decide_loans(office, made["reader"], {lent: Decision.RETURNED, other: Decision.LOST_CHARGED})
    loans.reopen_lost(office, other)
    loans.mark_all_lost(office, made["reader"])
    fines.pay(office, fine, 100)
    fines.waive(office, small, "goodwill", said)
    fines.pay_back(office, made["credit"], note=said)
    reservations.cancel(office, booked)
    overrides.add_override(office, made["owing"], "BALANCE_DUE", said)
    overrides.withdraw_override(office, made["owing"], "BALANCE_DUE")
    patrons.protect(office, made["kept"], said)
    patrons.unprotect(office, made["kept"])
    policy.change_setting(office, "undo_days", "20")
    told = [Override(made["owing"], "BALANCE_DUE", said)]
    going = [*made.values(), added]
    saved = plans.save_plan(office, make_plan(office, going, source="list", unknown=sorted(words)[:3], overrides=told))
    plans.strike(office, saved, [made["kept"]], said)
    plans.put_back(office, saved, [made["kept"]])
    plans.discard(office, saved)
    made_plan = make_plan(office, going, source="list", unknown=sorted(words)[:3], overrides=told)
    words |= everybody(office)
    first = purge.run(office, made_plan, Ticket(), comment=said)
    undo_batch(office, first.batch.id, [made["plain"]])
    second = purge.run(office, make_plan(office, [made["plain"]], source="page"), Ticket(), comment=said)
    for exporter in exporters():
        exporter.write(purged_patrons.build(first, office.clock.now()), tmp_path / f"purged.{exporter.code}")
        exporter.write(
            audit_log.build(audit_reading.every_entry(office, AuditQuery()), "L", office.clock.now()),
            tmp_path / f"log.{exporter.code}",
        )  # fmt: skip
    certificates.issue(office, first.batch.id)
    policy.change_setting(office, "undo_days", "0")
    undo_batch(office, second.batch.id)
    purge.run(office, make_plan(office, [made["plain"]], source="page"), Ticket(), comment=said)
    destroy.destroy_due(office)
    return words | everybody(office)


def test_nobody_is_named_in_the_log(office, session):
    assert len(session) >= 60
    told = facts(office)
    known = {name for name, _ in told}
    assert len(known) > 25, "a short session proves little"
    written = [json.dumps(fact, ensure_ascii=False) for _, fact in told]
    assert not {word for word in session if any(word in text for text in written)}
    assert not [name for name in known if name not in audit_words.WORDS]
    assert audit_reading.check_chain(office).whole


def test_sentences_name_only_who_is_there(office, session):
    lines = list(audit_reading.every_entry(office, AuditQuery()))
    with office.database.read() as here:
        there = set(here.scalars(sa.select(Base.metadata.tables["patrons"].c.family_name)))
    gone = {word for word in session if word.startswith("Family") and word not in there}
    assert gone
    assert not [line.words for line in lines if any(word in line.words for word in gone)]
    assert any("Folasadey" in line.words for line in lines) or "Okonkwoz" in there
