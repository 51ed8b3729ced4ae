"""The base of every dialog: title strip, body, foot with side actions left and decisions right, a veil over the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from patrondesk.ui.shell import buttons, fonts, text, theme
from patrondesk.ui.shell.landing import Landing

NARROW, MIDDLE, WIDE, WIDEST = 480, 620, 760, 800
"""Widths at 100 % text; they grow with it as far as window and screen go."""
_FIELDS = (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit)
_SHADOW = 14
_STRIP = 40


def room_for(widget: QWidget) -> QRect:
    """Where a dialog may be on the screen of this widget."""
    return widget.screen().availableGeometry()


class Veil(QWidget):
    """Dims the window while a dialog is open."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("veil")
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        # A dialog's own margin is only its shadow.
        self._edge = _SHADOW if isinstance(window, Dialog) else 0
        self._cover(window)
        window.installEventFilter(self)
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        window = self.parentWidget()
        if event.type() == QEvent.Type.Resize and window is not None:
            self._cover(window)
        return False

    def _cover(self, window: QWidget) -> None:
        self.setGeometry(window.rect().adjusted(self._edge, self._edge, -self._edge, -self._edge))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        dim = QColor(0, 0, 0)
        dim.setAlphaF(theme.current().veil)
        painter.fillRect(self.rect(), dim)
        painter.end()


class _Body(QScrollArea):
    """Scrolls what is taller than the screen, and otherwise takes the height it needs."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside = inside
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self.inside.sizeHint()


class Dialog(QDialog):
    """Fill `body`; add buttons with `add_side` and `add_decision` (the safe one first). Use `open()`. Escape cancels."""

    def __init__(self, parent: QWidget | None, title: str, width: int = MIDDLE, name: str = "") -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setObjectName(name)
        self._width = width
        self._veil: Veil | None = None
        self._landing: Landing | None = None
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(22, 18, 22, 16)
        self.body.setSpacing(12)
        self._body = _Body(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_SHADOW + 1, _SHADOW + 1, _SHADOW + 1, _SHADOW + 1)
        whole.setSpacing(0)
        self._strip = self._made_strip(title)
        whole.addLayout(self._strip)
        whole.addWidget(self._body, 1)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(8)
        self._decisions = QHBoxLayout()
        self._decisions.setSpacing(8)
        self._foot = foot = QHBoxLayout()
        foot.setContentsMargins(22, 12, 22, 12)
        foot.addLayout(self._sides)
        foot.addStretch(1)
        foot.addLayout(self._decisions)
        whole.addLayout(foot)
        self.finished.connect(self._on_finished)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self.press_main)

    def _made_strip(self, title: str) -> QHBoxLayout:
        strip = QHBoxLayout()
        strip.setContentsMargins(18, 2, 8, 2)
        strip.addWidget(text.label(title, fonts.LABEL, fonts.SEMIBOLD), 1)
        self.close_button = buttons.icon_button("close", "Close", "dialog_close", "quiet")
        self.close_button.set_ink("text")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button.clicked.connect(self.reject)
        strip.addWidget(self.close_button)
        return strip

    def add_side(self, button: buttons.Button) -> buttons.Button:
        """Puts a side action at the left of the foot; returns it."""
        self._sides.addWidget(button)
        return button

    def add_decision(self, button: buttons.Button) -> buttons.Button:
        """Puts a decision at the right of the foot, the safe one first and the main one last; returns it."""
        self._decisions.addWidget(button)
        return button

    def add_foot_note(self, words: str, icon: str = "info", tone: str = "text2") -> None:
        """Says something quiet at the left of the foot, such as "A backup is made first."."""
        self._sides.addWidget(text.IconLabel(icon, 16, tone))
        self._sides.addWidget(text.label(words, fonts.LABEL, fonts.REGULAR, "text2"))

    def press_main(self) -> None:
        """Ctrl+S: presses the main button of a dialog that is filled in. The red button is not one of them."""
        main = [one for one in self.findChildren(buttons.Button) if one.property("kind") == "main" and one.isVisible()]
        fields = [one for one in self._body.findChildren(QWidget) if isinstance(one, _FIELDS) and one.isVisible()]
        if fields and len(main) == 1:
            main[0].click()

    def question(self, words: str) -> None:
        """The first line of the body, 20/600."""
        self.body.addWidget(text.Sentence(words, fonts.QUESTION, "text", fonts.SEMIBOLD))

    def showEvent(self, event: QShowEvent) -> None:
        parent = self.parentWidget()
        if parent is not None and self._veil is None:
            self._landing = Landing(parent.window())
            self._veil = Veil(parent.window())
        self._body.inside.installEventFilter(self)
        self.fit()
        self._centre()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self._body.inside and self.isVisible():
            self.fit()
        return False

    def fit(self) -> None:
        """Takes the height its body needs, at most the screen less 80. It does so by itself when the body changes."""
        room = room_for(self)
        self.ensurePolished()
        width = self._fitting_width(room.width() - 32)
        layout = self.body
        layout.activate()
        needed = layout.totalHeightForWidth(width - 2) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        needed = max(needed, self._body.inside.minimumSizeHint().height())
        whole = needed + self._strip.sizeHint().height() + self._foot.sizeHint().height() + 2
        off, needing = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._body.setVerticalScrollBarPolicy(off if whole <= room.height() - 80 else needing)
        self.resize(width + 2 * _SHADOW, min(whole, room.height() - 80) + 2 * _SHADOW)

    def _fitting_width(self, most: int) -> int:
        """Its width in the text size, no wider than the screen, nor than the window it belongs to."""
        own = self.parentWidget()
        while isinstance(own, QWidget) and isinstance(own.window(), Dialog):
            own = own.window().parentWidget()
        if own is not None:
            most = min(most, max(self._width, own.window().width()))
        needed = self._body.inside.minimumSizeHint().width() + 2
        return max(min(round(self._width * fonts.scale() / 100), most), needed)

    def _centre(self) -> None:
        room = room_for(self)
        parent = self.parentWidget()
        around = parent.window().geometry() if parent is not None else room
        corner = around.center() - self.rect().center()
        left = min(max(corner.x(), room.left()), max(room.left(), room.right() - self.width()))
        top = min(max(corner.y(), room.top()), max(room.top(), room.bottom() - self.height()))
        self.move(left, top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if QGuiApplication.platformName() == "xcb":
            # Without a compositor nothing is translucent there: the shadow's margin would be black.
            outline = QPainterPath()
            paper = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
            outline.addRoundedRect(paper, 10, 10)
            self.setMask(QRegion(outline.toFillPolygon().toPolygon()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.windowHandle()
        if event.position().y() < _SHADOW + _STRIP and handle is not None:
            handle.startSystemMove()
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paper = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_SHADOW, 0, -2):
            painter.setBrush(QColor(0, 0, 0, 7))
            painter.drawRoundedRect(paper.adjusted(-step, -step + 3, step, min(step + 3, _SHADOW)), 10 + step, 10 + step)
        painter.setPen(QPen(tokens.colour("strong" if tokens.dark else "neutral_line"), tokens.line_width))
        painter.setBrush(tokens.colour("window"))
        painter.drawRoundedRect(paper.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        body = self._body.geometry()
        for band in (
            QRectF(paper.left() + 1, paper.top() + 1, paper.width() - 2, body.top() - paper.top() - 1),
            QRectF(paper.left() + 1, body.bottom() + 1, paper.width() - 2, paper.bottom() - body.bottom() - 2),
        ):
            upper = band.top() < body.top()
            painter.save()
            painter.setClipRect(band)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("sidebar"))
            painter.drawRoundedRect(band.adjusted(0, 0, 0, 12) if upper else band.adjusted(0, -12, 0, 0), 9, 9)
            painter.setPen(QPen(tokens.colour("line"), tokens.line_width))
            edge = band.bottom() - 0.5 if upper else band.top() + 0.5
            painter.drawLine(QPoint(round(band.left()), round(edge)), QPoint(round(band.right()), round(edge)))
            painter.restore()
        painter.end()

    def _on_finished(self) -> None:
        if self._veil is not None:
            window = self._veil.parentWidget()
            if window is not None:
                window.removeEventFilter(self._veil)
            self._veil.hide()
            self._veil.deleteLater()
            self._veil = None
        if self._landing is not None:
            self._landing.go()
            self._landing = None


def ask(
    parent: QWidget, title: str, question: str, explained: str, yes: str, kind: str = "main", name: str = "ask_dialog"
) -> Dialog:
    """A small question, not yet open: connect `accepted`, then `open()`. Focus starts on Cancel."""
    dialog = Dialog(parent, title, NARROW, name)
    dialog.question(question)
    if explained:
        dialog.body.addWidget(text.Sentence(explained))
    cancel = dialog.add_decision(buttons.button("Cancel", name="ask_cancel"))
    cancel.clicked.connect(dialog.reject)
    dialog.add_decision(buttons.button(yes, kind, name="ask_accept")).clicked.connect(dialog.accept)
    cancel.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
