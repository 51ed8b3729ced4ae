"""The head of the details: the way back, who it is, and what can be done about the whole record."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from patrondesk.ui.screens.patrons import words
from patrondesk.ui.screens.patrons.list_card import emptied
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.shell import buttons, fonts, icons, text, theme
from patrondesk.ui.shell.chips import Chip
from patrondesk.ui.shell.portraits import portrait


class WayBack(QWidget):
    """Back to the list, which patron of it this is, and one up or down."""

    back_asked = Signal()
    step_asked = Signal(int)
    """-1 for the previous patron, 1 for the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = buttons.button("", "quiet", "previous", "details_back")
        self._where = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.up = buttons.icon_button("up", "Previous patron (Alt+Up)", "details_previous")
        self.down = buttons.icon_button("down", "Next patron (Alt+Down)", "details_next")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._where)
        row.addStretch(1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        self.back.clicked.connect(self.back_asked)
        self.up.clicked.connect(lambda: self.step_asked.emit(-1))
        self.down.clicked.connect(lambda: self.step_asked.emit(1))

    def show_place(self, place: str, number: int, of: int) -> None:
        """`place` is the page one came from, empty in a window of its own; `number` counts from 1, 0 when not among them."""
        self.back.setText(place or "Close this window")
        self.back.setAccessibleName(f"Back to {place}" if place else "Close this window")
        self.back.setToolTip(f"Back to {place} (Alt+Left)" if place else "Close this window (Ctrl+W)")
        several = number > 0 and of > 1
        self._where.setText(f"{number:,} of {of:,} on this page" if several else "")
        self.up.setEnabled(several and number > 1)
        self.down.setEnabled(several and number < of)
        self.up.setVisible(several)
        self.down.setVisible(several)


_SIDE = 80


class PictureButton(buttons.Button):
    """The portrait; pressed, it offers another picture or none."""

    choose_asked = Signal()
    remove_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", "", parent)
        self.setObjectName("details_picture")
        self.setFixedSize(_SIDE, _SIDE)
        self.setStyleSheet("padding: 0; border: none; background: transparent; max-width: 80px; max-height: 80px;")
        self._of: tuple[int, str, bytes | None] = (0, "", None)
        self._menu = QMenu(self)
        self._menu.setObjectName("details_picture_menu")
        self._choose = self._menu.addAction(icons.icon("patron"), "Choose a picture...")
        self._remove = self._menu.addAction(icons.icon("trash"), "Remove the picture...")
        self._choose.triggered.connect(self.choose_asked)
        self._remove.triggered.connect(self.remove_asked)
        self.clicked.connect(lambda: self._menu.popup(self.mapToGlobal(self.rect().bottomLeft())))
        theme.look().changed.connect(self._show)

    def show_person(self, key: int, name: str, content: bytes | None, why_not: str) -> None:
        """Shows somebody's picture. `why_not`: why it may not be changed, empty where it may."""
        self._of = (key, name, content)
        self._remove.setEnabled(content is not None)
        for action in (self._choose, self._remove):
            action.setToolTip(why_not)
        self._choose.setEnabled(not why_not)
        self._remove.setEnabled(content is not None and not why_not)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if why_not else Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, bool(why_not))
        self.setAccessibleName(f"Picture of {name}" if why_not else f"Picture of {name}: choose another or remove it...")
        self.setToolTip(why_not or "Choose another picture, or remove it...")
        self._show()

    def _show(self) -> None:
        key, name, content = self._of
        self.setIcon(QIcon(portrait(key, name, _SIDE, content, self.devicePixelRatioF())))
        self.setIconSize(QSize(_SIDE, _SIDE))

    def _draw_icon(self) -> None:
        """The icon is the picture, whatever the theme."""


class DetailsHead(QWidget):
    """Portrait, name, state chips, keys, when deactivated; the actions at the right.

    `more_actions` takes what else can be done with the whole record, above Keep and Deactivate; `below_actions` what is said
    of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = PictureButton()
        self._name = text.title()
        self._keys = text.Sentence("", fonts.TEXT, "text2")
        self._whereabouts = text.Sentence("", fonts.LABEL, "text2")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self.keep_button = buttons.button("Keep...", icon="keep", name="details_protect")
        self.enable_button = buttons.button("Deactivate...", icon="purge", name="details_enable")
        self.why = text.label("", fonts.SMALL, fonts.REGULAR, "text2", wrap=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.why.setFixedWidth(230)
        upper = self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        upper.setSpacing(8)
        upper.addWidget(self._name)
        upper.addLayout(self._chips, 1)
        lines = QVBoxLayout()
        lines.setSpacing(4)
        lines.addStretch(1)
        lines.addLayout(upper)
        lines.addWidget(self._keys)
        lines.addWidget(self._whereabouts)
        lines.addStretch(1)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addStretch(1)
        pair.addWidget(self.keep_button)
        pair.addWidget(self.enable_button)
        self.more_actions = QHBoxLayout()
        self.more_actions.setSpacing(8)
        actions = QVBoxLayout()
        actions.setSpacing(6)
        actions.addStretch(1)
        actions.addLayout(self.more_actions)
        self.below_actions = QVBoxLayout()
        actions.addLayout(self.below_actions)
        actions.addLayout(pair)
        actions.addWidget(self.why, 0, Qt.AlignmentFlag.AlignRight)
        actions.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.picture)
        row.addLayout(lines, 1)
        row.addLayout(actions)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the state chips stand below the name."""
        below, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._upper.setDirection(below if narrow else beside)
        self._upper.setSpacing(4 if narrow else 8)

    def show_view(self, view: DetailsView, may_not_edit: str = "") -> None:
        """Fills the head. `may_not_edit`: why the picture may not be changed, empty when it may."""
        patron = view.patron
        self.picture.show_person(patron.id, patron.name, view.portrait, may_not_edit)
        self._name.setText(text.isolated(patron.name))
        self._keys.say(words.keys(patron))
        self._whereabouts.say(words.whereabouts(patron))
        said = words.chips(view)
        emptied(self._chips)
        for chip in said:
            self._chips.addWidget(Chip(chip))
        self._chips.addStretch(1)
        self.setAccessibleName(patron.name)
        self.setAccessibleDescription(", ".join([*(chip.text for chip in said), words.whereabouts(patron)]))
