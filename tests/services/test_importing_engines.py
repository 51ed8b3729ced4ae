"""Every kind once through on both engines: added, unchanged, changed, swapped, held; a preview that says what a run does."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote
from patrondesk.records.importing import Kind
from tests.services.inbox import codes, counts


def test_every_kind(inbox):
    people = [
        {
            "id": "1",
            "username": "ann",
            "barcode": "P1",
            "surname": "Ång",
            "group": "Blue",
            "year_level": "9",
            "dob": "2/3/2010",
            "enabled": "",
            "block": "yes",
            "note": "hello",
            "guarantor": "bob",
            "expires": "2030-01-02",
            "patron_type": "student",
        },
        {
            "id": "2",
            "username": "bob",
            "barcode": "P2",
            "surname": "Baker",
            "dob": "25/3/2010",
            "enabled": "FALSE",
            "patron_type": "student",
        },
        {"id": "3", "username": "cid", "barcode": "P2", "surname": "Cole"},
        {"id": "4", "username": "dee", "barcode": "P4", "surname": ""},
    ]
    report = inbox.patrons(people)
    assert counts(report) == {"added": 1, "invalid": 1, "conflict": 2}
    report = inbox.patrons(people[:2])
    assert counts(report) == {"added": 1, "updated": 1}  # bob is there now, and ann's guarantor
    ann = inbox.patron(username="ann")
    assert (ann.birth_date, ann.expiry_date, ann.guarantor_id) == (
        dt.date(2010, 3, 2),
        dt.date(2030, 1, 2),
        inbox.patron(username="bob").id,
    )
    assert (inbox.all(sa.select(Block.patron_id)), inbox.all(sa.select(PatronNote.text))) == ([(ann.id,)], [("hello",)])
    assert inbox.patron(username="bob").deactivated_through == "file"

    swapped = [people[0] | {"barcode": "P2"}, people[1] | {"barcode": "P1", "enabled": "TRUE"}]
    assert counts(inbox.patrons(swapped)) == {"updated": 1, "reactivated": 1}
    assert sorted(inbox.all(sa.select(FormerBarcode.barcode))) == [("P1",), ("P2",)]
    assert codes(inbox.patrons([{"id": "01", "surname": "Zero"}])) == ["LEADING_ZEROS"]
    assert counts(inbox.bring(Kind.DEACTIVATIONS, "bob,FALSE\nann,FALSE\nann,TRUE\nnix,FALSE\nmokafor,FALSE\n")) == {
        "updated": 1,
        "conflict": 2,
        "invalid": 2,
    }

    items = [{"id": f"i{n}", "barcode": f"I{n}", "title": f"T{n}", "price": "9.99", "status": "Available"} for n in (1, 2, 3)]
    assert counts(inbox.bring(Kind.ITEMS, items)) == {"added": 3}
    moved = [items[0] | {"barcode": "I2"}, items[1] | {"barcode": "I1"}, items[2] | {"author": "Someone"}]
    assert counts(inbox.bring(Kind.ITEMS, moved)) == {"updated": 3}
    assert counts(inbox.bring(Kind.ITEMS, moved)) == {"unchanged": 3}

    loans = [
        {"loan_id": "L1", "patron_id": "1", "item_barcode": "I1", "checked_out": "2025-09-01 10:00:00-04", "due": "2025-10-01"},
        {
            "loan_id": "L2",
            "patron_id": "2",
            "item_barcode": "I2",
            "checked_out": "2025-09-01",
            "due": "",
            "returned": "2025-09-02",
        },
        {"patron_id": "9", "item_barcode": "I3"},
    ]
    assert counts(inbox.bring(Kind.LOANS, loans)) == {"added": 2, "invalid": 1}
    assert counts(inbox.bring(Kind.LOANS, loans)) == {"unchanged": 2, "invalid": 1}
    assert dict(inbox.all(sa.select(Item.barcode, Item.status))) == {"I1": "on_loan", "I2": "available", "I3": "available"}
    assert counts(inbox.bring(Kind.LOANS, [loans[0] | {"returned": "2025-09-30"}])) == {"updated": 1}
    assert sorted(inbox.all(sa.select(Loan.status))) == [("returned",), ("returned",)]

    fines = [
        {"fine_id": "F1", "loan": "L1", "amount": "5.00", "paid": "1.00", "reason": "Overdue"},
        {"fine_id": "F2", "patron_barcode": "P1", "amount": "", "balance": ""},
        {"patron_barcode": "P1", "amount": "2"},
        {"patron_barcode": "P1", "amount": "2"},
        {"amount": "x"},
    ]
    assert counts(inbox.bring(Kind.FINES, fines)) == {"added": 4, "invalid": 1}
    assert counts(inbox.bring(Kind.FINES, fines)) == {"unchanged": 4, "invalid": 1}
    assert counts(inbox.bring(Kind.FINES, [fines[0] | {"paid": "5.00"}])) == {"updated": 1}
    assert inbox.all(sa.select(Fine.balance, sa.func.sum(FineLine.amount)).join(FineLine).group_by(Fine.id, Fine.balance)) == [
        (0, 500)
    ]

    asked = [{"patron_username": "ann", "title": "T1", "requested_on": "2026-01-01"}, {"patron_username": "ann", "title": "nix"}]
    assert counts(inbox.bring(Kind.RESERVATIONS, asked)) == {"added": 1, "invalid": 1}
    assert counts(inbox.bring(Kind.RESERVATIONS, asked)) == {"unchanged": 1, "invalid": 1}
    duties = [{"patron_username": "ann", "kind": "po_line", "reference": "PO-1"}, {"patron_username": "ann", "kind": "nix"}]
    assert counts(inbox.bring(Kind.RESPONSIBILITIES, duties)) == {"added": 1, "invalid": 1}
    assert counts(inbox.bring(Kind.RESPONSIBILITIES, [duties[0] | {"status": "closed"}])) == {"updated": 1}
    assert inbox.scalar(sa.select(sa.func.count()).select_from(Patron)) == 3
