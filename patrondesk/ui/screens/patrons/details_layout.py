"""How the details are laid out: the way back and the head above; sections, the one on show and the side column below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from patrondesk.ui.screens.patrons.blocks_section import BlocksSection, RolesSection
from patrondesk.ui.screens.patrons.details_head import DetailsHead, WayBack
from patrondesk.ui.screens.patrons.facts import PersonalSection
from patrondesk.ui.screens.patrons.lists import FinesSection, HistorySection, LoansSection, ReservationsSection
from patrondesk.ui.screens.patrons.notes_section import NotesSection
from patrondesk.ui.screens.patrons.sections import SECTIONS, Sections
from patrondesk.ui.screens.patrons.side import WIDTH, Side
from patrondesk.ui.shell import banner, cards, empty, focus, fonts, theme

_ONE_COLUMN_BELOW = 1320
_SECTIONS_WIDE = 196
_UNBOUND = 16_777_215


class _Pile(QWidget):
    """One section on show. Hidden widgets take no room; a QStackedWidget would be as high as its highest page."""

    def __init__(self, sections: Sequence[QWidget]) -> None:
        super().__init__()
        self._sections = tuple(sections)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for section in self._sections:
            column.addWidget(section)
        self.show_section(0)

    def show_section(self, place: int) -> None:
        """Shows this one instead of the one on show."""
        for number, section in enumerate(self._sections):
            section.setVisible(number == place)


class DetailsLayout:
    """Every part of the details, put into `page`."""

    def __init__(self, page: QWidget) -> None:
        self.way, self.head, self.sections, self.side = WayBack(), DetailsHead(), Sections(), Side()
        self.personal, self.loans, self.fines = PersonalSection(), LoansSection(), FinesSection()
        self.reservations, self.history = ReservationsSection(), HistorySection()
        self.notes, self.blocks, self.roles = NotesSection(), BlocksSection(), RolesSection()
        self._pile = _Pile((
            self.personal, self.loans, self.reservations, self.fines, self.notes, self.blocks, self.roles, self.history,
        ))  # fmt: skip
        self._notice: banner.Banner | None = None
        self.body = self._made_body()
        self.gone = empty.Empty("", sign="patron", token="text2")
        self.gone.setObjectName("details_gone")
        self._notices = QVBoxLayout()
        self._rule = cards.rule()
        self._whole = QVBoxLayout(page)
        self._whole.setSpacing(10)
        for widget in (self.way, self.head, self._rule):
            self._whole.addWidget(widget)
        self._whole.addLayout(self._notices)
        self._whole.addWidget(self.body, 1)
        self._whole.addWidget(self.gone, 1)
        for hidden in (self.head, self.body, self.gone, self._rule):
            hidden.hide()

    def _made_body(self) -> QWidget:
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._pile, 1)
        self._beside = QWidget()
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(10)
        beside.addWidget(self.side)
        self.more_cards = QVBoxLayout()
        beside.addLayout(self.more_cards)
        beside.addStretch(1)
        self._columns.addWidget(self._beside)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.sections)
        row.addWidget(self.area, 1)
        return body

    @property
    def area_stops(self) -> tuple[QWidget, ...]:
        """What Tab reaches of the section on show and of the column beside it, in its order."""
        return tuple(w for w in self.area.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible())

    def show_section(self, word: str) -> None:
        """Shows a section from its top."""
        self._pile.show_section([place.word for place in SECTIONS].index(word))
        self.area.verticalScrollBar().setValue(0)

    def show_somebody(self) -> None:
        """There is somebody to show."""
        for widget in (self.head, self.body, self._rule):
            widget.show()
        self.gone.hide()

    def show_gone(self) -> None:
        """The patron is not there any more."""
        for widget in (self.head, self.body, self._rule):
            widget.hide()
        self.forget_notice()
        self.gone.say("This patron is not there any more", "Somebody has purged or deleted the record meanwhile.")
        self.gone.show()

    def rest(self) -> None:
        """New cards find their heights in the next turn of the event loop; until then they would be seen squeezed."""
        self.area.setUpdatesEnabled(False)
        QTimer.singleShot(0, self.area, lambda: self.area.setUpdatesEnabled(True))

    def bring(self, card: QWidget) -> None:
        """Scrolls so far that this card begins at the top, once everything has found its height."""
        bar = self.area.verticalScrollBar()

        def scroll() -> None:
            bar.setValue(max(0, min(card.y() - 8, bar.maximum())))

        # The card finds its height in the next turn of the event loop, the scroll bar its range in the one after.
        QTimer.singleShot(0, card, lambda: QTimer.singleShot(0, card, scroll))

    def fit(self, width: int) -> None:
        """Takes the room of a window of this width: below a limit the side column goes under the section."""
        margin = theme.margin(width)
        self._whole.setContentsMargins(margin, 10, margin, 16)
        one = width < _ONE_COLUMN_BELOW * fonts.scale() / 100
        self.head.set_narrow(one)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if one else QBoxLayout.Direction.LeftToRight)
        self._columns.setStretch(0, 0 if one else 1)
        self._columns.setStretch(1, 1 if one else 0)
        wide = round(WIDTH * fonts.scale() / 100)
        self._beside.setMaximumWidth(_UNBOUND if one else wide)
        self._beside.setMinimumWidth(0 if one else wide)
        self.sections.setFixedWidth(round(_SECTIONS_WIDE * (fonts.scale() + 100) / 200))

    def put(self, notice: banner.Banner) -> None:
        """Shows a notice under the head, instead of the one before."""
        self.forget_notice()
        self._notice = notice
        self._notices.addWidget(notice)
        focus.after(self.head.enable_button, notice, notice.close_button)

    def forget_notice(self) -> None:
        """Takes the notice away."""
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
