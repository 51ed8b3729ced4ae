"""The numbers of a preview, one tile an outcome; pressing one shows its rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from patrondesk.records.importing import ImportReport, RowOutcome
from patrondesk.ui.screens.importing import words
from patrondesk.ui.shell import focus, fonts, icons, paint, theme


class Tile(QAbstractButton):
    """An icon with a label, and a number below it. Arrow keys go from tile to tile."""

    def __init__(self, outcome: RowOutcome, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome = outcome
        self._icon, self._tone, self._number = "", "text2", "0"
        self.setObjectName(f"import_number_{outcome.value}")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_number(self, label: str, icon: str, tone: str, number: int) -> None:
        """Says what is counted, and how many. A tile of nothing keeps its place in grey."""
        self._icon, self._tone, self._number = icon, tone if number else "text3", f"{number:,}"
        self.setText(label)
        self.setAccessibleName(f"{label}, {number:,} rows" if number != 1 else f"{label}, 1 row")
        self.setAccessibleDescription("Shows these rows")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        tall = theme.text_height(fonts.LABEL) + theme.text_height(fonts.QUESTION) + 18
        return QSize(148, tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, self.sizeHint().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if self.isChecked() else tokens.line_width
        edge = "accent_fill" if self.isChecked() else "line"
        ground = "tagged" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.setPen(QPen(tokens.colour(edge), width))
        painter.setBrush(tokens.colour(ground))
        half = width / 2
        box = self.rect().toRectF().adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, 8, 8)
        inner = box.adjusted(13, 7, -8, -5)
        upper = inner.adjusted(0, 0, 0, theme.text_height(fonts.LABEL) + 2 - inner.height())
        icon = QRectF(upper.left(), upper.center().y() - 8, 16, 16)
        icons.paint(painter, self._icon, icon, tokens.colour(self._tone))
        paint.line_of_text(painter, upper.adjusted(22, 0, 0, 0), self.text(), fonts.font(fonts.LABEL), "text2")
        lower = inner.adjusted(0, upper.height(), 0, 0)
        ink = "text3" if self._number == "0" else "text"
        paint.line_of_text(painter, lower, self._number, fonts.font(fonts.QUESTION, fonts.SEMIBOLD), ink)
        painter.end()


class Tiles(QWidget):
    """All numbers of a report side by side. One is chosen."""

    chosen = Signal(object)
    """Carries the RowOutcome whose rows are asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_numbers")
        self._tiles = {outcome: Tile(outcome) for outcome in words.ORDER}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for outcome, tile in self._tiles.items():
            row.addWidget(tile, 1)
            tile.clicked.connect(lambda _=False, key=outcome: self.choose(key))

    def show_report(self, report: ImportReport) -> None:
        """Shows its numbers; chosen is what wants a look, else the first number that is not zero."""
        wanted = words.shown(report)
        for outcome, tile in self._tiles.items():
            tile.show_number(*words.tile(report.kind, outcome), report.counts.get(outcome, 0))
            tile.setVisible(outcome in wanted)
        worth = (RowOutcome.CONFLICT, RowOutcome.INVALID, *words.ORDER)
        self.choose(next((outcome for outcome in worth if report.counts.get(outcome)), RowOutcome.ADDED))

    def choose(self, outcome: RowOutcome | None) -> None:
        """Lights one number and asks for its rows; None lights none."""
        for key, tile in self._tiles.items():
            tile.setChecked(key is outcome)
        if outcome is not None:
            self.chosen.emit(outcome)
