"""Who may not borrow, renew or reserve, by service and by command line, on both engines; and that returns are always taken."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from patrondesk.clock import Clock
from patrondesk.errors import Refused
from patrondesk.models.item import Item
from patrondesk.models.patron import Block, Patron
from patrondesk.services import circulation, policy, reservations
from tests.builders import LONG_AGO, building
from tests.cli.conftest import TODAY
from tests.conftest import LIBRARIAN

WAYS = {
    "deactivated": "This patron is deactivated.",
    "expired": "The membership ended on 1 June 2026.",
    "blocked": "This patron is blocked at this library",
    "owes": "The patron owes $10.00; the limit is $10.00.",
}
DOINGS = ("checkout", "renew", "reserve")


@pytest.fixture
def hall(office):
    """Ana, with one item on loan and two others on the shelf, on the day that the command line counts from."""
    desk = replace(office, clock=Clock(dt.date.fromisoformat(TODAY)))
    with building(desk) as school:
        ana = school.patron(username="ana", enabled=True, expiry_date=None)
        barcodes = [school.session.get_one(Item, school.item()).barcode for _ in range(3)]
    circulation.check_out(desk, ana, barcodes[0])
    return desk, ana, barcodes


def make(desk, ana, ways):
    with building(desk) as school:
        row = school.session.get_one(Patron, ana)
        if "deactivated" in ways:
            row.enabled = False
        if "expired" in ways:
            row.expiry_date = dt.date(2026, 6, 1)
        if "blocked" in ways:
            school.session.add(Block(patron_id=ana, comment="Waits", created_at=LONG_AGO))
        if "owes" in ways:
            school.fine(ana, 1000)
    if "owes" in ways:
        policy.change_setting(desk, "debt_block_limit", "10.00")


@pytest.mark.parametrize("ways", [*((way,) for way in WAYS), ("deactivated", "owes"), tuple(WAYS)], ids="-".join)
def test_each_reason_everywhere(hall, words, engine_url, ways):
    desk, ana, (out, free, other) = hall
    make(desk, ana, ways)
    expected = [WAYS[way] for way in ways]
    calls = {
        "checkout": lambda: circulation.check_out(desk, ana, free),
        "renew": lambda: circulation.renew(desk, out),
        "reserve": lambda: reservations.reserve(desk, ana, item_barcode=other),
    }
    typed = {
        "checkout": ("loans", "checkout", "ana", free), "renew": ("loans", "renew", out),
        "reserve": ("reservations", "add", "ana", other),
    }  # fmt: skip
    for doing in DOINGS:
        with pytest.raises(Refused) as refused:
            calls[doing]()
        answer = words("--database", engine_url, "--staff", LIBRARIAN, "--json", *typed[doing])
        assert answer.code == 3, doing
        for said in (refused.value.text, answer.error["text"]):
            assert [text for text in WAYS.values() if text in said] == expected, doing
        assert refused.value.code == answer.error["code"] == "MAY_NOT_BORROW"
    back = words("--database", engine_url, "--staff", LIBRARIAN, "--json", "loans", "return", out)
    assert (back.code, back["status"]) == (0, "available")
