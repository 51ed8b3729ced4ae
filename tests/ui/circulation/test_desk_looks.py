"""The circulation desk, its dialogs and the lending rules in the real window, in the narrowest and widest looks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from patrondesk.models.fine import Fine
from patrondesk.models.item import Item
from patrondesk.models.patron import Block, Patron
from patrondesk.records.lending import LendingRule
from patrondesk.services import lending_rules
from patrondesk.ui.shell import dialogs, theme

LOOKS = [("light", 100, (1366, 768)), ("dark", 130, (1024, 700)), ("contrast", 130, (1366, 768)), ("dark", 100, (1024, 700))]


def scan(walker, page, word):
    page.field.setText(word)
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    walker.wait(lambda: not page.busy)
    walker.settle()


@pytest.fixture
def words(walker):
    """The barcodes of an owing patron who is also blocked, of a free item and of one on loan."""
    with walker.window.desk.office.database.write() as session:
        owing = sa.exists().where(Fine.patron_id == Patron.id, Fine.status == "active", Fine.balance > 0)
        patron = session.scalars(sa.select(Patron).where(Patron.enabled == sa.true(), owing).order_by(Patron.id.desc())).first()
        session.add(Block(patron_id=patron.id, comment="Waits for an answer from the office", created_at=patron.created_at))
        free = session.scalar(sa.select(Item.barcode).where(Item.status == "available").order_by(Item.id))
        out = session.scalar(sa.select(Item.barcode).where(Item.status == "on_loan").order_by(Item.id))
        return patron.barcode, free, out


@pytest.mark.parametrize(("name", "scale", "size"), LOOKS, ids=lambda value: str(value).replace(", ", "x"))
def test_the_desk_in_every_look(walker, qapp, monkeypatch, words, name, scale, size):
    monkeypatch.setattr(dialogs, "room_for", lambda _: QRect(0, 0, *size))
    window = walker.window
    lending_rules.set_rule(window.desk.office, LendingRule("student", 14, 5, 2, 1, 20, 500))
    theme.apply(qapp, name, scale)
    window.resize(*size)
    window.show()
    window.desk.go("circulation")
    walker.at("nobody at the desk")
    page = window.desk.page
    patron, free, out = words
    scan(walker, page, out)
    walker.at("something came back")
    scan(walker, page, patron)
    scan(walker, page, free)
    assert page.log.rows.records[0].kind == "refused"
    walker.at("a patron who may not borrow")
    walker.press("desk_pay")
    with walker.dialog("payment_dialog"):
        pass
    walker.press("desk_fines")
    with walker.dialog("desk_fines_dialog"):
        pass
    walker.press("desk_day")
    with walker.dialog("desk_day_dialog"):
        pass
    walker.press("desk_add_item")
    with walker.dialog("item_dialog"):
        walker.press("item_accept")
        walker.at("an item without a title", walker.shown("item_dialog"))
    page.field.setText("an")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    with walker.dialog("desk_choose_dialog"):
        pass
    window.desk.go("settings")
    walker.wait(lambda: walker.shown("lending_rules_table"))
    walker.at("settings with a rule")
    walker.press("lending_rule_add")
    with walker.dialog("lending_rule_dialog"):
        pass
    assert (window.width(), window.height()) == size, "a page needs more room than it is given"
    assert not walker.found, "\n" + "\n".join(dict.fromkeys(walker.found))
