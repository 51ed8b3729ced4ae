"""A library that cannot be opened, or is not there: asks for a backup, and for a name and password of its time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit

from patrondesk import messages
from patrondesk.records.backups import BackupBeside
from patrondesk.ui.screens.signin.asked import RestoreAsked
from patrondesk.ui.screens.signin.frame import Framed
from patrondesk.ui.shell import banner, buttons, fonts, forms, text

_MB = 1_000_000
_KEPT_ASIDE = "What was recorded since the backup is lost. The present file is kept aside."
_NOTHING_THERE = "What was recorded since the backup is lost. The backup itself stays where it is."


class RestorePage(Framed):
    """`show_backups` first. `restore_asked` carries a RestoreAsked."""

    restore_asked = Signal(object)
    file_asked = Signal()
    """Another file than those listed."""
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__("Restore a backup")
        self.setObjectName("restore_page")
        self._why = text.Sentence("", fonts.TEXT)
        self._backups = QComboBox()
        self._backups.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._backups.setMinimumContentsLength(20)
        self._backup = forms.Field("Backup", self._backups, "rescue_backup")
        other = buttons.button("Another file...", "link", name="rescue_other_file")
        other.set_size(fonts.LABEL)
        self._username = forms.Field(
            "Username", forms.line(), "rescue_username", hint="Of an administrator, as the backup has it"
        )
        self._password = forms.secret_field("Password", "rescue_password", "The one that was right when the backup was made")
        self._loss = text.Sentence(_KEPT_ASIDE, fonts.LABEL, "text2")
        self._restore = buttons.button("Put the backup in place", "main", name="rescue_restore")
        back = buttons.button("Back", "quiet", name="rescue_back")
        inside = self.card.inside
        inside.addWidget(self._why)
        inside.addWidget(self._backup)
        inside.addWidget(other, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._username, self._password, self._loss, self._restore, back):
            inside.addWidget(widget)
        self.add_appearance()
        other.clicked.connect(self.file_asked)
        back.clicked.connect(self.back_asked)
        self._restore.clicked.connect(self._on_restore)
        if isinstance(self._password.control, QLineEdit):
            self._password.control.returnPressed.connect(self._on_restore)

    def show_backups(self, library: str, why: str, backups: Sequence[BackupBeside], there: bool) -> None:
        """`why` says what is the matter with the library file; `there`: there is a present file to keep aside."""
        self.say_below_name(library)
        self._why.say(why)
        self._loss.say(_KEPT_ASIDE if there else _NOTHING_THERE)
        self._backups.clear()
        for backup in backups:
            at = backup.written_at.astimezone()
            said = f"{messages.day(at.date())}, {at:%H:%M} ({backup.size / _MB:,.1f} MB)"
            self._backups.addItem(said, backup.path)
        if not backups:
            self._backups.addItem("No backup lies beside the library", "")
        (self._username.control if backups else self._backups).setFocus(Qt.FocusReason.OtherFocusReason)

    def add_file(self, path: str) -> None:
        """A backup from elsewhere, chosen at once."""
        if self._backups.count() == 1 and not self._backups.itemData(0):
            self._backups.clear()
        self._backups.insertItem(0, Path(path).name, path)
        self._backups.setItemData(0, path, Qt.ItemDataRole.ToolTipRole)
        self._backups.setCurrentIndex(0)
        self._backup.show_error("", take_focus=False)
        self._username.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, busy: bool) -> None:
        """While the backup is put in place nothing can be asked twice."""
        self._restore.setEnabled(not busy)
        if busy:
            banner.announce(self, "The backup is being checked and put in place.")

    def show_refusal(self, sentence: str) -> None:
        """Says why the backup was not put in place; nothing was changed."""
        self.show_busy(False)
        self._password.show_error(sentence)

    @Slot()
    def _on_restore(self) -> None:
        if not self._restore.isEnabled():
            return
        file = str(self._backups.currentData() or "")
        username, password = forms.typed(self._username).strip(), forms.typed(self._password)
        wrong = {
            self._backup: "" if file else "Choose a backup: press Another file...",
            self._username: "" if username else "Type the username of an administrator.",
            self._password: "" if password else "Type the password that belongs to it.",
        }
        first = next((field for field, sentence in wrong.items() if sentence), None)
        for field, sentence in wrong.items():
            field.show_error(sentence, take_focus=field is first)
        if first is None:
            self.restore_asked.emit(RestoreAsked(file, username, password))
