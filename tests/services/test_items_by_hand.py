"""Items by hand: barcode and title needed, titles shared, prices, searching, withdrawn and put back; and who may."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from patrondesk.errors import NotFound, NotPermitted, Refused, WrongUsage
from patrondesk.models.item import Item, Title
from patrondesk.models.patron import FormerBarcode
from patrondesk.records.lending import Scanned
from patrondesk.records.staff import Permission
from patrondesk.services import circulation, items, reservations, scanning
from patrondesk.services.items import ItemFields
from tests.builders import building
from tests.comparing import picture


def titles(office):
    with office.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Title))


@pytest.fixture
def pupil(office):
    with building(office) as school:
        return school.patron(enabled=True, expiry_date=None)


def test_copies_of_one_title_share_it(office):
    first = items.add_item(office, ItemFields(" B1 ", "Holes", "Sachar, Louis", "823 SAC", "Fiction", 1250))
    assert (first.barcode, first.title, first.price, first.status) == ("B1", "Holes", 1250, "available")
    second = items.add_item(office, ItemFields("B2", "Holes"))
    assert second.title_id == first.title_id, "one without an author joins the title of that name"
    other = items.add_item(office, ItemFields("B3", "Holes", "Somebody Else"))
    assert other.title_id != first.title_id
    assert titles(office) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (ItemFields("", "Holes"), "needs a barcode"),
        (ItemFields("B1", "  "), "needs a title"),
        (ItemFields("B" * 61, "Holes"), "barcode is too long"),
        (ItemFields("B1", "Holes", call_number="8" * 121), "call number is too long"),
        (ItemFields("B1", "Holes", price=-1), "price does not fit"),
    ],
)
def test_what_does_not_fit_is_refused(office, fields, said):
    before = picture(office.database)
    with pytest.raises(WrongUsage, match=said):
        items.add_item(office, fields)
    assert picture(office.database) == before


def test_a_barcode_is_one_item_s(office):
    items.add_item(office, ItemFields("B1", "Holes"))
    second = items.add_item(office, ItemFields("B2", "Matilda"))
    with pytest.raises(Refused) as refused:
        items.add_item(office, ItemFields("B1", "Other"))
    assert refused.value.code == "TAKEN"
    with pytest.raises(Refused):
        items.edit_item(office, second.id, ItemFields("B1", "Matilda"))
    assert items.edit_item(office, second.id, ItemFields("B2", "Matilda", price=900)).price == 900


def test_another_title_moves_one_copy_or_renames_the_only_one(office):
    one, two = (items.add_item(office, ItemFields(barcode, "Holes")) for barcode in ("B1", "B2"))
    moved = items.edit_item(office, two.id, ItemFields("B2", "Holes, second edition"))
    assert moved.title_id != one.title_id
    renamed = items.edit_item(office, one.id, ItemFields("B1", "Holes!", "Sachar, Louis"))
    assert (renamed.title_id, renamed.title, renamed.author) == (one.title_id, "Holes!", "Sachar, Louis")


def test_found_by_barcode_and_by_words(office):
    for barcode, title, author in (
        ("B10", "The Wild Robot", "Brown, Peter"),
        ("B11", "Holes", "Sachar"),
        ("X1", "100 % Wolf", None),
    ):
        items.add_item(office, ItemFields(barcode, title, author))

    def found(said):
        return [row.barcode for row in items.list_items(office, search=said).rows]

    assert found("B1") == ["B11", "B10"]
    assert found("robot brown") == ["B10"]
    assert found("WILD") == ["B10"]
    assert found("100 %") == ["X1"]
    assert found("_") == []
    assert items.list_items(office, page=2, page_size=2).rows[0].barcode == "B10"
    assert items.list_items(office, state="lost").total == 0
    for wrong in ({"state": "gone"}, {"page": 0}, {"page_size": 5000}):
        with pytest.raises(WrongUsage):
            items.list_items(office, **wrong)
    scanned = scanning.find_scanned(office, " B11 ").item
    assert scanned is not None
    assert scanned.title == "Holes"
    with pytest.raises(NotFound):
        items.read_item(office, "nothing")


def test_withdrawn_and_put_back(office, pupil):
    one = items.add_item(office, ItemFields("B1", "Holes"))
    circulation.check_out(office, pupil, "B1")
    with pytest.raises(Refused) as refused:
        items.withdraw_item(office, one.id)
    assert refused.value.code == "ON_LOAN"
    circulation.take_back(office, "B1")
    assert items.withdraw_item(office, one.id).status == "withdrawn"
    with pytest.raises(Refused):
        items.withdraw_item(office, one.id)
    with pytest.raises(Refused, match="withdrawn from the catalogue"):
        circulation.check_out(office, pupil, "B1")
    assert items.put_back_item(office, one.id).status == "available"
    with pytest.raises(Refused):
        items.put_back_item(office, one.id)


def test_who_waits_gets_a_new_copy(office, pupil):
    with building(office) as school:
        other = school.patron(enabled=True, expiry_date=None)
    items.add_item(office, ItemFields("B1", "Holes"))
    circulation.check_out(office, other, "B1")
    made = reservations.reserve(office, pupil, item_barcode="B1")
    new = items.add_item(office, ItemFields("B2", "Holes"), status="on_order")
    assert new.status == "on_order"
    assert items.put_back_item(office, new.id).status == "on_hold"
    with pytest.raises(Refused) as refused:
        items.withdraw_item(office, new.id)
    assert refused.value.code == "ON_HOLD"
    assert circulation.check_out(office, pupil, "B2").filled == made.reservation


def test_it_needs_the_right(office):
    one = items.add_item(office, ItemFields("B1", "Holes"))
    less = office.signed_in(replace(office.actor, permissions=office.actor.permissions - {Permission.CIRCULATION}))
    for call in (
        lambda: items.add_item(less, ItemFields("B2", "Holes")),
        lambda: items.edit_item(less, one.id, ItemFields("B1", "H")),
        lambda: items.withdraw_item(less, one.id),
        lambda: items.put_back_item(less, one.id),
        lambda: scanning.find_scanned(less, "B1"),
    ):
        with pytest.raises(NotPermitted):
            call()


def test_what_a_word_is(office, pupil):
    with building(office) as school:
        item = school.session.get_one(Item, school.item()).barcode
        name = school.username_of(pupil)
        school.belongings(pupil)
    assert scanning.find_scanned(office, name).patron == pupil
    assert scanning.find_scanned(office, item) == Scanned(item, None, False, items.read_item(office, item))
    assert scanning.find_scanned(office, "nobody at all") == Scanned("nobody at all")
    with office.database.read() as session:
        old = session.scalar(sa.select(FormerBarcode.barcode))
    told = scanning.find_scanned(office, old)
    assert (told.patron, told.old_card) == (pupil, True)
