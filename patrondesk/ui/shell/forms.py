"""Forms: a label, its buddy and accessible name in one call; rules in words; errors below their field."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from patrondesk.ui.shell import buttons, fonts, icons, text, theme, widths
from patrondesk.ui.shell.banner import announce

W = TypeVar("W", bound=QWidget)
_GLASS = 54
"""What of a search field is not for words: the glass, and the margins."""


class Field(QWidget):
    """A field with its label (above, or at the left), an optional unit or hint, and room for an error below."""

    def __init__(
        self,
        words: str,
        control: QWidget,
        name: str = "",
        above: bool = True,
        unit: str = "",
        hint: str = "",
        label_width: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        tone, weight = ("text", fonts.MEDIUM) if above else ("text2", fonts.REGULAR)
        self._label = text.label(words, fonts.LABEL, weight, tone)
        self._label.setTextFormat(Qt.TextFormat.AutoText)
        self._label.setBuddy(control)
        if name:
            control.setObjectName(name)
        plain = words.replace("&", "")
        control.setAccessibleName(f"{plain}, {unit}" if unit else plain)
        self._hint = text.label(hint, fonts.SMALL, fonts.REGULAR, "text2", wrap=True)
        if hint:
            control.setAccessibleDescription(hint)
        else:
            self._hint.hide()
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        if not above:
            self._label.setMinimumWidth(label_width)
            self._row.addWidget(self._label)
        self._row.addWidget(control, 1)
        if unit:
            self._row.addWidget(text.label(unit, fonts.LABEL, fonts.REGULAR, "text2"))
        self._wrong_icon = text.IconLabel("wrong", 16, "danger")
        self._wrong = text.Sentence("", fonts.LABEL, "danger")
        self._wrong_row = QWidget()
        wrong = QHBoxLayout(self._wrong_row)
        wrong.setContentsMargins(0, 0, 0, 0)
        wrong.setSpacing(8)
        wrong.addWidget(self._wrong_icon, 0, Qt.AlignmentFlag.AlignVCenter)
        wrong.addWidget(self._wrong, 1)
        self._wrong_row.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        if above:
            whole.addWidget(self._label)
        whole.addLayout(self._row)
        whole.addWidget(self._hint)
        whole.addWidget(self._wrong_row)

    def add_beside(self, widget: QWidget) -> None:
        """Puts a small control at the right of the field."""
        self._row.addWidget(widget)

    def rename(self, words: str) -> None:
        """Another label, which is the control's accessible name too."""
        self._label.setText(words)
        self.control.setAccessibleName(words.replace("&", ""))

    def show_hint(self, words: str) -> None:
        """Another hint below the field; empty takes it away."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))
        self.control.setAccessibleDescription(words)

    @property
    def error(self) -> str:
        """What is shown as wrong; empty when nothing is."""
        return self._wrong.text() if not self._wrong_row.isHidden() else ""

    def show_error(self, sentence: str, take_focus: bool = True) -> None:
        """Says what is wrong, with an example, below the field; empty takes it away."""
        wrong = bool(sentence)
        self._wrong.say(sentence)
        self._wrong_row.setVisible(wrong)
        self.control.setProperty("wrong", wrong)
        self.control.setAccessibleDescription(sentence or self._hint.text())
        theme.again(self.control)
        if wrong:
            announce(self._wrong_row, sentence)
            if take_focus:
                self.control.setFocus(Qt.FocusReason.OtherFocusReason)


def line(placeholder: str = "", secret: bool = False, width: int = 0) -> QLineEdit:
    """A one-line field. `secret` hides what is typed; `width` is fixed, at 100 % text."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    return widths.wide(made, width) if width else made


def number(low: int, high: int, value: int = 0) -> QSpinBox:
    """A whole-number field with its limits."""
    made = QSpinBox()
    made.setRange(low, high)
    made.setValue(value)
    # The style sheet's padding does not reach the field inside a spin box.
    made.lineEdit().setTextMargins(10, 0, 0, 0)
    return made


class SearchField(QLineEdit):
    """A search field with its magnifying glass; Escape clears it.

    `placeholder` lists what is searched, with commas between; where there is no room for all of it, the last go.
    """

    def __init__(self, spoken: str, placeholder: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._searched = placeholder.split(", ")
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(False)
        self.setProperty("leading", True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._draw()
        theme.look().changed.connect(self._draw)

    def sizeHint(self) -> QSize:
        return QSize(self._needed(len(self._searched)), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def _draw(self) -> None:
        self._glass.setIcon(icons.icon("search", "text2"))
        self.updateGeometry()
        self._hint()

    def _needed(self, number: int) -> int:
        words = ", ".join(self._searched[:number])
        return QFontMetrics(fonts.font()).horizontalAdvance(words) + _GLASS

    def _hint(self) -> None:
        fit = [number for number in range(1, len(self._searched) + 1) if self._needed(number) <= self.width()]
        self.setPlaceholderText(", ".join(self._searched[: fit[-1]]) if fit else "")


def secret_field(words: str, name: str, hint: str = "") -> Field:
    """A password field with an eye to show what is typed."""
    field = Field(words, line(secret=True), name, hint=hint)
    eye = buttons.icon_button("preview", f"Show {words.lower()}", f"{name}_show")
    eye.setCheckable(True)

    def on_toggled(shown: bool) -> None:
        control = field.control
        if isinstance(control, QLineEdit):
            control.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        eye.set_icon("hide" if shown else "preview")
        eye.setAccessibleName(f"{'Hide' if shown else 'Show'} {words.lower()}")
        eye.setToolTip(eye.accessibleName())

    eye.toggled.connect(on_toggled)
    field.add_beside(eye)
    return field


def named(control: W, spoken: str, name: str = "", tip: str = "") -> W:
    """Gives a control its accessible name, object name and tool tip; returns it."""
    control.setAccessibleName(spoken)
    if name:
        control.setObjectName(name)
    if tip:
        control.setToolTip(tip)
    return control


def typed(field: Field) -> str:
    """What stands in a field of one line."""
    control = field.control
    return control.text() if isinstance(control, QLineEdit) else ""
