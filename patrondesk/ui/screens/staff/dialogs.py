"""The dialogs of the staff page: an account, a role for it, its password, a recovery code, a role's rights."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from patrondesk.records.staff import PERMISSION_WORDS, MyLibrary, Permission, RoleLine, StaffLine
from patrondesk.services import passwords, roles, staff
from patrondesk.services.office import Office
from patrondesk.ui.screens.staff import words
from patrondesk.ui.shell import buttons, cards, dialogs, fonts, forms, text
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.working_dialog import WorkingDialog

_INDENT = 28
"""Below a box, where its words begin."""


class _Secrets:
    """A new password typed twice."""

    def __init__(self, name: str) -> None:
        hint = f"At least {passwords.SHORTEST} characters; three or four words are good."
        self.first = forms.secret_field("New password", f"{name}_password", hint)
        self.again = forms.secret_field("The same password again", f"{name}_again")

    def checked(self, others: dict[forms.Field, str]) -> str | None:
        """The password, or None after every field has said what is wrong with it; `others` come before it."""
        typed, again = forms.typed(self.first), forms.typed(self.again)
        short = len(typed.strip()) < passwords.SHORTEST
        wrong = others | {
            self.first: f"Choose at least {passwords.SHORTEST} characters." if short else "",
            self.again: "" if typed == again else "The two passwords differ. Type the same one twice.",
        }
        first = next((field for field, sentence in wrong.items() if sentence), None)
        for field, sentence in wrong.items():
            field.show_error(sentence, take_focus=field is first)
        return typed if first is None else None


class _RoleChoice:
    """Which role, of those that one may give; and of the district role, where."""

    def __init__(self, name: str, office: Office, known: Sequence[RoleLine], places: Sequence[MyLibrary], now: str) -> None:
        assert office.actor is not None
        self.combo = QComboBox()
        given = [role for role in known if role.permissions <= office.actor.permissions]
        for role in given:
            self.combo.addItem(role.name, role.code)
        self.combo.setCurrentIndex(max(0, self.combo.findData(now)))
        self.field = forms.Field("Role", self.combo, f"{name}_role")
        self._rights = {role.code: f"May do: {words.rights(role)}." if role.permissions else "Sees My account only."
                        for role in given}  # fmt: skip
        self._said = text.Sentence("", fonts.LABEL, "text2")
        self._boxes: dict[str, buttons.CheckBox] = {}
        self.places = QWidget()
        column = QVBoxLayout(self.places)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(text.Sentence("Works at these libraries; at every one where none is ticked.", fonts.LABEL, "text2"))
        for place in places if len(places) > 1 else ():
            box = buttons.CheckBox(place.name)
            box.setObjectName(f"{name}_library_{place.short_name}")
            box.setAccessibleName(f"Works at {place.name}")
            self._boxes[place.short_name] = box
            column.addWidget(box)
        self.combo.currentIndexChanged.connect(self.show_chosen)

    def put_into(self, body: QVBoxLayout) -> None:
        """The controls, one below the other."""
        for widget in (self.field, self._said, self.places):
            body.addWidget(widget)
        self.show_chosen()

    def show_chosen(self, _index: int = 0) -> None:
        """Says what the role may do."""
        self._said.say(self._rights.get(self.code, ""))
        self.places.setVisible(self.code == "district" and bool(self._boxes))

    def tick(self, libraries: Sequence[str]) -> None:
        """Ticks where somebody works now."""
        for short, box in self._boxes.items():
            box.setChecked(short in libraries)

    @property
    def code(self) -> str:
        """The role."""
        return str(self.combo.currentData() or "")

    @property
    def libraries(self) -> tuple[str, ...]:
        """Where, for the district role."""
        return tuple(short for short, box in self._boxes.items() if box.isChecked()) if self.code == "district" else ()


class AddDialog(WorkingDialog):
    """An account, for a patron who is there or for a new person."""

    def __init__(
        self, parent: QWidget, office: Office, runner: Runner, known: Sequence[RoleLine], places: Sequence[MyLibrary]
    ) -> None:
        super().__init__(parent, runner, "Give an account", dialogs.MIDDLE, "staff_add", "Give the account")
        self._office = office
        self._username = forms.Field(
            "Username", forms.line(), "staff_add_username", hint="Of a patron who is there, or of a new person."
        )
        self._name = forms.Field("Name", forms.line("Family, Given"), "staff_add_name", hint="Of a new person only.")
        self._role = _RoleChoice("staff_add", office, known, places, "reader")
        self._secrets = _Secrets("staff_add")
        self.body.addWidget(self._username)
        self.body.addWidget(self._name)
        self._role.put_into(self.body)
        self.body.addWidget(self._secrets.first)
        self.body.addWidget(self._secrets.again)
        self.put_foot()
        self._username.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_accept(self) -> None:
        office, username, name = self._office, forms.typed(self._username).strip(), forms.typed(self._name).strip()
        password = self._secrets.checked({self._username: "" if username else "Type a username."})
        role, libraries = self._role.code, self._role.libraries
        if password is not None:
            self.work(lambda: staff.add_staff(office, username, role, password, name=name or None, libraries=libraries))


class RoleDialog(WorkingDialog):
    """Another role for an account."""

    def __init__(
        self, parent: QWidget, office: Office, runner: Runner, line: StaffLine, known: Sequence[RoleLine],
        places: Sequence[MyLibrary],
    ) -> None:  # fmt: skip
        super().__init__(parent, runner, "Role", dialogs.NARROW, "staff_role", "Give the role")
        self._office, self._line = office, line
        self.question(f"Which role is {text.isolated(line.name)} to have?")
        self._role = _RoleChoice("staff_role", office, known, places, line.role)
        self._role.tick(line.libraries)
        self._role.put_into(self.body)
        self.put_foot()
        self._role.combo.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_accept(self) -> None:
        office, patron, code, libraries = self._office, self._line.patron_id, self._role.code, self._role.libraries
        self.work(lambda: staff.change_role(office, patron, code, libraries))


class PasswordDialog(WorkingDialog):
    """A password for somebody else."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, line: StaffLine) -> None:
        super().__init__(parent, runner, "Password", dialogs.NARROW, "staff_password", "Set the password")
        self._office, self._line = office, line
        self.question(f"A new password for {text.isolated(line.name)}")
        self._secrets = _Secrets("staff_password")
        self.body.addWidget(self._secrets.first)
        self.body.addWidget(self._secrets.again)
        said = "Tell it in person. Computers that sign in by themselves ask for it from now on."
        self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        self.put_foot()
        self._secrets.first.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_accept(self) -> None:
        password = self._secrets.checked({})
        if password is not None:
            office, patron = self._office, self._line.patron_id
            self.work(lambda: staff.set_password(office, patron, password))


def code_dialog(parent: QWidget, line: StaffLine, code: str) -> dialogs.Dialog:
    """Shows a recovery code this once; not yet open."""
    dialog = dialogs.Dialog(parent, "Recovery code", dialogs.NARROW, "staff_code_dialog")
    dialog.question(f"The new recovery code of {text.isolated(line.name)}")
    said = "With it a forgotten password is set anew, once. Print it and lock it away; it is not shown again."
    dialog.body.addWidget(text.Sentence(said))
    panel = cards.Card("", "raised")
    shown = text.label(code, fonts.QUESTION, fonts.SEMIBOLD)
    shown.setObjectName("staff_code")
    shown.setAccessibleName(f"Recovery code: {' '.join(code)}")
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
    panel.inside.addWidget(shown)
    dialog.body.addWidget(panel)
    close = dialog.add_decision(buttons.button("I have kept it", "main", name="staff_code_close"))
    close.clicked.connect(dialog.accept)
    close.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


class RoleEditor(WorkingDialog):
    """A role's name and its rights, one box with a sentence each. Without `role` it makes one."""

    def __init__(self, parent: QWidget, office: Office, runner: Runner, role: RoleLine | None) -> None:
        made = "Make the role" if role is None else "Save"
        super().__init__(parent, runner, "Role", dialogs.MIDDLE, "role_editor", made)
        assert office.actor is not None
        self._office, self._role = office, role
        self.question("A new role" if role is None else f"What may {role.name} do?")
        if role is not None and role.people:
            who = "1 person has" if role.people == 1 else f"{role.people} people have"
            self.body.addWidget(text.Sentence(f"{who} it. They see the change when they sign in again.", fonts.LABEL, "text2"))
        self._name = forms.Field("Name", forms.line("Student helper"), "role_name")
        control = self._name.control
        assert isinstance(control, QLineEdit)
        control.setText(role.name if role is not None else "")
        self.body.addWidget(self._name)
        granted = role.permissions if role is not None else frozenset()
        fixed = role.fixed if role is not None else ""
        if fixed:
            self.body.addWidget(text.Sentence(fixed, fonts.LABEL, "text2"))
        own = role is not None and role.code == office.actor.role
        self._boxes: dict[Permission, buttons.CheckBox] = {}
        for permission, (label, sentence) in PERMISSION_WORDS.items():
            box = buttons.CheckBox(label)
            box.setObjectName(f"role_right_{permission.value}")
            box.setAccessibleName(label)
            box.setChecked(permission in granted)
            why = fixed
            if not why and permission not in office.actor.permissions:
                why = "You do not have this right yourself."
            if not why and own and permission in granted:
                why = "You cannot take rights from your own role."
            offer(box, why, sentence)
            if why:
                box.setAccessibleDescription(f"{sentence} {why}")
            self._boxes[permission] = box
            self.body.addWidget(box)
            below = QHBoxLayout()
            below.addSpacing(_INDENT)
            below.addWidget(text.Sentence(sentence, fonts.SMALL, "text2"), 1)
            self.body.addLayout(below)
        self.body.setSpacing(6)
        self.put_foot()
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_accept(self) -> None:
        office, role, name = self._office, self._role, forms.typed(self._name).strip()
        self._name.show_error("" if name else "A role needs a name.")
        if not name:
            return
        chosen = frozenset(permission for permission, box in self._boxes.items() if box.isChecked())

        def save() -> str:
            if role is None:
                return roles.add_role(office, name, chosen)
            if name != role.name:
                roles.rename_role(office, role.code, name)
            if chosen != role.permissions:
                roles.change_role_set(office, role.code, chosen)
            return role.code

        self.work(save)
