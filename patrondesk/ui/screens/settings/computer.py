"""How this computer shows PatronDesk: appearance, text size, rows, page size. It changes nothing in the library."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QComboBox, QGridLayout, QWidget

from patrondesk.ui.screens.settings.controls import WIDTH, Choice
from patrondesk.ui.shell import cards, fonts, forms, text, theme, widths
from patrondesk.ui.shell.prefs import Prefs

_THEMES = (("As the system", "system"), ("Light", "light"), ("Dark", "dark"), ("High contrast", "contrast"))
_SIZES = tuple((f"{size} %", size) for size in theme.TEXT_SIZES)
_ROWS = (("Two lines a row", False), ("One line a row", True))
_PAGES = tuple((f"{rows} rows", rows) for rows in (20, 50, 100, 200))


class Computer(cards.Card):
    """Each choice is in force at once."""

    prefs_changed = Signal(str)
    """Carries what changed: theme, text_size, compact or page_size. All but the last are in force already."""

    def __init__(self, prefs: Prefs, parent: QWidget | None = None) -> None:
        super().__init__("This computer", parent=parent)
        self.setObjectName("settings_this_computer")
        self._prefs = prefs
        said = "How PatronDesk looks here. Nobody else sees a difference, and the library stays as it is."
        self.inside.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self._combos = {}
        for row, (word, label, choices, present) in enumerate(
            (
                ("theme", "Appearance", _THEMES, prefs.theme),
                ("text_size", "Text size", _SIZES, prefs.text_size),
                ("compact", "Density", _ROWS, prefs.compact),
                ("page_size", "Rows per page", _PAGES, prefs.page_size),
            )
        ):
            combo = self._combo(word, label, choices, present)
            name = text.label(label, fonts.TEXT, fonts.MEDIUM)
            name.setBuddy(combo)
            grid.addWidget(name, row, 0)
            grid.addWidget(combo, row, 1)
            self._combos[word] = combo
        grid.setColumnStretch(0, 1)
        self.inside.addLayout(grid)

    def _combo(self, word: str, label: str, choices: tuple[tuple[str, object], ...], present: object) -> QComboBox:
        combo = forms.named(Choice(), label, f"computer_{word}")
        for said, value in choices:
            combo.addItem(said, value)
        combo.setCurrentIndex(max(0, combo.findData(present)))
        fonts.wear(combo, fonts.TEXT)
        widths.wide(combo, WIDTH, *(said for said, _ in choices))
        combo.activated.connect(lambda _: self._on_chosen(word, combo))
        return combo

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The choices, in the order of Tab."""
        return tuple(self._combos.values())

    def show_prefs(self) -> None:
        """Reads what was chosen elsewhere, such as in the View menu."""
        for word, combo in self._combos.items():
            combo.setCurrentIndex(max(0, combo.findData(getattr(self._prefs, word))))

    def _on_chosen(self, word: str, combo: QComboBox) -> None:
        if getattr(self._prefs, word) == combo.currentData():
            return
        setattr(self._prefs, word, combo.currentData())
        self._prefs.save()
        theme.set_compact(self._prefs.compact)
        app = QApplication.instance()
        if word in ("theme", "text_size") and isinstance(app, QApplication):
            theme.apply(app, self._prefs.theme, self._prefs.text_size)
        self.prefs_changed.emit(word)
