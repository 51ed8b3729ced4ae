"""Staff and roles: who may sign in, what each role may do, and where somebody signs in without the password."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from patrondesk.records.ids import PatronId
from patrondesk.records.staff import MyLibrary, Permission, RoleLine, StaffLine, TokenLine
from patrondesk.services import libraries, roles, staff, tokens
from patrondesk.services.office import Office
from patrondesk.ui.screens.staff import words
from patrondesk.ui.screens.staff.dialogs import AddDialog, PasswordDialog, RoleDialog, RoleEditor, code_dialog
from patrondesk.ui.shell import banner, buttons, cards, dialogs, empty, errors, focus, printing, text, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.list_card import ListCard
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_TITLE = "Staff and roles"
_NOBODY = "No account is chosen"
_BEYOND = "This account has rights that you do not have. Ask an administrator."
_PEOPLE: tuple[Column[StaffLine], ...] = (
    Column("Name", lambda r: r.name, 0, second=lambda r: r.username, tip=lambda r: r.name, link=True),
    Column("Role", lambda r: r.role_name, 180, second=words.where, tip=words.where),
    Column("State", lambda r: words.state(r).text, 140, chip=words.state),
    Column("Last signed in", words.last, 130),
)
_ROLES: tuple[Column[RoleLine], ...] = (
    Column("Role", lambda r: r.name, 190, second=lambda r: r.code, link=True),
    Column("May do", words.rights, 0, tip=words.every_right),
    Column("People", lambda r: f"{r.people:,}", 80, RIGHT),
)
_TOKENS: tuple[Column[TokenLine], ...] = (
    Column("Who", lambda r: r.name, 0, second=lambda r: r.username, tip=lambda r: r.name),
    Column("Where", lambda r: r.label, 200, second=words.purpose, tip=lambda r: r.label),
    Column("Last used", words.token_used, 120),
    Column("Ends", words.token_ends, 120, second=lambda _: "unless it is used"),
)


@dataclass(frozen=True, slots=True)
class _View:
    """All that the page shows, read at once."""

    people: list[StaffLine]
    roles: list[RoleLine]
    tokens: list[TokenLine]
    places: list[MyLibrary]
    several: bool


class StaffPage(Page):
    """Call `refresh()` when it is shown."""

    back_asked = Signal()
    patron_chosen = Signal(object)

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("staff_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        assert office.actor is not None
        self._office, self._runner, self._changes, self._actor = office, runner, changes, office.actor
        self._may_not = missing_right(office.actor, Permission.MANAGE_STAFF, "manage staff")
        self._view: _View | None = None
        self._told: banner.Banner | None = None
        self._build()
        changes.changed.connect(self._on_change)
        self.offer_commands({"back": self.back_asked.emit, "read": self.refresh, "print": self.print_page})

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self._head = cards.PageHead(_TITLE)
        self.back = buttons.button("Back", icon="back", name="staff_back")
        self._head.at_right.addWidget(self.back)
        self.people = ListCard("Accounts", _PEOPLE, "staff_table", "Nobody can sign in.", least={0: 210}, fold=(3,), most=8)
        self.roles = ListCard("Roles", _ROLES, "roles_table", "There is no role.", least={0: 120, 1: 220}, most=8)
        nothing = "Everybody signs in with the password."
        self.tokens = ListCard("Signing in by itself", _TOKENS, "staff_tokens", nothing, least={0: 200}, fold=(2,), most=5)
        self.role = self._action(self.people, "Role...", "staff_role", "Give the account another role...", self._on_role)
        self.password = self._action(self.people, "Password...", "staff_password", "Set the password...", self._on_password)
        self.code = self._action(self.people, "Recovery code...", "staff_code", "Make a new recovery code...", self._on_code)
        self.remove = self._action(self.people, "Remove...", "staff_remove", "Take the account away...", self._on_remove)
        self.add = self._action(self.people, "Give an account...", "staff_add", "Give an account...", self._on_add)
        self.change_role = self._action(self.roles, "Change...", "role_change", "Change the role...", self._on_change_role)
        self.remove_role = self._action(self.roles, "Remove...", "role_remove", "Remove the role...", self._on_remove_role)
        self.add_role = self._action(self.roles, "Make a role...", "role_add", "Make a role...", self._on_add_role)
        self.end = self._action(self.tokens, "End", "staff_token_end", "End signing in by itself there", self._on_end)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._refused = empty.Empty("You may not manage staff", self._may_not, sign="lock", token="text3")
        column.addWidget(self._refused)
        for card in (self.people, self.roles, self.tokens):
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        self._whole.addWidget(self._head)
        self._whole.addWidget(area, 1)
        self._refused.setVisible(bool(self._may_not))
        for card in (self.people, self.roles, self.tokens):
            card.setVisible(not self._may_not)
            card.table.selectionModel().selectionChanged.connect(self._show_actions)
        self.back.clicked.connect(self.back_asked)
        self.people.table.entered_cell.connect(self._on_person)
        self.roles.table.entered_cell.connect(lambda _: self._on_change_role())
        self._show_actions()

    def _action(self, card: ListCard, words: str, name: str, spoken: str, does: Callable[[], object]) -> buttons.Button:
        made = card.add_action(buttons.button(words, "quiet", name=name, spoken=spoken))
        made.clicked.connect(lambda: does())
        return made

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Reads everything again; nothing without the right to."""
        if self._may_not:
            self._head.say(self._may_not)
            return
        office = self._office

        def read() -> _View:
            places = libraries.list_my_libraries(office)
            return _View(
                staff.list_staff(office), roles.list_roles(office), tokens.list_tokens(office), places,
                len(libraries.find_libraries(office.database)) > 1,
            )  # fmt: skip

        self._runner.ask("staff", read, self._on_read, self._on_failed)

    def _on_read(self, view: _View) -> None:
        self._view = view
        self._head.say(words.heading(view.people, view.roles))
        self.people.show_rows(view.people)
        self.roles.show_rows(view.roles)
        self.tokens.show_rows(view.tokens)
        self._show_actions()

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if self.isVisible() and change.initiator is not self and change.touches("patrons", "staff"):
            self.refresh()

    @Slot()
    def _show_actions(self) -> None:
        """What can be done with the current account, role and token, and why not."""
        line, view = self.people.current(), self._view
        known = {role.code: role.permissions for role in view.roles} if view is not None else {}
        none = _NOBODY if not isinstance(line, StaffLine) else ""
        me = isinstance(line, StaffLine) and line.patron_id == self._actor.id
        strong = isinstance(line, StaffLine) and not known.get(line.role, frozenset()) <= self._actor.permissions
        beyond = _BEYOND if strong else ""
        offer(self.add, self._may_not)
        offer(self.role, self._may_not or none or ("You cannot change your own role" if me else beyond))
        offer(self.password, self._may_not or none or ("Your own password is changed in My account" if me else beyond))
        offer(self.code, self._may_not or none or beyond, "With it a forgotten password is set anew, once")
        offer(self.remove, self._may_not or none or ("You cannot remove your own role" if me else beyond),
              "The patron stays, without an account")  # fmt: skip
        role = self.roles.current()
        shared = self._shared()
        offer(self.add_role, self._may_not or shared)
        offer(self.change_role, self._may_not or shared or ("" if isinstance(role, RoleLine) else "No role is chosen"))
        offer(self.remove_role, self._may_not or shared or self._why_role_stays(role))
        self.end.setVisible(bool(view is not None and view.tokens))
        offer(self.end, self._may_not or ("" if self.tokens.current() is not None else "Nothing is chosen"))

    def _shared(self) -> str:
        if self._view is not None and self._view.several and self._actor.role != "district":
            return "Roles are shared by all libraries. Ask somebody with the district role."
        return ""

    def _why_role_stays(self, role: object) -> str:
        if not isinstance(role, RoleLine):
            return "No role is chosen"
        if role.ready_made:
            return "This role is always there"
        return "Somebody has this role. Give them another one first" if role.people else ""

    # ------------------------------------------------------------------ doing

    def _line(self) -> StaffLine | None:
        found = self.people.current()
        return found if isinstance(found, StaffLine) else None

    def _on_person(self, index: QModelIndex) -> None:
        line = self.people.rows.record(index.row())
        self.patron_chosen.emit(PatronId(line.patron_id))

    def _on_add(self) -> None:
        if self._view is not None:
            dialog = AddDialog(self, self._office, self._runner, self._view.roles, self._view.places)
            self._open(dialog, "The account is given.")

    def _on_role(self) -> None:
        line = self._line()
        if line is not None and self._view is not None:
            dialog = RoleDialog(self, self._office, self._runner, line, self._view.roles, self._view.places)
            self._open(dialog, f"{text.isolated(line.name)} has another role.")

    def _on_password(self) -> None:
        line = self._line()
        if line is not None:
            dialog = PasswordDialog(self, self._office, self._runner, line)
            self._open(dialog, f"The password of {text.isolated(line.name)} is set.")

    def _open(self, dialog: AddDialog | RoleDialog | PasswordDialog | RoleEditor, said: str) -> None:
        dialog.done_with.connect(lambda _: self._done(said))
        dialog.open()

    def _on_code(self) -> None:
        line, office = self._line(), self._office
        if line is None:
            return
        asked = dialogs.ask(
            self, "Recovery code", f"Make a new recovery code for {text.isolated(line.name)}?", "The former one is void then.",
            "Make the code", name="staff_code_ask",
        )  # fmt: skip
        patron = line.patron_id
        asked.accepted.connect(
            lambda: self._runner.do(
                lambda: staff.new_recovery_code(office, patron),
                lambda code: code_dialog(self, line, code).open(),
                self._on_failed,
            )
        )
        asked.open()

    def _on_remove(self) -> None:
        line, office = self._line(), self._office
        if line is None:
            return
        asked = dialogs.ask(
            self, "Remove the account", f"Take the account of {text.isolated(line.name)} away?",
            "Role and password go; the patron stays. Afterwards this patron can be deactivated and purged like anyone.",
            "Take it away", name="staff_remove_ask",
        )  # fmt: skip
        patron, said = line.patron_id, f"{text.isolated(line.name)} has no account any more."
        asked.accepted.connect(
            lambda: self._runner.do(lambda: staff.remove_role(office, patron), lambda _: self._done(said), self._on_failed)
        )
        asked.open()

    def _on_add_role(self) -> None:
        self._open(RoleEditor(self, self._office, self._runner, None), "The role is made.")

    def _on_change_role(self) -> None:
        role = self.roles.current()
        if isinstance(role, RoleLine) and self.change_role.isEnabled():
            self._open(RoleEditor(self, self._office, self._runner, role), "The role is saved.")

    def _on_remove_role(self) -> None:
        role, office = self.roles.current(), self._office
        if isinstance(role, RoleLine):
            code = role.code
            self._runner.do(
                lambda: roles.remove_role(office, code), lambda _: self._done(f"The role {role.name} is removed."),
                self._on_failed,
            )  # fmt: skip

    def _on_end(self) -> None:
        line, office = self.tokens.current(), self._office
        if isinstance(line, TokenLine):
            number, said = line.id, f"{line.label} asks for the password from now on."
            self._runner.do(lambda: tokens.revoke(office, number), lambda _: self._done(said), self._on_failed)

    def _done(self, said: str) -> None:
        self._tell(banner.Banner("done", said))
        self._changes.tell("staff", "patrons", initiator=self)
        self.refresh()

    # ------------------------------------------------------------------ as every page

    def regions(self) -> Sequence[Region]:
        head = Region(self._head, (self.back,))
        return (head, *(Region(card, card.stops) for card in (self.people, self.roles, self.tokens)))

    def printout(self) -> printing.Printout | None:
        if self._may_not:
            return None
        sheets = [printing.sheet(card.table) for card in (self.people, self.roles)]
        return printing.printout(self._office, _TITLE, self._head.accessibleDescription(), sheets)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 12)

    def _tell(self, told: banner.Banner | None) -> None:
        if self._told is not None:
            self._whole.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = told
        if told is not None:
            told.closed.connect(lambda: self._tell(None))
            self._whole.insertWidget(1, told)
            focus.after(self.back, told, told.close_button)
