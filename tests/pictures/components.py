"""Renders the components and the sign-in pages in every theme: `python -m tests.pictures.components FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from patrondesk.ui.screens.signin.first_start_page import FirstStartPage
from patrondesk.ui.screens.signin.sign_in_page import SignInPage
from patrondesk.ui.shell import banner, buttons, chips, dialogs, empty, fonts, forms, paint, tables, text, theme
from patrondesk.ui.shell.cards import Card, PageHead
from patrondesk.ui.shell.focus import Ring
from patrondesk.ui.shell.paint import ChipText, TagState
from patrondesk.ui.shell.portraits import Portrait
from patrondesk.ui.shell.sidebar import Sidebar


class TagCell(QWidget):
    def __init__(self, state: TagState, ring: bool = False) -> None:
        super().__init__()
        self._state, self._ring = state, ring
        self.setFixedSize(46, 42)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._state == TagState.TAGGED:
            painter.fillRect(self.rect(), theme.current().colour("tagged"))
        paint.tag_box(painter, QRectF(self.rect()), self._state)
        if self._ring:
            paint.ring(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.end()


def page() -> QWidget:
    whole = QWidget()
    whole.setProperty("ground", "window")
    whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    whole.resize(1480, 900)
    columns = QHBoxLayout(whole)
    left, right = QVBoxLayout(), QVBoxLayout()
    columns.addLayout(left, 5)
    columns.addLayout(right, 3)
    for card in (_buttons(), _tags(), _chips(), _fields()):
        left.addWidget(card)
    left.addStretch(1)
    for widget in (_types(), *_banners(), _table()):
        right.addWidget(widget)
    right.addStretch(1)
    return whole


def _buttons() -> Card:
    card = Card("Buttons, 34 px high")
    grid = QGridLayout()
    card.inside.addLayout(grid)
    for row, (words, kind, icon, name) in enumerate(
        (
            ("Preview...", "ordinary", "preview", "Ordinary"),
            ("Save", "main", "", "Main one"),
            ("Purge (24)...", "tinted", "trash", "Opens a purge"),
            ("Purge 24", "danger", "trash", "Does the purge"),
            ("Change", "quiet", "edit", "Quiet"),
        ),
        1,
    ):
        grid.addWidget(text.label(name, fonts.LABEL, fonts.REGULAR, "text2"), row, 0)
        for column, state in enumerate(("rest", "down", "focus", "off"), 1):
            made = buttons.button(words, kind, icon)
            made.setDown(state == "down")
            made.setEnabled(state != "off")
            if state == "focus":
                made.setProperty("wants_ring", True)
            grid.addWidget(made, row, column, Qt.AlignmentFlag.AlignLeft)
    grid.setColumnStretch(5, 1)
    return card


def _tags() -> Card:
    card = Card("Tag box, 18 px in a 46 x 42 cell")
    row = QHBoxLayout()
    for state in TagState:
        row.addWidget(TagCell(state))
    row.addWidget(TagCell(TagState.NOT_TAGGED, True))
    row.addWidget(TagCell(TagState.LOCKED, True))
    some = chips.TagBox()
    some.setCheckState(Qt.CheckState.PartiallyChecked)
    row.addWidget(some)
    row.addStretch(1)
    card.inside.addLayout(row)
    return card


def _chips() -> Card:
    card = Card("Chips and standing")
    for line in (
        (("amber", "2 on loan", "loan"), ("amber", "Owes $18.50", "money"), ("amber", "1 reserved", "reserved"),
         ("grey", "Keep", "keep"),
         ("grey", "Guarantor", "guarantor"), ("grey", "Data request", "request")),
        (("grey", "Locked by a job", "padlock"), ("grey", "Staff role", "staff"), ("grey", "PO line", "po_line"),
         ("grey", "Purge date 31 Jan", "calendar"), ("grey", "+2", ""), ("green", "Completed", "done"),
         ("red", "Failed", "not_done")),
    ):  # fmt: skip
        row = QHBoxLayout()
        for said in line:
            row.addWidget(chips.Chip(ChipText(*said)))
        row.addStretch(1)
        card.inside.addLayout(row)
    row = QHBoxLayout()
    for key, name in enumerate(
        ("Jovanović, Miloš", "李雨桐 (Li Yutong)", "محمد الفارسي", "Nguyễn Thị Mai Anh", "O'Brien", "C D")
    ):
        row.addWidget(Portrait(key, name, 30))
    row.addStretch(1)
    card.inside.addLayout(row)
    return card


def _fields() -> Card:
    card = Card("Fields")
    row = QHBoxLayout()
    wrong = forms.Field("Date", forms.line(), "x")
    for number, filled in enumerate(("", "Filled in", "Not available")):
        field = forms.line("Placeholder")
        field.setText(filled)
        field.setEnabled(number != 2)
        row.addWidget(field)
    row.addWidget(forms.SearchField("Search", "Name, barcode, username, class"))
    card.inside.addLayout(row)
    wrong.control.setText("31/02/2027")
    card.inside.addWidget(wrong)
    wrong.show_error("31 February does not exist. Use a date such as 28/02/2027.", take_focus=False)
    row = QHBoxLayout()
    choice = QComboBox()
    choice.addItems(["Any reason"])
    spin = forms.number(0, 99, 14)
    row.addWidget(choice)
    row.addWidget(spin)
    for number in range(3):
        box = QCheckBox("Tick")
        box.setTristate(True)
        box.setCheckState(Qt.CheckState(number))
        row.addWidget(box)
    off = QCheckBox("Off")
    off.setEnabled(False)
    row.addWidget(off)
    radio = QRadioButton("One of")
    radio.setChecked(True)
    row.addWidget(radio)
    row.addStretch(1)
    card.inside.addLayout(row)
    return card


def _types() -> Card:
    card = Card()
    card.inside.addWidget(PageHead("22 Page title", "187 candidates. 99 can go now."))
    for size, weight, words in ((20, 600, "20 Question of a dialog"), (16, 600, "16 Section title"),
                                (14, 400, "14 Text, tables, buttons. 0123456789 Il1 O0"), (13, 400, "13 Labels, explanations"),
                                (12, 400, "12 Second line of a row, chips")):  # fmt: skip
        card.inside.addWidget(text.label(words, size, weight))
    card.inside.addWidget(
        text.Sentence("You can undo this until **3 January 2027**, in words that wrap where the panel ends, at its edge.")
    )
    return card


def _banners() -> list[QWidget]:
    made: list[QWidget] = [
        banner.Banner("info", "Information. Nothing is changed yet.", closable=False),
        banner.Banner("done", "23 patrons purged, 1 refused.", "Undo is possible until 3 January 2027."),
        banner.Banner("look", "Worth a look. 3 patrons have no year level.", closable=False),
        banner.Banner("not_done", "Not done. The file could not be opened; nothing was changed.", closable=False),
    ]
    made[1].add_action(buttons.button("Undo...", icon="undo"))
    running = banner.ProgressBanner("Purging 24 patrons. 15 are done.", "Stop keeps what is done and leaves the rest untouched.")
    running.show_progress("Purging 24 patrons. 15 are done.", 15, 24)
    return [*made, running]


def _table() -> QWidget:
    columns: list[tables.Column[tuple[str, str, str]]] = [
        tables.Column("Patron", lambda r: r[0], 0, second=lambda r: r[1], link=True, weight=fonts.MEDIUM),
        tables.Column("Class", lambda r: r[2], 90),
        tables.Column("Owes", lambda r: "$1", 90, tables.RIGHT, chip=lambda r: ChipText("amber", "$18.50", "money")),
    ]
    view, model = tables.table("Patrons", columns, "sample")
    model.show_records([("Hernández, Lucía", "lhernan01", "12A"), ("Ihaka, Wiremu", "wihaka08", "12C")])
    view.selectRow(0)
    view.setMinimumHeight(130)
    return view


def window() -> QWidget:
    whole = QWidget()
    whole.setProperty("ground", "window")
    whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    whole.resize(1366, 740)
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    for narrow in (False, True):
        side = Sidebar()
        side.show_library("Riverbank Secondary", "School library", 612)
        side.show_person(0, "Maria Okafor", "Librarian")
        side.show_backup("Backed up today, 07:30")
        side.show_number("purge", 187)
        side.show_place("purge")
        side.set_narrow(narrow)
        row.addWidget(side)
    ways = (
        buttons.button("Deactivate from a file...", icon="leavers_file"),
        buttons.button("Open the rollover", icon="rollover"),
    )
    card = Card()
    said = "Patrons appear here once they are deactivated: one by one, from a file of leavers, or by the year-end rollover."
    card.inside.addWidget(empty.Empty("Nobody is waiting to be purged", said, ways))
    row.addWidget(card, 1)
    return whole


def dialog(parent: QWidget) -> dialogs.Dialog:
    made = dialogs.Dialog(parent, "Confirm purge", dialogs.MIDDLE)
    made.question("Purge 24 patrons?")
    made.body.addWidget(text.Sentence(
        "24 patrons and everything personal about them leave the library; their 416 past loans stay, without names; "
        "you can undo this until **3 January 2027**."
    ))  # fmt: skip
    panel = Card("What goes", "raised", "trash")
    panel.inside.addWidget(text.label("Name, portrait, address, notes, username, barcode", fonts.LABEL, fonts.REGULAR, "text2"))
    made.body.addWidget(panel)
    made.add_foot_note("A backup is made first.", "backup", "ok")
    made.add_decision(buttons.button("Cancel"))
    made.add_decision(buttons.button("Purge 24 patrons", "danger", "trash"))
    return made


def save(folder: Path, name: str) -> None:
    whole = page()
    whole.show()
    for made in whole.findChildren(buttons.Button):
        if made.property("wants_ring"):
            Ring(whole).follow(made)
    whole.grab().save(str(folder / f"components-{name}.png"))
    under = window()
    under.show()
    over = dialog(under)
    over.open()
    picture = under.grab()
    painter = QPainter(picture)
    painter.drawPixmap(over.pos() - under.pos() + QPoint(0, 0), over.grab())
    painter.end()
    picture.save(str(folder / f"window-{name}.png"))
    over.reject()
    sign_in = SignInPage()
    sign_in.resize(1366, 768)
    sign_in.show_library("Riverbank Secondary School Library", "Library file: Riverbank.patrondesk on this PC", "mokafor")
    sign_in.show_refusal("That username and password do not go together.", 5)
    first = FirstStartPage()
    first.resize(900, 820)
    kept = FirstStartPage()
    kept.resize(900, 820)
    kept.show_recovery_code("7KQM-2XDP-W9TA-4HRB")
    for made, word in ((sign_in, "sign-in"), (first, "first-start"), (kept, "recovery-code")):
        made.show()
        made.grab().save(str(folder / f"{word}-{name}.png"))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    for name in ("light", "dark", "contrast"):
        theme.apply(app, name)
        save(folder, name)
    theme.apply(app, "light", 130)
    save(folder, "light-130")


if __name__ == "__main__":
    main()
