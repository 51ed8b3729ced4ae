"""The first start: names the library, makes its administrator, and then shows the recovery code once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from patrondesk.ui.screens.signin.asked import FirstStartAsked
from patrondesk.ui.screens.signin.frame import Framed
from patrondesk.ui.screens.signin.kept_code import KeptCode
from patrondesk.ui.shell import buttons, fonts, forms


class FirstStartPage(Framed):
    """Asks for a library and its administrator; `show_recovery_code` then turns the card over."""

    creation_asked = Signal(object)
    """Carries a FirstStartAsked."""
    other_file_asked = Signal()
    restore_asked = Signal()
    finished = Signal()
    """The recovery code was kept; go on to the window."""

    def __init__(self, shortest_password: int = 8, parent: QWidget | None = None) -> None:
        super().__init__("Start a library", parent)
        self.setObjectName("first_start_page")
        self.say_below_name("A new library on this computer")
        self._shortest = shortest_password
        self._library_name = ""
        self._asking = QWidget()
        self._kept = KeptCode(
            "If the password is ever forgotten, this code lets you set a new one. "
            "**It is shown only now.** Print it, and keep it where the keys are kept.",
            "first",
        )
        self._kept.finished.connect(self.finished)
        self._kept.measured.connect(self.keep_room)
        self._build_asking()
        self.card.inside.addWidget(self._asking)
        self.card.inside.addWidget(self._kept)
        self._kept.hide()
        other = buttons.button("Open a library file that is there already...", "link", name="first_other_file")
        other.set_size(fonts.LABEL)
        other.clicked.connect(self.other_file_asked)
        self._other = other
        self.below.addWidget(other, 0, Qt.AlignmentFlag.AlignHCenter)
        self._restore = buttons.button("Restore a backup of the library that was here...", "link", name="first_restore")
        self._restore.set_size(fonts.LABEL)
        self._restore.clicked.connect(self.restore_asked)
        self.below.addWidget(self._restore, 0, Qt.AlignmentFlag.AlignHCenter)
        self._restore.hide()
        self.add_appearance()

    def offer_backups(self, there: bool) -> None:
        """Whether backups lie where the library would be: then somebody has lost it rather than never had it."""
        self._restore.setVisible(there)

    def _build_asking(self) -> None:
        column = QVBoxLayout(self._asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._library = forms.Field("Name of the library", forms.line("Riverbank Secondary School Library"), "first_library")
        self._username = forms.Field(
            "Your username", forms.line(), "first_username", hint="You become the administrator, who may do everything."
        )
        self._password = forms.secret_field(
            "Password", "first_password", f"At least {self._shortest} characters. A sentence is easy to remember."
        )
        self._again = forms.secret_field("The password once more", "first_password_again")
        for field in (self._library, self._username, self._password, self._again):
            column.addWidget(field)
        self._create = buttons.button("Start the library", "main", name="first_create")
        column.addSpacing(4)
        column.addWidget(self._create)
        self._create.clicked.connect(self._on_create)
        control = self._again.control
        if isinstance(control, QLineEdit):
            control.returnPressed.connect(self._on_create)

    def start(self) -> None:
        """Begins with the library's name."""
        self._library.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, busy: bool) -> None:
        """While the library is made, nothing can be asked twice."""
        self._create.setEnabled(not busy)

    def show_refusal(self, sentence: str) -> None:
        """Says why the library was not made."""
        self._create.setEnabled(True)
        self._again.show_error(sentence, take_focus=False)

    def show_recovery_code(self, code: str) -> None:
        """Turns the card over: the library is made, this is the administrator's code."""
        self.heading.setText("Keep this code")
        self._asking.hide()
        self._other.hide()
        self._restore.hide()
        self._kept.show()
        for field in (self._password, self._again):
            if isinstance(field.control, QLineEdit):
                field.control.clear()
        self._kept.show_code(code, self._library_name)

    @Slot()
    def _on_create(self) -> None:
        if not self._create.isEnabled():
            return
        library, username = forms.typed(self._library).strip(), forms.typed(self._username).strip()
        password, again = forms.typed(self._password), forms.typed(self._again)
        wrong = {
            self._library: "" if library else "Give the library a name, such as Riverbank Library.",
            self._username: "" if username and " " not in username else "Choose a username without spaces, such as mokafor.",
            self._password: "" if len(password) >= self._shortest else f"Choose at least {self._shortest} characters.",
            self._again: "" if password == again else "The two passwords differ. Type the same one twice.",
        }
        first = next((field for field, sentence in wrong.items() if sentence), None)
        for field, sentence in wrong.items():
            field.show_error(sentence, take_focus=field is first)
        if first is None:
            self._library_name = library
            self.creation_asked.emit(FirstStartAsked(library, username, password))
