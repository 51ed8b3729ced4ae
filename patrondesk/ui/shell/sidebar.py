"""The left column: library, places in three groups, the backup's state, who is signed in, and the lock."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from patrondesk.records.staff import MyLibrary
from patrondesk.ui.shell import buttons, cards, fonts, portraits, text
from patrondesk.ui.shell.places import PLACES, FootLine, GroupHead, Item, Place
from patrondesk.ui.shell.regions import Region

__all__ = ["PLACES", "Place", "Sidebar"]

WIDTH, RAIL = 208, 60
_SWITCH = "Other libraries"


class Sidebar(QWidget):
    """Takes plain data; says which place was chosen and that the lock was asked for."""

    place_chosen = Signal(str)
    lock_asked = Signal()
    backups_asked = Signal()
    library_chosen = Signal(str)
    """The short name of another library, for somebody who works at several."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName("Pages")
        self.setProperty("ground", "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._narrow = False
        self._items: dict[str, Item] = {}
        self._heads: dict[str, GroupHead] = {}
        self._group = QButtonGroup(self)
        self._library = text.Elided("", fonts.TEXT, fonts.SEMIBOLD)
        self._count = text.Elided("", fonts.SMALL, fonts.REGULAR, "text2")
        self._library_box = QWidget()
        names = QVBoxLayout(self._library_box)
        names.setContentsMargins(12, 0, 4, 6)
        names.setSpacing(0)
        names.addWidget(self._library)
        names.addWidget(self._count)
        self._menu = QMenu(self)
        self._menu.setObjectName("library_menu")
        self._switch = buttons.button(_SWITCH, "quiet", "shelf", "nav_library", tip="Go to another library where you work")
        self._switch.setMenu(self._menu)
        self._switch.hide()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 12, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self._scrolled())
        self._whole.addWidget(self._backup_line())
        self._whole.addWidget(cards.rule())
        self._whole.addWidget(self._person_line())
        self._group.buttonClicked.connect(self._on_clicked)
        self.show_places(tuple(place.word for place in PLACES))
        self.set_narrow(False)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(1)
        column.addWidget(self._library_box)
        column.addWidget(self._switch)
        group = ""
        for place in PLACES:
            if place.group != group:
                group = place.group
                self._heads[group] = GroupHead(group)
                column.addWidget(self._heads[group])
            item = Item(place)
            self._items[place.word] = item
            self._group.addButton(item)
            column.addWidget(item)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return area

    def _backup_line(self) -> QWidget:
        self._backup_icon = text.IconLabel("backup", 14, "ok")
        self._backup = text.Elided("", fonts.SMALL, fonts.REGULAR, "text2")
        line = FootLine("nav_backups")
        line.setAccessibleName("Backups")
        row = QHBoxLayout(line)
        row.setContentsMargins(20, 4, 8, 4)
        row.setSpacing(7)
        for widget in (self._backup_icon, self._backup):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._backup_icon)
        row.addWidget(self._backup, 1)
        line.clicked.connect(self.backups_asked)
        self._backup_box = line
        line.hide()
        return line

    def _person_line(self) -> QWidget:
        self._portrait = portraits.Portrait(0, "", 30)
        self._person = text.Elided("", fonts.LABEL, fonts.SEMIBOLD)
        self._role = text.Elided("", fonts.SMALL, fonts.REGULAR, "text2")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._person)
        words.addWidget(self._role)
        self.lock_button = buttons.icon_button("lock", "Lock (Ctrl+L)", "nav_lock", "quiet")
        self.lock_button.clicked.connect(self.lock_asked)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(20, 9, 10, 9)
        row.setSpacing(8)
        row.addWidget(self._portrait)
        row.addLayout(words, 1)
        row.addWidget(self.lock_button)
        self._person_row = row
        return line

    def offer_libraries(self, every: Sequence[MyLibrary]) -> None:
        """The libraries to go to, at the head of the sidebar; with one there is nothing to choose."""
        self._menu.clear()
        for place in every:
            action = self._menu.addAction(place.name)
            action.setObjectName(f"library_{place.short_name}")
            action.setCheckable(True)
            action.setChecked(place.here)
            action.setEnabled(not place.here)
            action.triggered.connect(lambda _=False, short=place.short_name: self.library_chosen.emit(short))
        self._switch.setVisible(len(every) > 1)

    def show_library(self, name: str, kind: str, patrons: int | None) -> None:
        """The library's name, what it is ("School library"), and how many patrons it has, where that is known."""
        self._library.setText(name)
        self._count.setVisible(patrons is not None)
        if patrons is None:
            return
        counted = f"{patrons:,} patron{'' if patrons == 1 else 's'}"
        self._count.setText(f"{kind} · {counted}" if kind else counted)

    def show_person(self, key: int, name: str, role: str, content: bytes | None = None) -> None:
        """Who is signed in."""
        self._person.setText(name)
        self._role.setText(role)
        self._portrait.show_person(key, name, content)
        self._portrait.setToolTip(f"{name}, {role}")

    def show_backup(self, sentence: str, safe: bool = True) -> None:
        """The backup's state, such as "Backed up today, 07:30"; amber when not `safe`."""
        self._backup.setText(sentence)
        self._backup.setAccessibleName(sentence)
        self._backup_icon.show_icon("backup" if safe else "look", "ok" if safe else "warn")
        self._backup_box.setToolTip(sentence)
        self._backup_box.setAccessibleName(f"Backups: {sentence}")
        self._backup_box.setVisible(bool(sentence))

    def show_number(self, word: str, number: int | None) -> None:
        """The number waiting beside a place. Raises KeyError for an unknown one."""
        self._items[word].show_number(number)

    def show_place(self, word: str) -> None:
        """Marks where one is, without a signal."""
        self._items[word].setChecked(True)

    @property
    def region(self) -> Region:
        """What F6 visits: the place where one is, else the first."""
        here = self._group.checkedButton()
        return Region(self, (*((here,) if here is not None else ()), *self._items.values()))

    def show_places(self, words: tuple[str, ...]) -> None:
        """Only these places are there; a group without a place has no head."""
        for word, item in self._items.items():
            item.setVisible(word in words)
        for group, head in self._heads.items():
            head.setVisible(any(place.group == group and place.word in words for place in PLACES))

    def set_narrow(self, narrow: bool) -> None:
        """The 60 px rail of icons, or the whole column."""
        self._narrow = narrow
        self.setFixedWidth(RAIL if narrow else round(WIDTH * (1 + (fonts.scale() - 100) / 200)))
        self._library_box.setVisible(not narrow)
        self._switch.setText("" if narrow else _SWITCH)
        self._backup.setVisible(not narrow)
        self._person.setVisible(not narrow)
        self._role.setVisible(not narrow)
        self._portrait.setVisible(not narrow)
        self._person_row.setContentsMargins(13 if narrow else 20, 9, 10, 9)
        for item in self._items.values():
            item.set_narrow(narrow)
        for head in self._heads.values():
            head.set_narrow(narrow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._items:
            self.setFixedWidth(RAIL if self._narrow else round(WIDTH * (1 + (fonts.scale() - 100) / 200)))

    def _on_clicked(self, item: QAbstractButton) -> None:
        if isinstance(item, Item):
            self.place_chosen.emit(item.place.word)
