"""What a file would do, or did: the sum, a number an outcome, the rows behind a number, and all remarks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.importing import ImportMessage, ImportReport, Kind, RowOutcome, RowPreview
from patrondesk.ui.screens.importing import words
from patrondesk.ui.screens.importing.column_row import cell
from patrondesk.ui.screens.importing.tiles import Tiles
from patrondesk.ui.shell import buttons, cards, fitting, fonts, printing, tables, text, theme
from patrondesk.ui.shell.tables import Column


def _row_columns(who: str) -> tuple[Column[RowPreview], ...]:
    return (
        Column("Row", lambda row: f"{row.line:,}", 66),
        Column(who, lambda row: row.who or row.identifier, 190, second=lambda row: row.identifier if row.who else "",
               tip=lambda row: row.who),
        Column("What the file says", lambda row: row.says, tip=lambda row: row.says),
        Column("What will happen", lambda row: row.happens, 230, tip=lambda row: row.happens),
    )  # fmt: skip


def _remark_columns(kind: Kind) -> tuple[Column[ImportMessage], ...]:
    return (
        Column("Row", lambda said: f"{said.line:,}" if said.line else "File", 66),
        Column("What", lambda said: words.message_kind(said.kind), 120),
        Column("Field", lambda said: words.field(kind, said.field) if said.field else "", 150),
        Column("Remark", lambda said: said.text, tip=lambda said: said.text),
    )


class Outcomes(QWidget):
    """The lower half of the page. Empty until a report is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_preview")
        self.setAccessibleName("Preview")
        self._report: ImportReport | None = None
        self._kind = Kind.PATRONS
        self._heading = text.label("2  Preview", fonts.TEXT, fonts.SEMIBOLD)
        self._sum = cell("", "text2", fonts.LABEL)
        self._sum.setObjectName("import_sum")
        self._remarks = buttons.button("", "link", name="import_remarks")
        self._remarks.set_size(fonts.LABEL)
        self._tiles = Tiles()
        rows, remarks = _row_columns("Patron"), _remark_columns(Kind.PATRONS)
        self._rows, self._rows_model = tables.table("Rows of this number", rows, "import_rows")
        self._said, self._said_model = tables.table("Remarks on the file", remarks, "import_messages")
        fitting.fit(self._rows, rows, least={1: 150, 2: 300, 3: 140})
        fitting.fit(self._said, remarks, least={1: 100, 2: 120, 3: 200}, steps=((), (2,)))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._rows)
        self._stack.addWidget(self._said)
        self._some = text.label("", fonts.SMALL, fonts.REGULAR, "text2")
        self._nothing = text.label("", fonts.TEXT, fonts.REGULAR, "text2", wrap=True)
        self._nothing.setObjectName("import_nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._build()
        self._connect()
        self.clear("")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._heading)
        head.addWidget(self._sum, 1)
        head.addWidget(self._remarks)
        self._card = cards.Card()
        self._card.inside.setContentsMargins(1, 1, 1, 1)
        self._card.inside.setSpacing(0)
        self._card.inside.addWidget(self._stack)
        self._card.inside.addWidget(self._some)
        self._some.setContentsMargins(13, 4, 13, 6)
        self._measure()
        theme.look().changed.connect(self._measure)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self._tiles)
        whole.addWidget(self._card, 1)
        whole.addWidget(self._nothing, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def _connect(self) -> None:
        self._tiles.chosen.connect(self._on_number)
        self._remarks.clicked.connect(self.show_remarks)

    def _measure(self) -> None:
        self._card.setMinimumHeight(theme.head_height() + 2 * theme.row_height() + 4)

    @property
    def report(self) -> ImportReport | None:
        """What is on show."""
        return self._report

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The lists behind the numbers, where the keyboard goes."""
        return self._rows, self._said

    def sheets(self) -> list[printing.Sheet]:
        """The list on show, on paper; none without a report."""
        shown = self._rows if self._stack.currentWidget() is self._rows else self._said
        return [printing.sheet(shown, shown.accessibleName())] if self._report is not None else []

    def clear(self, sentence: str) -> None:
        """Shows no numbers; `sentence` says why."""
        self._report = None
        self._heading.setText("2  Preview")
        self._sum.setText("")
        self._nothing.setText(sentence)
        self._nothing.setVisible(True)
        for widget in (self._tiles, self._card, self._remarks):
            widget.setVisible(False)

    def dim(self, dimmed: bool) -> None:
        """While something runs, the numbers on show are of before."""
        self._tiles.setEnabled(not dimmed)

    def show_report(self, report: ImportReport) -> None:
        """Shows a preview, or the result of a run."""
        if report.kind is not self._kind:
            self._kind = report.kind
            self._rows_model.columns = _row_columns(words.KINDS[report.kind][2])
            self._said_model.columns = _remark_columns(report.kind)
            self._rows.horizontalHeader().reset()
        self._report = report
        number = len(report.messages)
        self._heading.setText(f"{2 if report.preview else 3}  {words.heading(report)}")
        self._sum.setText(words.the_sum(report))
        self._sum.setAccessibleName(words.the_sum(report))
        self._remarks.setText(f"Show {messages.count(number, 'remark')}")
        self._remarks.setAccessibleName(f"Show {messages.count(number, 'remark')}")
        for widget in (self._tiles, self._card):
            widget.setVisible(True)
        self._nothing.setVisible(False)
        self._remarks.setVisible(number > 0)
        self.dim(False)
        self._tiles.show_report(report)

    def show_remarks(self) -> None:
        """Lists every remark in the order of the file."""
        if self._report is None:
            return
        self._tiles.choose(None)
        self._said_model.show_records(self._report.messages)
        self._stack.setCurrentWidget(self._said)
        self._some.setVisible(False)

    def _on_number(self, outcome: RowOutcome) -> None:
        if self._report is None:
            return
        rows = [row for row in self._report.rows if row.outcome is outcome]
        self._rows_model.show_records(rows)
        label = words.tile(self._kind, outcome)[0]
        self._rows.setAccessibleName(f"{label}: {messages.count(len(rows), 'row')}")
        self._stack.setCurrentWidget(self._rows)
        some = words.some_of(len(rows), self._report.counts.get(outcome, 0))
        self._some.setText(some)
        self._some.setVisible(bool(some))
