"""The bar at the bottom of the page: what is left out and why, and the buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.importing import ImportReport
from patrondesk.ui.screens.importing import words
from patrondesk.ui.shell import buttons, fonts, text


class Foot(QWidget):
    """Back, Save the report, Import."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = buttons.button("Back", name="import_back")
        self.save = buttons.button("Save the report...", icon="export", name="import_save_report")
        self.apply = buttons.button("Import", "main", "import", "import_apply")
        self._icon = text.IconLabel("info", 16)
        self._words = text.Sentence("", fonts.LABEL, "text2")
        self._words.setObjectName("import_foot")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        for button in (self.back, self.save, self.apply):
            row.addWidget(button)

    def show_state(self, report: ImportReport | None, busy: bool, running: bool) -> None:
        """The buttons for a report on show. `busy`: a preview or a run is under way; `running`: a run is."""
        imported = report is not None and not report.preview
        why = "" if report is None else "This file is imported." if imported else words.may_import(report)
        label, said = "Import", ""
        if report is not None:
            label = f"Import {messages.count(words.number(report, words.TAKEN), 'row')}"
            said = why or words.left_out(report)
        self.apply.setText(label)
        self.apply.setAccessibleName(label)
        self.apply.setEnabled(report is not None and not busy and not why)
        self.apply.setToolTip(why)
        self.save.setVisible(report is not None)
        self.save.setEnabled(not busy)
        self.back.setEnabled(not running)
        self._words.say(said)
        self._icon.setVisible(bool(said))
