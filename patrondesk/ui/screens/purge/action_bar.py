"""The bar that never scrolls: how many are tagged here and elsewhere, Preview, and the one red button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.tags import Tag
from patrondesk.ui.shell import buttons, fonts, text

_SAY_EVERY_MS = 1000
_HOW = "Tag a patron with the box beside the portrait, or with Space."


class ActionBar(QWidget):
    """Shows what is tagged; its buttons are wired by the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tagged patrons")
        self._first = text.label("", fonts.TEXT, fonts.SEMIBOLD)
        self._first.setObjectName("purge_tagged")
        self.clear_link = buttons.button("Clear tags", "link", name="purge_clear_tags")
        self._second = text.Sentence("", fonts.LABEL, "text2")
        self._second.setObjectName("purge_tagged_elsewhere")
        self.preview = buttons.button("Preview...", icon="preview", name="purge_preview_button")
        self.purge = buttons.button("Purge checked patrons...", "tinted", "trash", "purge_button")
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self._first)
        top.addWidget(self.clear_link)
        top.addStretch(1)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addLayout(top)
        told.addWidget(self._second)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addLayout(told, 1)
        row.addWidget(self.preview)
        row.addWidget(self.purge)
        self._politely = QTimer(self)
        self._politely.setSingleShot(True)
        self._politely.setInterval(_SAY_EVERY_MS)
        self._politely.timeout.connect(self._on_say)
        self._last_said = ""

    def show_tags(self, here: int, elsewhere: Sequence[Tag], pages: Sequence[int], narrow: bool = False) -> None:
        """How many are tagged on this page, and who else."""
        self._first.setText(words.tagged_here(here))
        self.clear_link.setVisible(bool(here or elsewhere))
        everywhere = "Takes every tag away, on other pages too" if elsewhere else "Takes every tag away"
        self.clear_link.setToolTip(everywhere)
        self.clear_link.setAccessibleDescription(everywhere)
        self._second.say(words.tagged_elsewhere(elsewhere, pages, narrow) or ("" if here else _HOW))
        self._second.setVisible(bool(self._second.text()))
        self.purge.setText(f"Purge checked patrons ({here:,})..." if here else "Purge checked patrons...")
        self.purge.setAccessibleName(self.purge.text())
        self.preview.setAccessibleName(f"Preview the purge of {here:,} patrons" if here else "Preview the purge")
        if not self._politely.isActive():
            self._politely.start()

    def show_running(self, number: int) -> None:
        """While a purge runs."""
        self._first.setText(f"{number:,} patron{' is' if number == 1 else 's are'} being purged")
        self.clear_link.hide()
        self._second.say("Tags cannot be changed until it is finished.")
        self._second.show()

    def open(self, why: str) -> None:
        """Opens the two buttons, or closes them with a word on why."""
        for button in (self.preview, self.purge):
            button.setEnabled(not why)
            button.setToolTip(why)
            button.setAccessibleDescription(why)

    def show_second(self, shown: bool) -> None:
        """Low windows have no room for the second line."""
        self._second.setVisible(shown and bool(self._second.text()))

    def _on_say(self) -> None:
        said = self._first.text()
        if said != self._last_said:
            self._last_said = said
            event = QAccessibleAnnouncementEvent(self._first, said)
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(event)
