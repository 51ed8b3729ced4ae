"""A forgotten password: asks for the printed code and a new password, then shows the next code."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from patrondesk.ui.screens.signin.asked import RecoveryAsked
from patrondesk.ui.screens.signin.frame import Framed
from patrondesk.ui.screens.signin.kept_code import KeptCode
from patrondesk.ui.shell import buttons, forms


class RecoveryPage(Framed):
    """`recovery_asked` carries a RecoveryAsked; `show_recovery_code` turns the card over when it was right."""

    recovery_asked = Signal(object)
    back_asked = Signal()
    finished = Signal()

    def __init__(self, shortest_password: int, parent: QWidget | None = None) -> None:
        super().__init__("Set a new password", parent)
        self.setObjectName("recovery_page")
        self.say_below_name("With the recovery code that was printed at the first start")
        self._shortest = shortest_password
        self._username = forms.Field("Username", forms.line(), "recovery_username")
        self._code = forms.Field("Recovery code", forms.line(), "recovery_code", hint="Four groups of five letters and figures")
        self._password = forms.secret_field("New password", "recovery_password")
        self._again = forms.secret_field("The same password again", "recovery_again")
        self._set = buttons.button("Set the password", "main", name="recovery_set")
        back = buttons.button("Back to signing in", "quiet", name="recovery_back")
        self._asking = QWidget()
        column = QVBoxLayout(self._asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self._username, self._code, self._password, self._again, self._set, back):
            column.addWidget(widget)
        self._kept = KeptCode("The password is set. The old code is used up; **this new one is shown only now.**", "recovery")
        self.card.inside.addWidget(self._asking)
        self.card.inside.addWidget(self._kept)
        self._kept.hide()
        self.add_appearance()
        self._set.clicked.connect(self._on_set)
        back.clicked.connect(self.back_asked)
        self._kept.finished.connect(self.finished)
        self._kept.measured.connect(self.keep_room)
        if isinstance(self._again.control, QLineEdit):
            self._again.control.returnPressed.connect(self._on_set)

    def start(self, username: str) -> None:
        """Begins with the username that was typed already."""
        control = self._username.control
        assert isinstance(control, QLineEdit)
        control.setText(username)
        (self._code.control if username else control).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, busy: bool) -> None:
        """While the code is checked, nothing can be asked twice."""
        self._set.setEnabled(not busy)

    def show_refusal(self, sentence: str) -> None:
        """Says why the password was not set."""
        self._set.setEnabled(True)
        self._code.show_error(sentence)

    def show_recovery_code(self, code: str) -> None:
        """Turns the card over."""
        self.heading.setText("Keep this code")
        self._kept.show_code(code)
        self._asking.hide()
        self._kept.show()
        for field in (self._password, self._again, self._code):
            if isinstance(field.control, QLineEdit):
                field.control.clear()

    @Slot()
    def _on_set(self) -> None:
        if not self._set.isEnabled():
            return
        username, code = forms.typed(self._username).strip(), forms.typed(self._code).strip()
        password, again = forms.typed(self._password), forms.typed(self._again)
        wrong = {
            self._username: "" if username else "Type your username.",
            self._code: "" if code else "Type the code from the printed sheet.",
            self._password: "" if len(password) >= self._shortest else f"Choose at least {self._shortest} characters.",
            self._again: "" if password == again else "The two passwords differ. Type the same one twice.",
        }
        first = next((field for field, sentence in wrong.items() if sentence), None)
        for field, sentence in wrong.items():
            field.show_error(sentence, take_focus=field is first)
        if first is None:
            self.recovery_asked.emit(RecoveryAsked(username, code, password))
