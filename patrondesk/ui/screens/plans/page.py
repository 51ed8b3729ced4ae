"""The Purge plans page: the lists that were kept to be reviewed, and one opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from patrondesk.records.ids import PatronId, PlanId
from patrondesk.records.plans import PlanLine, PlanState, Review
from patrondesk.records.tables import Written
from patrondesk.services.office import Office
from patrondesk.ui.screens.plans import files, words
from patrondesk.ui.screens.plans.desk import KEPT_FOR, Desk, Opened, ReadBack, Waiting
from patrondesk.ui.screens.plans.dialogs import NoteDialog, ReviewDialog, discard_question, put_back_question
from patrondesk.ui.screens.plans.opened import OpenedPlan
from patrondesk.ui.screens.plans.words import Row
from patrondesk.ui.shell import banner, buttons, cards, empty, errors, fitting, printing, tables, theme
from patrondesk.ui.shell.changes import Change, Changes
from patrondesk.ui.shell.pages import Page
from patrondesk.ui.shell.regions import Region
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.tables import RIGHT, Column

_LIST, _ONE, _EMPTY, _CLOSED = 0, 1, 2, 3
_TITLE = "Purge plans"


class PlansPage(Page):
    """Call `refresh()` when it is shown; `show_plan(id)` opens one."""

    back_asked = Signal()
    patron_chosen = Signal(object)
    purge_asked = Signal(object)
    """A PlanId: the question, the run and its result belong to the User Purge page."""
    waiting_changed = Signal(int)

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plans_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._changes = Desk(office, runner), changes
        self._waiting = Waiting((), {})
        self._wanted: PlanId | None = None
        self._arriving = False
        self._told: banner.Banner | None = None
        self._build()
        self._connect()
        self._show(_LIST)

    def _build(self) -> None:
        self._head = cards.PageHead(_TITLE)
        self.export = buttons.button("Export for review...", icon="export", name="plan_export")
        self.read_back = buttons.button("Read the review back...", icon="import", name="plan_read_back")
        self.back = buttons.button("Back", icon="back", name="plans_back")
        for button in (self.export, self.read_back, self.back):
            self._head.at_right.addWidget(button)
        columns = self._columns()
        self._table, self._model = tables.table(_TITLE, columns, "plans_table")
        fitting.fit(self._table, columns, least={1: 128}, steps=((), (5,)))
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self._table)
        self.one = OpenedPlan()
        nothing = empty.Empty(
            "No plan waits", "Keep one from the preview of a purge: it waits here to be looked at, and to be run later."
        )
        closed = empty.Empty(
            "Plans are for those who may purge", "An administrator of the library can give you that right.", sign="padlock",
            token="text2",
        )  # fmt: skip
        self._stack = QStackedWidget()
        for widget in (card, self.one, nothing, closed):
            self._stack.addWidget(widget)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(10)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._stack, 1)

    def _columns(self) -> tuple[Column[PlanLine], ...]:
        return (
            Column("Made", words.when, 162, second=lambda line: f"Plan {line.id}", link=True),
            Column("By", lambda line: line.author, second=words.source),
            Column("Patrons", lambda line: f"{line.patrons:,}", 86, align=RIGHT),
            Column("Struck out", lambda line: f"{line.struck:,}", 100, align=RIGHT,
                   spoken=lambda line: f"{line.struck:,} struck out"),
            Column("Changed since", self._drifted, 130, align=RIGHT, spoken=lambda line: f"{self._drifted(line)} changed since",
                   tip=lambda _: "Changed, gone, or with other reasons since the plan was made"),
            Column("Waits until", lambda line: words.until(line, KEPT_FOR), 130,
                   tip=lambda _: "A plan that was not run by then is discarded"),
        )  # fmt: skip

    def _drifted(self, line: PlanLine) -> str:
        return f"{self._waiting.drift.get(line.id, 0):,}"

    def _connect(self) -> None:
        one = self.one
        self.back.clicked.connect(self._on_back)
        self.export.clicked.connect(self._on_export)
        self.read_back.clicked.connect(self._on_read_back)
        self._table.entered_cell.connect(lambda index: self.show_plan(self._model.record(index.row()).id))
        one.strike_asked.connect(self._on_strike)
        one.note_asked.connect(self._on_note)
        one.patron_chosen.connect(self.patron_chosen)
        one.discard_asked.connect(self._on_discard)
        one.purge_asked.connect(self._on_purge)
        self._changes.changed.connect(self._on_change)
        self.offer_commands({"back": self._on_back, "read": self.refresh, "print": self.print_page})

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Reads the list again, and the plan that is open."""
        if not self._desk.may:
            self._show(_CLOSED)
            return
        self._desk.list(self._on_list, self._on_failed)
        if self._wanted is not None:
            self._desk.open(self._wanted, self._on_opened, self._on_failed)

    def show_plan(self, plan_id: PlanId) -> None:
        """Opens one."""
        if self._desk.may:
            self._wanted, self._arriving = plan_id, True
            self._desk.open(plan_id, self._on_opened, self._on_failed)

    def show_list(self) -> None:
        """Back to all of them."""
        self._wanted = None
        self._desk.forget()
        self.one.plan = None
        self._show(_LIST if self._waiting.lines else _EMPTY)
        if self.isVisible():
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, which: int) -> None:
        opened = which == _ONE
        self._stack.setCurrentIndex(which)
        self.export.setVisible(opened)
        self.read_back.setVisible(opened)
        self.back.setText("All plans" if opened else "Back")
        self.back.setAccessibleName("Back to all plans" if opened else "Back")
        if opened and self.one.plan is not None:
            self._head.rename(f"Purge plan {self.one.plan.line.id}")
            self._head.say(words.standing(self.one.plan))
        else:
            self._head.rename(_TITLE)
            self._head.say(words.heading(self._waiting.lines) if which != _CLOSED else "")

    def _on_list(self, found: Waiting) -> None:
        here = self._table.currentIndex().row()
        self._waiting = found
        self._model.show_records(found.lines)
        if found.lines:
            self._table.setCurrentIndex(self._model.index(max(0, min(here, len(found.lines) - 1)), 0))
        self.waiting_changed.emit(len(found.lines))
        if self._wanted is None:
            self._show(_LIST if found.lines else _EMPTY)

    def _on_opened(self, opened: Opened) -> None:
        if opened.plan.line.id != self._wanted:
            return
        if opened.plan.line.state is not PlanState.OPEN:
            self.show_list()
            return
        arriving, self._arriving = self._arriving, False
        if arriving:
            self._tell(None)
        self.one.show_plan(opened)
        self._show(_ONE)
        if arriving and self.isVisible():
            self.one.to_start()

    def _on_failed(self, fault: Exception) -> None:
        self._tell(errors.as_banner(fault))

    def _on_change(self, change: Change) -> None:
        if change.initiator is not self and self.isVisible():
            self.refresh()

    # ------------------------------------------------------------------ striking out

    def _on_strike(self, rows: Sequence[Row]) -> None:
        """Strikes the marked ones out; those who all are out already are put back. A note is not lost unasked."""
        out = all(row.one.struck for row in rows)
        if out and len(rows) == 1 and rows[0].one.note:
            asked = put_back_question(self, rows[0])
            asked.accepted.connect(lambda: self._put_back(rows))
            asked.open()
        elif out:
            self._put_back(rows)
        else:
            self._strike([row for row in rows if not row.one.struck], "")

    def _on_note(self, rows: Sequence[Row]) -> None:
        NoteDialog(self, rows, lambda note: self._strike(rows, note)).open()

    def _strike(self, rows: Sequence[Row], note: str) -> None:
        if self._wanted is not None:
            self._desk.strike(self._wanted, _ids(rows), note, self._on_marked, self._on_not_done)

    def _put_back(self, rows: Sequence[Row]) -> None:
        if self._wanted is not None:
            self._desk.put_back(self._wanted, _ids(rows), self._on_marked, self._on_not_done)

    def _on_marked(self, _number: int) -> None:
        self.refresh()

    def _on_not_done(self, fault: Exception) -> None:
        self._on_failed(fault)
        self.refresh()

    # ------------------------------------------------------------------ the file

    @Slot()
    def _on_export(self) -> None:
        plan_id = self._wanted
        if plan_id is not None:
            files.ask_to_save(self, f"Purge plan {plan_id}.xlsx", lambda path: self._export(plan_id, path))

    def _export(self, plan_id: PlanId, path: Path) -> None:
        self._desk.export(plan_id, path, self._on_exported, self._on_failed)

    def _on_exported(self, written: Written) -> None:
        then = "Put an x under “Take out” beside who is not to be purged, save it, and read it back."
        self._tell(banner.Banner("done", f"The plan is saved as {written.path.name}.", " ".join((then, *written.remarks))))

    @Slot()
    def _on_read_back(self) -> None:
        plan_id = self._wanted
        if plan_id is not None:
            files.ask_to_open(self, lambda path: self._desk.read_back(plan_id, path, self._on_foreseen, self._on_failed))

    def _on_foreseen(self, found: ReadBack) -> None:
        self._tell(None)
        dialog = ReviewDialog(self, found)
        dialog.accepted.connect(lambda: self._desk.apply(found.review.plan, found.file, self._on_applied, self._on_not_done))
        dialog.open()

    def _on_applied(self, review: Review) -> None:
        kind = "look" if review.left_out else "done"
        said = [words.read_back(review), words.missing(review)]
        self._tell(banner.Banner(kind, "The review is read back.", " ".join(part for part in said if part)))
        self.refresh()

    # ------------------------------------------------------------------ the end of a plan

    @Slot()
    def _on_discard(self) -> None:
        if self.one.plan is None:
            return
        line = self.one.plan.line
        asked = discard_question(self, line)
        asked.accepted.connect(lambda: self._desk.discard(line.id, lambda _: self._on_discarded(line), self._on_not_done))
        asked.open()

    def _on_discarded(self, line: PlanLine) -> None:
        self.show_list()
        self._tell(banner.Banner("done", f"Plan {line.id} is discarded. Nobody was purged."))
        self.refresh()

    @Slot()
    def _on_purge(self) -> None:
        if self._wanted is not None:
            self.purge_asked.emit(self._wanted)

    # ------------------------------------------------------------------ as every page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._wanted is not None:
            self._on_back()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 14, side, 12)

    @Slot()
    def _on_back(self) -> None:
        if self._wanted is not None:
            self._tell(None)
            self.show_list()
            self.refresh()
        else:
            self.back_asked.emit()

    def regions(self) -> Sequence[Region]:
        one = self.one
        return (
            Region(self._head, (self.export, self.back)), Region(self._stack, (*one.lists, self._table)),
            Region(one.bar, (one.strike, one.discard)),
        )  # fmt: skip

    def printout(self) -> printing.Printout:
        office, head = self._desk.office, self._head
        if self.one.plan is None:
            return printing.printout(office, _TITLE, head.accessibleDescription(), (printing.sheet(self._table),))
        return printing.printout(office, head.accessibleName(), self.one.sentence, self.one.sheets())

    def patron_here(self) -> PatronId | None:
        rows = self.one.current if self.one.plan is not None else ()
        return rows[0].id if rows and not rows[0].one.gone else None

    def patrons_here(self) -> tuple[PatronId, ...]:
        plan = self.one.plan
        return tuple(one.id for one in plan.patrons if not one.gone) if plan is not None else ()

    def _tell(self, told: banner.Banner | None) -> None:
        if self._told is not None:
            self._whole.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = told
        if told is not None:
            told.closed.connect(lambda: self._tell(None))
            self._whole.insertWidget(1, told)
            QWidget.setTabOrder(self.back, told.close_button)


def _ids(rows: Sequence[Row]) -> list[PatronId]:
    return [row.id for row in rows]
