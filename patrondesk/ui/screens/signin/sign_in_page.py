"""The sign-in page: which library and file, username, password, and what a refused try says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk.ui.screens.signin.asked import SignInAsked
from patrondesk.ui.screens.signin.frame import Framed
from patrondesk.ui.shell import buttons, fonts, forms, text


class SignInPage(Framed):
    """Says who wants in; the answer comes back through `show_refusal`, or the page is taken away."""

    sign_in_asked = Signal(object)
    """Carries a SignInAsked."""
    other_file_asked = Signal()
    forgotten_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sign in", parent)
        self.setObjectName("signin_page")
        self._wait = QTimer(self)
        self._wait.setInterval(1000)
        self._left = 0
        self._refusal = ""
        self._places = QComboBox()
        self._places_field = forms.Field("Library", self._places, "signin_library")
        self._username = forms.line()
        self._username.setInputMethodHints(Qt.InputMethodHint.ImhNoAutoUppercase | Qt.InputMethodHint.ImhNoPredictiveText)
        self._username_field = forms.Field("Username", self._username, "signin_username")
        self._password_field = forms.secret_field("Password", "signin_password")
        self._button = buttons.button("Sign in", "main", name="signin_button")
        self._forgotten = buttons.button("I have forgotten my password", "quiet", name="signin_forgotten")
        for widget in (self._places_field, self._username_field, self._password_field, self._button, self._forgotten):
            self.card.inside.addWidget(widget)
        self._places_field.hide()
        self._file = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        other = buttons.button("Open another...", "link", name="signin_other_file", spoken="Open another library file")
        other.set_size(fonts.LABEL)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(text.IconLabel("database", 14))
        row.addWidget(self._file)
        row.addWidget(other)
        row.addStretch(1)
        self.below.addLayout(row)
        self.add_appearance()
        other.clicked.connect(self.other_file_asked)
        self._connect()

    @property
    def _password(self) -> QLineEdit:
        control = self._password_field.control
        assert isinstance(control, QLineEdit)
        return control

    def _connect(self) -> None:
        self._button.clicked.connect(self._on_asked)
        self._password.returnPressed.connect(self._on_asked)
        self._username.returnPressed.connect(self._on_username_entered)
        self._forgotten.clicked.connect(self.forgotten_asked)
        self._wait.timeout.connect(self._on_second)

    def show_library(self, name: str, file_sentence: str, username: str = "") -> None:
        """The library's name, such as "Library file: Riverbank.patrondesk on this PC", and who signed in last."""
        self.say_below_name(name)
        self._file.setText(file_sentence)
        self._username.setText(username)
        (self._password if username else self._username).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_libraries(self, every: Sequence[tuple[str, str]], chosen: str) -> None:
        """Of a database of several libraries, (short name, name) each: the person chooses where. A district person need not."""
        self._places.clear()
        self._places.addItem("Every library I work at", "")
        for short, name in every:
            self._places.addItem(name, short)
        self._places.setCurrentIndex(max(0, self._places.findData(chosen)))
        self._places_field.setVisible(len(every) > 1)

    @property
    def library(self) -> str:
        """The short name of the library that is chosen; empty for none in particular."""
        return "" if self._places_field.isHidden() else str(self._places.currentData() or "")

    def show_busy(self, busy: bool) -> None:
        """While the password is checked, nothing can be asked twice."""
        self._button.setEnabled(not busy and not self._left)

    def show_refusal(self, sentence: str, wait_seconds: int = 0) -> None:
        """Says why not, below the password. With `wait_seconds` the button rests and the sentence counts down."""
        self._refusal, self._left = sentence, wait_seconds
        self._password.clear()
        self._button.setEnabled(wait_seconds == 0)
        if wait_seconds:
            self._wait.start()
        self._password_field.show_error(self._worded())

    def _worded(self) -> str:
        if not self._left:
            return self._refusal
        return f"{self._refusal} Try again in {self._left} second{'' if self._left == 1 else 's'}."

    @Slot()
    def _on_second(self) -> None:
        self._left = max(0, self._left - 1)
        if not self._left:
            self._wait.stop()
            self._button.setEnabled(True)
        self._password_field.show_error(self._worded(), take_focus=False)

    @Slot()
    def _on_username_entered(self) -> None:
        self._password.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_asked(self) -> None:
        if not self._button.isEnabled():
            return
        username = self._username.text().strip()
        self._username_field.show_error("" if username else "Type your username.")
        if not username:
            return
        if not self._password.text():
            self._password_field.show_error("Type your password.")
            return
        self._password_field.show_error("")
        self.sign_in_asked.emit(SignInAsked(username, self._password.text(), self.library))
