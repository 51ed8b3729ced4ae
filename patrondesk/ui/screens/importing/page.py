"""The import page: choose a kind and a file, correct what was understood, read the preview, import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.errors import DeskError, Stopped, WrongUsage
from patrondesk.jobs.ticket import Progress, Ticket
from patrondesk.records.importing import FileLook, ImportReport, ImportRequest, Kind
from patrondesk.records.staff import Permission
from patrondesk.services import importing
from patrondesk.services.office import Office
from patrondesk.ui.screens.importing import saving, words, work
from patrondesk.ui.screens.importing.columns import Columns
from patrondesk.ui.screens.importing.foot import Foot
from patrondesk.ui.screens.importing.notices import Notices
from patrondesk.ui.screens.importing.preview import Outcomes
from patrondesk.ui.screens.importing.understood import Choice, Reading, Understood
from patrondesk.ui.shell import banner, buttons, cards, empty, errors, fonts, forms, text, theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner

_TOUCHED = {Kind.DEACTIVATIONS: "patrons"}


class ImportPage(QWidget):
    """One file at a time. Call `start(kind, path)` to preset it; everything else is the person's."""

    back_asked = Signal()
    purge_asked = Signal()
    """After a leavers file: the person wants the User Purge page."""

    def __init__(self, office: Office, runner: Runner, changes: Changes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_page")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._office, self._runner, self._changes = office, runner, changes
        self._path = ""
        self._reading = Reading()
        self._ticket: Ticket | None = None
        self._serial = 0
        self._running = False
        self._previewed: ImportRequest | None = None
        self._build()
        self._connect()
        self._say_where()

    def _build(self) -> None:
        self._head = cards.PageHead("Import patrons")
        self.choose_button = buttons.button("Choose a file...", icon="file", name="import_choose")
        self.kind = forms.named(Choice(), "What the file holds", "import_kind")
        self.kind.setMinimumContentsLength(22)
        for kind, (label, _title, _who) in words.KINDS.items():
            self.kind.addItem(label, kind.value)
        self._head.at_right.addWidget(self.choose_button)
        self._head.at_right.addWidget(self.kind)
        self._notices = Notices()
        self._understood = Understood()
        self._notes = text.Sentence("", fonts.LABEL, "text2")
        self._columns = Columns()
        self._default_button = buttons.button("Fill a field in every row", "link", "add", "import_add_default")
        self._default_button.set_size(fonts.LABEL)
        self._outcomes = Outcomes()
        self._here = buttons.button("Choose a file...", "main", "file", "import_choose_here")
        self._empty = empty.Empty("Drop a file here, or choose one", "", (self._here,), "import", "accent")
        self._foot = Foot()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._filled())
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(8)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._notices)
        self._whole.addWidget(self._stack, 1)
        self._whole.addWidget(self._foot)

    def _filled(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._understood)
        column.addWidget(self._notes)
        head = QHBoxLayout()
        head.addWidget(text.label("1  Columns", fonts.TEXT, fonts.SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self._default_button)
        column.addLayout(head)
        column.addWidget(self._columns, 5)
        column.addWidget(self._outcomes, 6)
        return inside

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self._on_choose)
        self._here.clicked.connect(self._on_choose)
        self.kind.activated.connect(self._on_kind)
        self._understood.reading_changed.connect(self._on_reading)
        self._columns.placed.connect(self._preview)
        self._columns.typing_began.connect(self._on_typing)
        self._default_button.clicked.connect(self._on_add_default)
        self._notices.stop_asked.connect(self._on_stop)
        self._foot.back.clicked.connect(self.back_asked)
        self._foot.save.clicked.connect(self._on_save)
        self._foot.apply.clicked.connect(self._on_apply)
        self._columns.tab_after(self._default_button)

    @property
    def chosen_kind(self) -> Kind:
        """What the file is said to hold."""
        return Kind(self.kind.currentData())

    def start(self, kind: Kind, path: str | None = None) -> None:
        """Presets the kind, and reads a file when one is given; else the page asks for one. While a run goes on, nothing."""
        if self._running or not self._may():
            return
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self._notices.clear()
        self._take_away()
        if path:
            self._open(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = theme.margin(self.window().width())
        self._whole.setContentsMargins(side, 10, side, 10)

    # -- choosing a file

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        files = _files(event)
        if files and self._may() and not self._running:
            event.acceptProposedAction()
            self._head.say(f"Let go to read {Path(files[0]).name}.")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._say_where()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files(event)
        event.acceptProposedAction()
        self._on_file_chosen(files[0])
        if len(files) > 1:
            self._notices.tell(banner.Banner("info", "Only the first file is read.", "Import one file after another."))

    @Slot()
    def _on_choose(self) -> None:
        dialog = QFileDialog(self, f"Choose a file: {words.KINDS[self.chosen_kind][0]}")
        dialog.setObjectName("import_choose_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Lists (*.csv *.tsv *.txt *.xlsx)", "All files (*)"])
        if self._path:
            dialog.setDirectory(str(Path(self._path).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
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
        self._stack.setCurrentIndex(1)
        self._understood.show_look(look, self._reading)
        notes = [note for note in look.notes if not note.startswith(("Encoding ", "Separator "))]
        self._notes.say(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self._columns.show_look(look, kind, keep)
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

    def _asked(self) -> ImportRequest:
        """What the page says now: only columns that are placed are read."""
        read, mapping, defaults = self._reading, self._columns.mapping, self._columns.defaults
        return ImportRequest(
            self.chosen_kind, self._path, mapping, defaults, read.encoding, read.delimiter, read.sheet, read.date_order, False
        )

    @Slot()
    def _preview(self) -> None:
        if self._running or not self._path:
            return
        self._notices.clear()
        self._drop_preview()
        self._previewed = self._asked()
        self._notices.wait("Reading what the file would change.", "Nothing is changed by this. Stop ends the reading.")
        self._long(work.previewing(self._office, self._previewed))

    @Slot()
    def _on_typing(self) -> None:
        """What was previewed is not what is on show any more: it cannot be imported until it is previewed again."""
        self._drop_preview()
        self._outcomes.dim(True)
        self._rest()

    @Slot()
    def _on_apply(self) -> None:
        request = self._previewed
        if request is None:
            return
        self._notices.clear()
        self._drop_preview()
        self._running = True
        self._notices.wait(f"Importing {Path(self._path).name}.", "Stop leaves the library as it was before.")
        self._long(work.running(self._office, request))

    def _long(self, long_work: work.Work) -> None:
        self._serial += 1
        serial = self._serial
        if self._outcomes.report is None:
            self._outcomes.clear("The preview is being made ...")
        self._outcomes.dim(True)
        self._ticket = self._runner.long(
            long_work,
            lambda said: self._on_progress(serial, said),
            lambda report: self._on_report(serial, report),
            lambda fault: self._on_failed(serial, fault),
        )
        self._rest()

    def _on_progress(self, serial: int, said: Progress) -> None:
        if serial == self._serial:
            begun = "Importing" if self._running else "Reading"
            of = f" of about {said.total:,}" if said.total else ""
            self._notices.progress(f"{begun} {Path(self._path).name}: {said.done:,}{of} rows.", said.done, said.total)

    def _on_report(self, serial: int, report: ImportReport) -> None:
        if serial != self._serial:
            return
        self._end()
        self._outcomes.show_report(report)
        self._understood.show_rows(messages.count(report.read, "row"))
        self._say_where()
        if not report.preview:
            self._tell_done(report)
            self._changes.tell(_TOUCHED.get(report.kind, report.kind.value), "imports", initiator=self)

    def _on_failed(self, serial: int, fault: Exception) -> None:
        if serial != self._serial:
            return
        was_running = self._running
        self._end()
        if not was_running:
            self._outcomes.clear("There is no preview now, so nothing can be imported.")
        self._outcomes.dim(False)
        self._rest()
        if isinstance(fault, Stopped):
            first = "The import was stopped." if was_running else "The preview was stopped."
            told = self._notices.tell(banner.Banner("info", first, "Nothing was changed."))
            again = told.add_action(buttons.button("Preview again", name="import_again"))
            again.clicked.connect(self._preview)
        elif isinstance(fault, WrongUsage) or (isinstance(fault, DeskError) and fault.code == "NO_USABLE_COLUMN"):
            self._notices.tell(banner.Banner("look", fault.text, "Choose in the list below where the columns go."))
        else:
            self._notices.tell(errors.as_banner(fault))

    def _tell_done(self, report: ImportReport) -> None:
        told = self._notices.tell(banner.Banner("done", *words.done(report)))
        told.setObjectName("import_result")
        save = told.add_action(buttons.button("Save the report...", icon="export", name="import_result_save"))
        save.clicked.connect(self._on_save)
        if report.kind is Kind.DEACTIVATIONS:
            purge = told.add_action(buttons.button("Open User Purge", icon="purge", name="import_open_purge"))
            purge.clicked.connect(self.purge_asked)

    @Slot()
    def _on_stop(self) -> None:
        if self._ticket is not None:
            self._ticket.stop()

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
        kind, name = self.chosen_kind, Path(self._path).name
        report = self._outcomes.report
        self._head.rename(words.KINDS[kind][1])
        self._head.say(words.file_sentence(name, report is not None and not report.preview))
        label = "Choose another file..." if self._path else "Choose a file..."
        self.choose_button.setText(label)
        self.choose_button.setAccessibleName(label)
        if self._may():
            self._empty.say("Drop a file here, or choose one", f"{words.NEEDED[kind]} CSV or Excel (.xlsx).", (self._here,))
        else:
            self._here.hide()
            self._empty.say("You may not import files", "An administrator of the library can give you the right “import”.")
        self._rest()

    def _rest(self) -> None:
        """What can be pressed now."""
        busy = self._ticket is not None or self._columns.being_typed
        self._foot.show_state(self._outcomes.report, busy, self._running)
        self._stack.setEnabled(not self._running)
        for control in (self.choose_button, self.kind):
            control.setEnabled(self._may() and not self._running)
            control.setToolTip("" if self._may() else "The right “import” is missing.")

    def _take_away(self) -> None:
        """Back to no file."""
        self._drop_preview()
        self._runner.forget("import_look")
        self._path, self._previewed = "", None
        self._outcomes.clear("")
        self._stack.setCurrentIndex(0)
        self._say_where()

    def _drop_preview(self) -> None:
        """What is being previewed is not wanted any more."""
        if self._ticket is not None:
            self._ticket.stop()
        self._serial += 1
        self._end()

    def _end(self) -> None:
        self._running = False
        self._ticket = None
        self._notices.ended()


def _files(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
