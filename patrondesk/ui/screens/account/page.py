"""My account: the person's own loans, fines, reservations and data, their password, and where they sign in by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from patrondesk.records.staff import MyAccount, MyFine, MyLoan, MyReservation, TokenLine
from patrondesk.services import keychain, my_account, standing_in, tokens
from patrondesk.services.office import Office
from patrondesk.ui.screens.account import words
from patrondesk.ui.screens.account.password_dialog import PasswordDialog
from patrondesk.ui.shell import banner, buttons, cards, dialogs, errors, focus, fonts, text, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.columns import RIGHT, Column
from patrondesk.ui.shell.list_card import ListCard
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_TITLE = "My account"


@dataclass(frozen=True, slots=True)
class _View:
    """All that the page shows, read at once."""

    mine: MyAccount
    tokens: list[TokenLine]
    keyring: bool
    here: bool


class AccountPage(Page):
    """Call `refresh()` when it is shown. `alone`: there is no other page, and so no way back."""

    back_asked = Signal()
    by_itself_changed = Signal(bool)
    """Whether this computer keeps a key for this library from now on."""

    def __init__(
        self, office: Office, runner: Runner, changes: Changes, alone: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("account_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._runner, self._changes = office, runner, changes
        self._view: _View | None = None
        self._told: banner.Banner | None = None
        self._currency = "USD"
        self._build(alone)
        changes.changed.connect(self._on_change)
        does: dict[str, Callable[[], object]] = {"read": self.refresh}
        if not alone:
            does["back"] = self.back_asked.emit
        self.offer_commands(does)

    # ------------------------------------------------------------------ building

    def _build(self, alone: bool) -> None:
        self._head = cards.PageHead(_TITLE)
        self.download = buttons.button("Download my data...", icon="download", name="account_download")
        self.password = buttons.button("Change my password...", icon="key", name="account_password")
        self.back = buttons.button("Back", icon="back", name="account_back")
        for button in (self.download, self.password, *(() if alone else (self.back,))):
            self._head.at_right.addWidget(button)
        if alone:
            self.back.setParent(self)
            self.back.hide()
        loans: list[Column[MyLoan]] = [
            Column("Title", lambda r: r.title, 0, second=lambda r: r.barcode, tip=lambda r: r.title),
            Column("Borrowed", lambda r: words.day(r.checked_out), 130),
            Column("Due", lambda r: words.day(r.due_on), 130, second=lambda r: "Overdue" if r.overdue else ""),
        ]
        fines: list[Column[MyFine]] = [
            Column("For", lambda r: r.type, 0, second=lambda r: r.title or "", tip=lambda r: r.title or r.type),
            Column("Charged", lambda r: words.day(r.charged_on), 130, second=words.state),
            Column("Amount", lambda r: words.amount(r.amount, self._currency), 100, RIGHT),
            Column("Left", lambda r: words.amount(r.balance, self._currency), 100, RIGHT),
        ]
        reservations: list[Column[MyReservation]] = [
            Column("Title", lambda r: r.title, 0, tip=lambda r: r.title),
            Column("Requested", lambda r: words.day(r.requested_on), 130),
            Column("State", words.waiting, 150, second=lambda r: f"until {words.day(r.expires_on)}" if r.expires_on else ""),
        ]
        computers: list[Column[TokenLine]] = [
            Column("Where", lambda r: r.label, 0, second=words.purpose, tip=lambda r: r.label),
            Column("Last used", lambda r: words.moment(r.last_used_at), 130),
            Column("Ends", lambda r: words.moment(r.expires_at), 130, second=lambda r: "unless it is used"),
        ]
        self.loans = ListCard("On loan", loans, "account_loans", "Nothing is on loan.", least={0: 220}, fold=(1,))
        self.fines = ListCard("Fines", fines, "account_fines", "Nothing is owed.", least={0: 200}, fold=(1,))
        self.reservations = ListCard("Reservations", reservations, "account_reservations", "Nothing is reserved.", least={0: 220})
        nothing = "You sign in with your password everywhere."
        self.computers = ListCard("Signing in by itself", computers, "account_tokens", nothing, least={0: 200}, fold=(1,))
        self.end = self.computers.add_action(buttons.button("End there", "quiet", name="account_end_token"))
        self.here = self.computers.add_action(buttons.button("", "quiet", name="account_by_itself"))
        self._facts = cards.Card("Personal data")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._facts.inside.addLayout(self._grid)
        self._facts.inside.addWidget(
            text.Sentence("Something is wrong? The library can change it for you.", fonts.LABEL, "text2")
        )
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (self.loans, self.reservations, self.fines, self._facts, self.computers):
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
        self._area = area
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        self._whole.addWidget(self._head)
        self._whole.addWidget(area, 1)
        self.back.clicked.connect(self.back_asked)
        self.password.clicked.connect(self._on_password)
        self.download.clicked.connect(self._on_download)
        self.here.clicked.connect(self._on_here)
        self.end.clicked.connect(self._on_end)
        self.computers.table.selectionModel().selectionChanged.connect(self._show_actions)

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Reads everything again."""
        office = self._office

        def read() -> _View:
            keyring = keychain.keeps_secrets()
            here = keyring and standing_in.find_remembered_here(office)
            return _View(my_account.read_my_account(office), tokens.list_my_tokens(office), keyring, here)

        self._runner.ask("account", read, self._on_read, self._on_failed)

    def _on_read(self, view: _View) -> None:
        self._view, mine = view, view.mine
        self._currency = mine.currency
        self._head.say(words.heading(mine))
        self.loans.show_rows(mine.loans)
        self.fines.show_rows(mine.fines)
        self.reservations.show_rows(mine.reservations)
        self.computers.show_rows(view.tokens)
        self._show_facts(mine.facts)
        said = "No longer by itself on this computer" if view.here else "By itself on this computer"
        self.here.setText(said)
        self.here.setAccessibleName(f"Sign in {said[0].lower()}{said[1:]}" if not view.here else said)
        self._show_actions()

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, value) in enumerate(facts):
            self._grid.addWidget(text.label(label, fonts.LABEL, fonts.REGULAR, "text2"), row, 0, Qt.AlignmentFlag.AlignTop)
            said = text.Sentence(value)
            said.setAccessibleName(f"{label}: {value}")
            self._grid.addWidget(said, row, 1)

    @Slot()
    def _show_actions(self) -> None:
        view = self._view
        none = keychain.NONE if view is not None and not view.keyring else ""
        offer(self.here, none, "The system's keyring keeps a key for it, and the library only its print.")
        offer(self.end, "" if self.computers.current() is not None else "Nothing is to be ended")
        self.end.setVisible(bool(view is not None and view.tokens))

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if self.isVisible() and change.touches("patrons", "loans", "fines", "reservations", "staff"):
            self.refresh()

    # ------------------------------------------------------------------ doing

    @Slot()
    def _on_password(self) -> None:
        dialog = PasswordDialog(self, self._office, self._runner)
        dialog.done_with.connect(lambda _: self._done("Your password is changed."))
        dialog.open()

    @Slot()
    def _on_download(self) -> None:
        from patrondesk.services import my_data

        actor = self._office.actor
        assert actor is not None
        name = my_data.file_name(actor.username, self._office.clock.real_today())
        chooser = QFileDialog(self, "Download my data", str(Path.home() / name))
        chooser.setObjectName("account_save_dialog")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilters(["JSON (*.json)", "Spreadsheet (*.xlsx)", "Page to read (*.html)"])
        chooser.setDefaultSuffix("json")
        chooser.selectFile(name)
        chooser.fileSelected.connect(self._save)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    @Slot(str)
    def _save(self, path: str) -> None:
        from patrondesk.services import my_data

        office = self._office
        self._runner.do(
            lambda: my_data.download_my_data(office, Path(path)),
            lambda done: self._tell(banner.Banner("done", "Your data is saved.", str(done.path))),
            self._on_failed,
        )

    @Slot()
    def _on_here(self) -> None:
        office, view = self._office, self._view
        if view is None:
            return
        if view.here:
            self._runner.do(
                lambda: standing_in.forget_here(office), lambda _: self._on_by_itself(False), self._on_failed
            )  # fmt: skip
            return
        asked = dialogs.ask(
            self, "Sign in by itself", "Sign in by itself on this computer?",
            "Whoever uses this computer under your name is signed in as you. It ends after 90 days without use.",
            "Sign in by itself", name="by_itself_dialog",
        )  # fmt: skip
        asked.accepted.connect(
            lambda: self._runner.do(
                lambda: standing_in.remember_here(office), lambda _: self._on_by_itself(True), self._on_failed
            )
        )
        asked.open()

    def _on_by_itself(self, yes: bool) -> None:
        self.by_itself_changed.emit(yes)
        asks = "From now on this computer asks for your password."
        self._done("From the next start on this computer signs you in." if yes else asks)

    @Slot()
    def _on_end(self) -> None:
        line, office = self.computers.current(), self._office
        if isinstance(line, TokenLine):
            self._runner.do(
                lambda: tokens.revoke_mine(office, line.id),
                lambda _: self._done(f"{line.label} asks for your password from now on."), self._on_failed,
            )  # fmt: skip

    def _done(self, said: str) -> None:
        self._tell(banner.Banner("done", said))
        self._changes.tell("staff", initiator=self)
        self.refresh()

    # ------------------------------------------------------------------ as every page

    def regions(self) -> Sequence[Region]:
        head = Region(self._head, (self.download, self.password, self.back))
        lists = (self.loans, self.reservations, self.fines, self.computers)
        return (head, *(Region(card, card.stops) for card in lists))

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
            focus.after(self.password, told, told.close_button)
