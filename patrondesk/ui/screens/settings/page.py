"""The Library System Settings page: read and changed group by group; what a change does to stored data is asked first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.errors import DeskError
from patrondesk.records.desk import SettingLine
from patrondesk.records.staff import Permission
from patrondesk.services import policy
from patrondesk.services.office import Office
from patrondesk.ui.screens.settings.computer import Computer
from patrondesk.ui.screens.settings.lending import LendingRules
from patrondesk.ui.screens.settings.section import Section
from patrondesk.ui.shell import banner, buttons, cards, dialogs, errors, focus, text, theme, widths
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.leaving import LeavingDialog
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner

_WIDEST = 920


class _NotSaved(Exception):
    """One of several changes was refused; those before it are saved."""

    def __init__(self, key: str, fault: DeskError) -> None:
        super().__init__(key)
        self.key, self.fault = key, fault


class SettingsPage(Page):
    """Call `refresh()` when it is shown first. `unsaved` tells whether leaving it would lose something."""

    page_asked = Signal(str)
    """Another page: staff or account."""
    prefs_changed = Signal(str)
    """This computer's own: carries theme, text_size, compact or page_size. All but the last are in force already."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, prefs: Prefs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._office, self._runner, self._changes = office, runner, changes
        self._sections: dict[str, Section] = {}
        self._fault: banner.Banner | None = None
        self._head = cards.PageHead("Library System Settings")
        self._computer = Computer(prefs)
        may_not = missing_right(office.actor, Permission.SETTINGS, "change settings")
        self._lending = LendingRules(office, runner, changes, may_not)
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 12, 8)
        self._list.setSpacing(12)
        self._list.addWidget(self._lending)
        self._list.addWidget(self._computer)
        self._list.addStretch(1)
        self.staff = buttons.button("Staff and roles...", icon="staff", name="settings_staff")
        self.account = buttons.button("My account", icon="patron", name="settings_account")
        offer(self.staff, missing_right(office.actor, Permission.MANAGE_STAFF, "manage staff"))
        self.account.setToolTip("Your password, and where you sign in by yourself")
        for word, way in (("staff", self.staff), ("account", self.account)):
            self._head.at_right.addWidget(way)
            way.clicked.connect(lambda _=False, word=word: self.page_asked.emit(word))
        self._area = QScrollArea()
        self._area.setObjectName("settings_area")
        self._area.setProperty("ground", "window")
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        self._area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._area, 1)
        self._computer.prefs_changed.connect(self.prefs_changed)
        self._lending.failed.connect(self._on_failed)
        self.offer_commands({"save": self.save_section, "read": self.refresh})
        self.commands["save"].setEnabled(False)
        changes.changed.connect(self._on_change)
        theme.look().changed.connect(self._measure)

    @property
    def unsaved(self) -> bool:
        """Whether something is changed and not saved."""
        return any(section.changes for section in self._sections.values())

    def regions(self) -> Sequence[Region]:
        own = [Region(section, section.stops) for section in self._sections.values()]
        head = Region(self._head, (self.staff, self.account))
        return (head, *own, Region(self._lending, self._lending.stops), Region(self._computer, self._computer.stops))

    def save_section(self) -> None:
        """Saves the section one is in; elsewhere the first in which something is changed."""
        changed = [section for section in self._sections.values() if section.changes]
        focused: QWidget | None = self.window().focusWidget()
        here = [section for section in changed if focused is not None and section.isAncestorOf(focused)]
        for section in [*here, *changed][:1]:
            section.save.click()

    def _ask_to_leave(self, section: Section) -> None:
        """Escape in a section with changes: nothing that was typed goes without a word."""
        asked = LeavingDialog(self, section.group, len(section.changes))
        asked.save_asked.connect(section.save.click)
        asked.discard_asked.connect(section.cancel.click)
        asked.open()

    def refresh(self) -> None:
        """Reads everything again; what was changed and not saved is kept."""
        self._computer.show_prefs()
        self._lending.read()
        if not self.unsaved:
            self._runner.ask("settings_list", lambda: policy.list_settings(self._office), self._on_read, self._on_failed)

    def discard(self) -> None:
        """Takes every unsaved change back."""
        for section in self._sections.values():
            section.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        self._inside.setMaximumWidth(widths.scaled(_WIDEST))
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._drop_fault()

    def _may(self) -> bool:
        return self._office.actor is not None and self._office.actor.may(Permission.SETTINGS)

    def _on_change(self, change: Change) -> None:
        if change.touches("settings") and change.initiator is not self and self.isVisible():
            self.refresh()

    def _on_read(self, lines: list[SettingLine]) -> None:
        self._drop_fault()
        currency = next((line.value for line in lines if line.key == "currency"), "USD")
        groups = list(dict.fromkeys(line.group for line in lines))
        for place, group in enumerate(groups):
            own = [line for line in lines if line.group == group]
            if group in self._sections:
                self._sections[group].show_lines(own, currency)
            else:
                section = Section(group, own, currency, self._may())
                section.save_asked.connect(lambda changes, group=group: self._on_save_asked(group, changes))
                section.edited.connect(lambda: self.commands["save"].setEnabled(self.unsaved))
                section.leave_asked.connect(lambda section=section: self._ask_to_leave(section))
                self._sections[group] = section
                self._list.insertWidget(place, section)
        self._order_tabs()
        self._say(lines)

    def _order_tabs(self) -> None:
        """A notice stands above the sections, this computer's choices below them."""
        told = focus.stops(self._fault, self._fault.close_button) if self._fault is not None else []
        own = [stop for section in self._sections.values() for stop in section.stops]
        focus.chain((*told, *own, *self._lending.stops, *self._computer.stops))

    def _say(self, lines: list[SettingLine]) -> None:
        other = sum(1 for line in lines if line.value != line.default)
        said = "Every setting has its default."
        if other:
            said = f"{messages.count(len(lines), 'setting')}, {other:,} changed from the default."
        if not self._may():
            said = f"{said} You may read them; changing them needs the right “settings”, which an administrator can give."
        self._head.say(said)

    def _on_save_asked(self, group: str, wanted: dict[str, str]) -> None:
        office = self._office
        self._sections[group].show_busy(True)

        def foretell() -> list[str]:
            return [said for key, value in wanted.items() if (said := policy.foretell(office, key, value))]

        self._runner.ask(
            "settings_foretell",
            foretell,
            lambda told: self._on_foretold(group, wanted, told),
            lambda fault: self._on_refused(group, fault),
        )

    def _on_foretold(self, group: str, wanted: dict[str, str], told: list[str]) -> None:
        if not told:
            self._save(group, wanted)
            return
        dialog = dialogs.Dialog(self, "Settings", dialogs.NARROW, "settings_ask")
        dialog.question(f"Save {messages.count(len(wanted), 'change')} of {group}?")
        for said in told:
            dialog.body.addWidget(text.Sentence(said))
        cancel = dialog.add_decision(buttons.button("Cancel", name="settings_ask_cancel"))
        cancel.clicked.connect(dialog.reject)
        save = dialog.add_decision(buttons.button("Save", "main", name="settings_ask_save"))
        save.clicked.connect(dialog.accept)
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        dialog.accepted.connect(lambda: self._save(group, wanted))
        dialog.rejected.connect(lambda: self._sections[group].show_busy(False))
        dialog.open()

    def _save(self, group: str, wanted: dict[str, str]) -> None:
        office = self._office

        def save() -> list[SettingLine]:
            for key, value in wanted.items():
                try:
                    policy.change_setting(office, key, value)
                except DeskError as fault:
                    raise _NotSaved(key, fault) from fault
            return policy.list_settings(office)

        self._runner.do(save, lambda lines: self._on_saved(group, lines), lambda fault: self._on_refused(group, fault))

    def _on_saved(self, group: str, lines: list[SettingLine]) -> None:
        self._sections[group].show_busy(False)
        kept = {name: section.changes for name, section in self._sections.items() if name != group}
        currency = next((line.value for line in lines if line.key == "currency"), "USD")
        for name, section in self._sections.items():
            if not kept.get(name):
                section.show_lines([line for line in lines if line.group == name], currency)
        self._sections[group].show_saved()
        self._say(lines)
        self._changes.tell("settings", initiator=self)

    def _on_refused(self, group: str, fault: Exception) -> None:
        section = self._sections[group]
        section.show_busy(False)
        if isinstance(fault, _NotSaved):
            section.show_refusal(fault.fault, fault.key)
        elif isinstance(fault, DeskError):
            section.show_refusal(fault, None)
        else:
            self._on_failed(fault)

    def _on_failed(self, fault: Exception) -> None:
        self._drop_fault()
        self._fault = errors.as_banner(fault)
        self._whole.insertWidget(1, self._fault)
        self._order_tabs()

    def _drop_fault(self) -> None:
        if self._fault is not None:
            self._whole.removeWidget(self._fault)
            self._fault.hide()
            self._fault.deleteLater()
            self._fault = None
