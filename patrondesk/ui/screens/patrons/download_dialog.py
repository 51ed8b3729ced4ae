"""Before a patron's data is downloaded: as what, why, which request it answers; then where to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from patrondesk import messages
from patrondesk.records.access_requests import AccessRequest
from patrondesk.records.ids import RequestId
from patrondesk.records.patron_data import FORMATS
from patrondesk.services.patron_data import file_name
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, text

_EXPLAINED = {
    "json": "Everything, files and internal numbers too. For programs.",
    "html": "To be read or printed, with pictures and files inside.",
    "xlsx": "A sheet for each kind of record.",
}


class DownloadDialog(dialogs.Dialog):
    """Enter in the field for the reason goes on to the choice of a place."""

    confirmed = Signal(str, str, object)
    """The file's kind, why, and the RequestId that it answers or None."""

    def __init__(self, parent: QWidget, name: str, requests: Sequence[AccessRequest] = ()) -> None:
        super().__init__(parent, "Download patron data", dialogs.MIDDLE, "download_dialog")
        self.question(f"Download all that is held about {text.isolated(name)}?")
        self.body.addWidget(
            text.Sentence(
                "The file holds personal data: keep it where only you can read it, and delete it once it is handed over. "
                "Passwords are not in it. Who took it out, when and why is kept."
            )
        )
        self.kinds: dict[str, buttons.RadioButton] = {}
        for code, said in FORMATS.items():
            choice = buttons.RadioButton(said)
            choice.setObjectName(f"download_{code}")
            choice.setAccessibleDescription(_EXPLAINED[code])
            choice.setToolTip(_EXPLAINED[code])
            self.kinds[code] = choice
            self.body.addWidget(choice)
        self.kinds["json"].setChecked(True)
        self._request = requests[0] if requests else None
        self.answers = buttons.CheckBox("")
        self.answers.setObjectName("download_answers")
        if self._request is not None:
            self.answers.setText(f"It answers the request that is due on {messages.day(self._request.due_on)}")
            self.answers.setChecked(True)
            self.body.addWidget(self.answers)
        self._reason = forms.Field("Why", forms.line("The mother asked for it by letter"), "download_reason")
        self.body.addWidget(self._reason)
        self.body.addWidget(
            text.Sentence("Notes may speak of other people: read them before you hand the file on.", fonts.LABEL, "text2")
        )
        self.add_decision(buttons.button("Cancel", name="download_cancel")).clicked.connect(self.reject)
        go_on = self.add_decision(buttons.button("Choose where to save...", "main", "download", "download_accept"))
        go_on.clicked.connect(self._on_accept)
        self._field.returnPressed.connect(self._on_accept)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _field(self) -> QLineEdit:
        field = self._reason.control
        assert isinstance(field, QLineEdit)
        return field

    @Slot()
    def _on_accept(self) -> None:
        reason = self._field.text().strip()
        answered: RequestId | None = self._request.id if self._request is not None and self.answers.isChecked() else None
        missing = not reason and answered is None
        self._reason.show_error("Say why the data is handed out, such as: the mother asked." if missing else "")
        if not missing:
            code = next(code for code, choice in self.kinds.items() if choice.isChecked())
            self.accept()
            self.confirmed.emit(code, reason, answered)


def ask_where(parent: QWidget, called: str, today: dt.date, code: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Opens the save dialog; the name it proposes names the account, not the person."""
    asked = QFileDialog(parent, "Save the patron's data")
    asked.setObjectName("download_save_dialog")
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    asked.setWindowModality(Qt.WindowModality.WindowModal)
    asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    asked.setFileMode(QFileDialog.FileMode.AnyFile)
    asked.setNameFilter(f"{FORMATS[code]} (*.{code})")
    asked.setDefaultSuffix(code)
    # A screenless session has no dialog of the system's own.
    asked.setOption(QFileDialog.Option.DontUseNativeDialog, QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"))
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if folder and Path(folder).is_dir():
        asked.setDirectory(folder)
    asked.selectFile(file_name(called, today, code))
    asked.fileSelected.connect(lambda path: chosen(Path(path)))
    QDialog.open(asked)  # its own open() wants a slot; this is the one of all dialogs
    return asked
