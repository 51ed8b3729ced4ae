"""The import page: choose a kind and a file, correct what was understood, read the preview, import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.errors import DeskError, Stopped, WrongUsage
from patrondesk.jobs.ticket import Progress
from patrondesk.records.importing import FileLook, ImportReport, Kind
from patrondesk.records.staff import Permission
from patrondesk.services import importing
from patrondesk.services.office import Office
from patrondesk.ui.screens.importing import choosing, saving, words
from patrondesk.ui.screens.importing.layout import Layout
from patrondesk.ui.screens.importing.runs import Runs
from patrondesk.ui.screens.importing.understood import Reading
from patrondesk.ui.shell import banner, buttons, errors, printing
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner

_TOUCHED = {Kind.DEACTIVATIONS: "patrons"}


class ImportPage(Layout):
    """One file at a time. Call `start(kind, path)` to preset it; everything else is the person's."""

    back_asked = Signal()
    purge_asked = Signal()
    """After a leavers file: the person wants the User Purge page."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office, self._runner, self._changes = office, runner, changes
        self._runs = Runs(office, runner, self)
        self._path = ""
        self._reading = Reading()
        self._connect()
        self._say_where()

    def _connect(self) -> None:
        self.drag_left.connect(self._say_where)
        self.dropped.connect(self._on_dropped)
        self.choose_button.clicked.connect(self._on_choose)
        self._here.clicked.connect(self._on_choose)
        self.kind.activated.connect(self._on_kind)
        self._understood.reading_changed.connect(self._on_reading)
        self._columns.placed.connect(self._preview)
        self._columns.typing_began.connect(self._on_typing)
        self._default_button.clicked.connect(self._on_add_default)
        self._notices.stop_asked.connect(self._runs.stop)
        self._runs.progressed.connect(self._on_progress)
        self._runs.reported.connect(self._on_report)
        self._runs.failed.connect(self._on_failed)
        self._foot.back.clicked.connect(self.back_asked)
        self._foot.save.clicked.connect(self._on_save)
        self._foot.apply.clicked.connect(self._on_apply)
        self.offer_commands({"back": self.back_asked.emit, "read": self.read_again, "print": self.print_page})

    def printout(self) -> printing.Printout:
        title, report = words.KINDS[self.chosen_kind][1], self._outcomes.report
        said = f"{self._head.accessibleDescription()} {words.the_sum(report) if report else ''}".strip()
        return printing.printout(self._office, title, said, self._outcomes.sheets())

    def start(self, kind: Kind, path: str | None = None) -> None:
        """Presets the kind, and reads a file when one is given; else the page asks for one. While a run goes on, nothing."""
        if self._runs.running or not self._may():
            return
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self._notices.clear()
        self._take_away()
        if path:
            self._open(path)

    # -- choosing a file

    @Slot(object)
    def _on_dropped(self, files: list[str]) -> None:
        self._on_file_chosen(files[0])
        if len(files) > 1:
            self._notices.tell(banner.Banner("info", "Only the first file is read.", "Import one file after another."))

    @Slot()
    def _on_choose(self) -> None:
        dialog = choosing.dialog(self, words.KINDS[self.chosen_kind][0], self._path)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.open()

    @Slot(str)
    def _on_file_chosen(self, path: str) -> None:
        self._notices.clear()
        self._open(path)

    @Slot(int)
    def _on_kind(self, _place: int) -> None:
        self._notices.clear()
        if self._path:
            self._open(self._path)
        else:
            self._say_where()

    @Slot(object)
    def _on_reading(self, reading: Reading) -> None:
        self._reading = reading
        self._notices.clear()
        self._look(keep=True)

    def read_again(self) -> None:
        """Reads the file again, which may have been saved meanwhile; where its columns go is kept."""
        if self._path and not self._runs.running:
            self._notices.clear()
            self._look(keep=True)

    def _open(self, path: str) -> None:
        self._path, self._reading = path, Reading()
        self._outcomes.clear("")
        self._look(keep=False)

    def _look(self, keep: bool) -> None:
        self._drop_preview()
        office, kind, path, read = self._office, self.chosen_kind, self._path, self._reading

        def look() -> FileLook:
            return importing.look(
                office, kind, path, encoding=read.encoding, delimiter=read.delimiter, sheet=read.sheet, date_order=read.date_order
            )

        self._runner.ask("import_look", look, lambda found: self._on_looked(found, kind, keep), self._on_bad_file)

    def _on_looked(self, look: FileLook, kind: Kind, keep: bool) -> None:
        here = self.window().focusWidget()
        invited = here is self or self._empty.isAncestorOf(here)
        self.show_look(look, self._reading, kind, keep)
        if invited:
            # The button that was pressed is gone; the first thing to look at is where the columns go.
            self._go_to(self._columns.rows()[0].combo if self._columns.rows() else self.choose_button)
        self._preview()
        self._say_where()

    def _on_bad_file(self, fault: Exception) -> None:
        name = Path(self._path).name
        self._take_away()
        self._notices.tell(errors.as_banner(fault))
        self._head.say(f"{name} was not read. Nothing was changed.")

    @Slot()
    def _on_add_default(self) -> None:
        self._columns.add_default().value.setFocus(Qt.FocusReason.TabFocusReason)

    # -- preview and run

    @Slot()
    def _preview(self) -> None:
        if self._runs.running or not self._path:
            return
        self._notices.clear()
        self._notices.wait("Reading what the file would change.", "Nothing is changed by this. Stop ends the reading.")
        self._runs.preview(self.request(self._path, self._reading))
        self._show_busy()

    @Slot()
    def _on_typing(self) -> None:
        """What was previewed is not what is on show any more: it cannot be imported until it is previewed again."""
        self._drop_preview()
        self._outcomes.dim(True)
        self._rest()

    @Slot()
    def _on_apply(self) -> None:
        if self._runs.previewed is None:
            return
        self._notices.clear()
        self._notices.wait(f"Importing {Path(self._path).name}.", "Stop leaves the library as it was before.")
        self._runs.apply()
        self._show_busy()

    def _show_busy(self) -> None:
        if self._outcomes.report is None:
            self._outcomes.clear("The preview is being made ...")
        self._outcomes.dim(True)
        self._rest()

    @Slot(object)
    def _on_progress(self, said: Progress) -> None:
        begun = "Importing" if self._runs.running else "Reading"
        of = f" of about {said.total:,}" if said.total else ""
        self._notices.progress(f"{begun} {Path(self._path).name}: {said.done:,}{of} rows.", said.done, said.total)

    @Slot(object)
    def _on_report(self, report: ImportReport) -> None:
        self._notices.ended()
        self._outcomes.show_report(report)
        self._understood.show_rows(messages.count(report.read, "row"))
        self._say_where()
        if not report.preview:
            self._tell_done(report)
            self._changes.tell(_TOUCHED.get(report.kind, report.kind.value), "imports", initiator=self)

    @Slot(object, bool)
    def _on_failed(self, fault: Exception, was_running: bool) -> None:
        self._notices.ended()
        if not was_running:
            self._outcomes.clear("There is no preview now, so nothing can be imported.")
        self._outcomes.dim(False)
        self._rest()
        if isinstance(fault, Stopped):
            first = "The import was stopped." if was_running else "The preview was stopped."
            told = self._notices.tell(banner.Banner("info", first, "Nothing was changed."))
            again = told.add_action(buttons.button("Preview again", name="import_again"))
            again.clicked.connect(self._preview)
            self._go_to(again)
        elif isinstance(fault, WrongUsage) or (isinstance(fault, DeskError) and fault.code == "NO_USABLE_COLUMN"):
            self._notices.tell(banner.Banner("look", fault.text, "Choose in the list below where the columns go."))
        else:
            self._notices.tell(errors.as_banner(fault))
            if was_running:
                self._go_to(self._foot.apply)

    def _tell_done(self, report: ImportReport) -> None:
        told = self._notices.tell(banner.Banner("done", *words.done(report)))
        told.setObjectName("import_result")
        save = told.add_action(buttons.button("Save the report...", icon="export", name="import_result_save"))
        save.clicked.connect(self._on_save)
        if report.kind is Kind.DEACTIVATIONS:
            purge = told.add_action(buttons.button("Open User Purge", icon="purge", name="import_open_purge"))
            purge.clicked.connect(self.purge_asked)
            self._go_to(purge)
        else:
            self._go_to(save)

    def _go_to(self, widget: QWidget) -> None:
        """The keyboard goes on here, when the page is on show; what is new in it can take the focus only in the next turn."""
        if self.isVisible():
            QTimer.singleShot(0, widget, lambda: widget.setFocus(Qt.FocusReason.OtherFocusReason))

    # -- the report as a file

    @Slot()
    def _on_save(self) -> None:
        report = self._outcomes.report
        if report is not None:
            dialog = saving.dialog(self, self._path)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(lambda path: self._save_to(report, Path(path)))
            dialog.open()

    def _save_to(self, report: ImportReport, path: Path) -> None:
        actor = self._office.actor
        made = saving.table_of(report, Path(self._path).name, actor.library_name if actor else "", self._office.clock.now())
        self._runner.do(
            lambda: saving.save(made, path),
            lambda written: self._told(banner.Banner("done", f"The report is saved as {written.path.name}.")),
            lambda fault: self._told(errors.as_banner(fault)),
        )

    def _told(self, told: banner.Banner) -> None:
        self._notices.tell(told)

    # -- how the page stands

    def _may(self) -> bool:
        return self._office.actor is not None and self._office.actor.may(Permission.IMPORT)

    def _say_where(self) -> None:
        report = self._outcomes.report
        self.say_where(Path(self._path).name, report is not None and not report.preview, self._may())
        self._rest()

    def _rest(self) -> None:
        """What can be pressed now."""
        running = self._runs.running
        self._foot.show_state(self._outcomes.report, self._runs.busy or self._columns.being_typed, running)
        self._stack.setEnabled(not running)
        self.takes_files = self._may() and not running
        for control in (self.choose_button, self.kind):
            control.setEnabled(self.takes_files)
            control.setToolTip("" if self._may() else "The right “import” is missing.")

    def _take_away(self) -> None:
        """Back to no file."""
        self._drop_preview()
        self._runner.forget("import_look")
        self._path = ""
        self._runs.forget()
        self._outcomes.clear("")
        self.invite()
        self._say_where()

    def _drop_preview(self) -> None:
        """What is being previewed is not wanted any more."""
        self._runs.drop()
        self._notices.ended()
