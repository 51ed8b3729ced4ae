"""One's own password: the present one, and a new one typed twice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from patrondesk.errors import SignInRefused
from patrondesk.services import my_account, passwords
from patrondesk.services.office import Office
from patrondesk.ui.shell import dialogs, forms, text
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.working_dialog import WorkingDialog

_SAID = "Where you sign in by yourself on a computer, you have to sign in again."


class PasswordDialog(WorkingDialog):
    """`done_with` when it is changed."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner) -> None:
        super().__init__(parent, runner, "Change my password", dialogs.NARROW, "my_password", "Change the password")
        self._office = office
        self._present = forms.secret_field("Present password", "my_password_present")
        hint = f"At least {passwords.SHORTEST} characters; three or four words are good."
        self._new = forms.secret_field("New password", "my_password_new", hint)
        self._again = forms.secret_field("The same password again", "my_password_again")
        for field in (self._present, self._new, self._again):
            self.body.addWidget(field)
        self.body.addWidget(text.Sentence(_SAID, 13, "text2"))
        self.put_foot()
        self._present.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_accept(self) -> None:
        present, new, again = (forms.typed(field) for field in (self._present, self._new, self._again))
        short = len(new.strip()) < passwords.SHORTEST
        wrong = {
            self._present: "" if present else "Type your present password.",
            self._new: f"Choose at least {passwords.SHORTEST} characters." if short else "",
            self._again: "" if new == again else "The two passwords differ. Type the same one twice.",
        }
        first = next((field for field, sentence in wrong.items() if sentence), None)
        for field, sentence in wrong.items():
            field.show_error(sentence, take_focus=field is first)
        if first is None:
            office = self._office
            self.work(lambda: my_account.change_password(office, present, new))

    def _on_fault(self, fault: Exception) -> None:
        if isinstance(fault, SignInRefused) and not self._gone:
            self._set_busy(False)
            self._present.show_error(f"{fault.text} {fault.next_step}")
            return
        super()._on_fault(fault)
