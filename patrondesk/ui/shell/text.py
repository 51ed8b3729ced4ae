"""Labels in the sizes of the design, sentences with bold parts, and small formatting of what people read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from patrondesk.ui.shell import fonts, icons, paint, theme, widths

_WIDEST = 520
"""A sentence wraps from this width on where nothing else decides, at 100 % text."""


def label(text: str = "", size: int = fonts.TEXT, weight: int = fonts.REGULAR, tone: str = "text", wrap: bool = False) -> QLabel:
    """A plain-text label in a colour of the theme (a token such as `text2`)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("tone", tone)
    fonts.wear(made, size, weight)
    return made


def title(text: str = "") -> QLabel:
    """A page's title: 22/600."""
    return label(text, fonts.TITLE, fonts.SEMIBOLD)


def isolated(name: str) -> str:
    """A name whose direction does not disturb the words around it."""
    return f"\u2068{name}\u2069"


def plain(marked: str) -> str:
    """The words of a sentence without its marks for bold."""
    return marked.replace("**", "")


class Sentence(QLabel):
    """A wrapped sentence in which `**these words**` are semi-bold. `text()` and the accessible name are the plain words.

    A label's own rich text would smear the bold parts, because style sheets and HTML cannot reach Inter's weight axis.
    """

    def __init__(
        self,
        marked: str = "",
        size: int = fonts.TEXT,
        tone: str = "text",
        weight: int = fonts.REGULAR,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marked, self._size, self._tone, self._weight = "", size, tone, weight
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.say(marked)

    def say(self, marked: str, tone: str = "") -> None:
        """Shows another sentence, in another colour of the theme where one is given."""
        self._marked, self._tone = marked, tone or self._tone
        self.setText(plain(marked))
        self.setAccessibleName(plain(marked))
        self._write()
        self.updateGeometry()

    def _write(self) -> None:
        self._document.clear()
        cursor = QTextCursor(self._document)
        for number, part in enumerate(self._marked.split("**")):
            look = QTextCharFormat()
            look.setFont(fonts.font(self._size, fonts.SEMIBOLD if number % 2 else self._weight))
            cursor.insertText(part, look)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._write()
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._document.setTextWidth(max(1, width))
        return int(self._document.size().height() + 0.99)

    def sizeHint(self) -> QSize:
        width = min(self.line_width(), widths.scaled(_WIDEST))
        return QSize(width, self.heightForWidth(width))

    def line_width(self) -> int:
        """How wide it is on one line, in the text size in force."""
        self._document.setTextWidth(-1)
        return int(self._document.idealWidth()) + 1

    def minimumSizeHint(self) -> QSize:
        return QSize(60, theme.text_height(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._document.setTextWidth(self.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        token = self._tone if self.isEnabled() else "disabled"
        context.palette.setColor(QPalette.ColorRole.Text, theme.current().colour(token))
        painter.translate(0, max(0.0, (self.height() - self._document.size().height()) / 2))
        self._document.documentLayout().draw(painter, context)
        painter.end()


class Elided(QLabel):
    """One line that gives way: where it is too long it ends in three dots, and a tool tip has the whole.

    `text()` stays the whole words, so that a screen reader misses nothing.
    """

    def __init__(self, words: str = "", size: int = fonts.TEXT, weight: int = fonts.REGULAR, tone: str = "text") -> None:
        super().__init__(words)
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        fonts.wear(self, size, weight)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(40, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().colour(self._tone if self.isEnabled() else "disabled"))
        painter.setFont(self.font())
        painter.drawText(self.rect(), self.alignment(), paint.elided(self.text(), self.font(), self.width()))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._tell()

    def setText(self, words: str) -> None:
        super().setText(words)
        self._tell()

    def _tell(self) -> None:
        too_long = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(self.text() if too_long else "")


class IconLabel(QLabel):
    """An icon in a colour of the theme; decorative."""

    def __init__(self, icon: str, size: int = 16, tone: str = "text2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word, self._side, self._tone = icon, size, tone
        self.setFixedSize(size, size)
        self._draw()

    def show_icon(self, icon: str, tone: str | None = None) -> None:
        """Shows another icon."""
        self._word, self._tone = icon, tone or self._tone
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(icons.pixmap(self._word, self._side, self._tone, self.devicePixelRatioF()))


def seconds_left(seconds: float) -> str:
    """How long it still takes: "about 4 seconds left", "about 2 minutes left"."""
    if seconds < 90:
        number = max(1, round(seconds))
        return f"about {number} second{'' if number == 1 else 's'} left"
    return f"about {round(seconds / 60)} minutes left"
