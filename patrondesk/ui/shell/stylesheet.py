"""The style sheet of the whole program, worded from the tokens. It sets colours, borders and spacing, never fonts."""

from __future__ import annotations

from PySide6.QtGui import QColor

from patrondesk.ui.shell import pictures
from patrondesk.ui.shell.tokens import Tokens

_TONES = ("text", "text2", "text3", "accent", "danger", "warn", "ok", "info", "disabled", "soft_text", "on_accent")


def sheet(tokens: Tokens, control: int) -> str:
    """The whole style sheet. `control` is the height of buttons and fields in logical pixels."""
    parts = _grounds(tokens), _buttons(tokens, control), _fields(tokens, control), _boxes(tokens), _lists(tokens), _bars(tokens)
    return "\n".join(parts)


def _shade(colour: str, per_cent: int) -> str:
    made = QColor(colour)
    return (made.lighter(per_cent) if per_cent >= 100 else made.darker(10000 // per_cent)).name()


def _mix(colour: str, other: str, share: float) -> str:
    one, two = QColor(colour), QColor(other)
    parts = [round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], two.getRgb()[:3], strict=True)]  # type: ignore[index]
    return QColor(*parts).name()


def _grounds(t: Tokens) -> str:
    width = t.line_width
    tones = "\n".join(f'QLabel[tone="{tone}"] {{ color: {getattr(t, tone)}; }}' for tone in _TONES)
    banners = "\n".join(
        f'QFrame[banner="{kind}"] {{ background: {getattr(t, of + "_soft")};'
        f" border: {width}px solid {getattr(t, of + '_line')}; border-radius: 8px; }}"
        for kind, of in (("info", "info"), ("done", "ok"), ("look", "warn"), ("not_done", "danger"))
    )
    return f"""
QMainWindow, QDialog, QWidget[ground="window"], QScrollArea[ground="window"] {{ background: {t.window}; }}
QWidget[ground="sidebar"] {{ background: {t.sidebar}; }}
QWidget[ground="raised"] {{ background: {t.raised}; }}
QWidget[ground="surface"] {{ background: {t.surface}; }}
QLabel {{ background: transparent; }}
QLabel:disabled {{ color: {t.disabled}; }}
{tones}
QFrame[card="surface"] {{ background: {t.surface}; border: {width}px solid {t.line}; border-radius: 8px; }}
QFrame[card="raised"] {{ background: {t.raised}; border: {width}px solid {t.line}; border-radius: 8px; }}
QFrame[card="warn"] {{ background: {t.warn_soft}; border: {width}px solid {t.warn_line}; border-radius: 8px; }}
QFrame[card="danger"] {{ background: {t.danger_soft}; border: {width}px solid {t.danger_line}; border-radius: 8px; }}
QFrame[rule="true"] {{ background: {t.line}; border: none; }}
{banners}
QToolTip {{ background: {t.surface}; color: {t.text}; border: {width}px solid {t.strong}; padding: 8px; }}
"""


def _buttons(t: Tokens, control: int) -> str:
    width = t.line_width
    inner = control - 2 * width
    base = f"min-height: {inner}px; max-height: {inner}px;"
    pressed_soft = t.hover if t.high_contrast else t.neutral_soft
    hover_red = t.danger_soft if t.high_contrast else _mix(t.danger_soft, t.danger, 0.06)
    pressed_red = t.danger_soft if t.high_contrast else _mix(t.danger_soft, t.danger, 0.14)
    deep = "#444444" if t.high_contrast else pressed_soft
    return f"""
QPushButton {{ {base} background: {t.surface}; color: {t.text}; border: {width}px solid {t.strong}; border-radius: 6px;
  padding: 0 14px; outline: none; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {deep}; }}
QPushButton:disabled {{ background: {t.raised}; color: {t.disabled}; border-color: {t.neutral_line}; }}
QPushButton[kind="main"] {{ background: {t.accent_fill}; color: {t.on_accent}; border-color: {t.accent_fill}; }}
QPushButton[kind="main"]:hover {{ background: {_shade(t.accent_fill, 110)}; border-color: {_shade(t.accent_fill, 110)}; }}
QPushButton[kind="main"]:pressed {{ background: {_shade(t.accent_fill, 87)}; border-color: {_shade(t.accent_fill, 87)}; }}
QPushButton[kind="tinted"] {{ background: {t.danger_soft}; color: {t.danger}; border-color: {t.danger}; }}
QPushButton[kind="tinted"]:hover {{ background: {hover_red}; }}
QPushButton[kind="tinted"]:pressed {{ background: {pressed_red}; }}
QPushButton[kind="danger"] {{ background: {t.danger_fill}; color: {t.on_danger}; border-color: {t.danger_fill}; }}
QPushButton[kind="danger"]:hover {{ background: {_shade(t.danger_fill, 112)}; border-color: {_shade(t.danger_fill, 112)}; }}
QPushButton[kind="danger"]:pressed {{ background: {_shade(t.danger_fill, 87)}; border-color: {_shade(t.danger_fill, 87)}; }}
QPushButton[kind="main"]:disabled, QPushButton[kind="danger"]:disabled {{ background: {t.neutral_soft}; color: {t.disabled};
  border-color: {t.neutral_line}; }}
QPushButton[kind="tinted"]:disabled {{ background: {t.raised}; color: {t.disabled}; border-color: {t.neutral_line}; }}
QPushButton[kind="quiet"] {{ background: transparent; color: {t.accent}; border-color: transparent; padding: 0 8px; }}
QPushButton[kind="quiet"]:hover {{ background: {t.hover}; }}
QPushButton[kind="quiet"]:pressed {{ background: {pressed_soft}; }}
QPushButton[kind="quiet"]:disabled {{ background: transparent; color: {t.disabled}; border-color: transparent; }}
QPushButton[kind="link"] {{ background: transparent; color: {t.accent}; border: none; padding: 0; text-align: left;
  min-height: 20px; max-height: {control}px; }}
QPushButton[kind="link"]:disabled {{ color: {t.text3}; }}
QPushButton[square="true"] {{ padding: 0; min-width: {inner}px; max-width: {inner}px; }}
QPushButton[checked_look="true"]:checked {{ background: {t.tagged}; border: 2px solid {t.accent_fill}; padding: 0 13px;
  min-height: {control - 4}px; max-height: {control - 4}px; }}
QToolButton {{ background: transparent; border: {width}px solid transparent; border-radius: 6px; padding: 4px;
  color: {t.text}; }}
QToolButton:hover {{ background: {t.hover}; }}
"""


def _fields(t: Tokens, control: int) -> str:
    width = t.line_width
    kinds = ("QLineEdit", "QComboBox", "QSpinBox", "QDateEdit", "QDateTimeEdit", "QTimeEdit", "QDoubleSpinBox")
    every = ", ".join(kinds)
    multi = ("QPlainTextEdit", "QTextEdit")

    def with_state(state: str) -> str:
        return ", ".join(kind + state for kind in (*kinds, *multi))

    spins = [kind for kind in kinds if kind not in ("QLineEdit", "QComboBox")]

    def part(name: str) -> str:
        return ", ".join(f"{kind}::{name}" for kind in spins)

    down, up = pictures.url(t, "down", "text2"), pictures.url(t, "up", "text2")
    return f"""
{with_state("")} {{ background: {t.surface}; color: {t.text}; placeholder-text-color: {t.text3};
  border: {width}px solid {t.strong};
  border-radius: 6px; padding: 0 {12 - width}px; selection-background-color: {t.accent_fill}; selection-color: {t.on_accent}; }}
{every} {{ min-height: {control - 2 * width}px; max-height: {control - 2 * width}px; }}
{", ".join(multi)} {{ padding: 6px {8 - width}px; }}
QLineEdit:focus, QSpinBox:focus, QDateEdit:focus, QDateTimeEdit:focus, QTimeEdit:focus, QDoubleSpinBox:focus, QComboBox:focus {{
  border: 2px solid {t.focus}; padding: 0 10px; min-height: {control - 4}px; max-height: {control - 4}px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {t.focus}; padding: 5px 6px; }}
{with_state('[wrong="true"]')} {{ border: 2px solid {t.danger}; }}
QLineEdit[wrong="true"], QComboBox[wrong="true"], QSpinBox[wrong="true"], QDateEdit[wrong="true"] {{ padding: 0 10px;
  min-height: {control - 4}px; max-height: {control - 4}px; }}
{with_state(":disabled")} {{ background: {t.raised}; color: {t.disabled}; placeholder-text-color: {t.disabled};
  border-color: {t.neutral_line}; }}
QLineEdit[leading="true"] {{ padding-left: 4px; }}
QComboBox {{ padding-right: 4px; padding-left: {10 - width}px; }}
QComboBox:focus {{ padding-right: 3px; padding-left: 8px; }}
QComboBox::drop-down {{ border: none; width: 26px; subcontrol-origin: padding; subcontrol-position: center right; }}
QComboBox::down-arrow {{ image: {down}; width: 18px; height: 18px; }}
QComboBox::down-arrow:disabled {{ image: {pictures.url(t, "down", "disabled")}; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: {width}px solid {t.strong}; outline: none;
  padding: 4px;
  selection-background-color: {t.soft}; selection-color: {t.soft_text}; }}
QComboBox QAbstractItemView::item {{ min-height: {control - 6}px; padding: 0 8px; border-radius: 4px; }}
{part("up-button")}, {part("down-button")} {{ border: none; background: transparent; width: 22px; }}
{part("up-arrow")} {{ image: {up}; width: 16px; height: 16px; }}
{part("down-arrow")} {{ image: {down}; width: 16px; height: 16px; }}
"""


def _boxes(t: Tokens) -> str:
    width = 2 if t.high_contrast else 1
    edge_off = t.disabled if t.high_contrast else t.neutral_line
    parts = []
    for kind, radius, shape in (("QCheckBox", 4, "tick"), ("QRadioButton", 9, "dot"), ("QGroupBox", 4, "tick")):
        parts.append(
            f"""
{kind}::indicator {{ width: {18 - 2 * width}px; height: {18 - 2 * width}px; border: {width}px solid {t.strong};
  border-radius: {radius}px;
  background: {t.surface}; }}
{kind}::indicator:hover {{ background: {t.hover}; }}
{kind}::indicator:checked {{ background: {t.accent_fill}; border-color: {t.accent_fill};
  image: {pictures.url(t, shape, "on_accent")}; }}
{kind}::indicator:indeterminate {{ background: {t.accent_fill}; border-color: {t.accent_fill};
  image: {pictures.url(t, "bar", "on_accent")}; }}
{kind}::indicator:disabled {{ background: {t.neutral_soft}; border-color: {edge_off}; image: none; }}
{kind}::indicator:checked:disabled {{ image: {pictures.url(t, shape, "disabled")}; }}"""
        )
    return (
        f"QCheckBox, QRadioButton {{ spacing: 10px; color: {t.text}; outline: none; background: transparent; }}\n"
        f"QCheckBox:disabled, QRadioButton:disabled {{ color: {t.text3}; }}\n" + "\n".join(parts)
    )


def _lists(t: Tokens) -> str:
    width = t.line_width
    return f"""
QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: none; outline: none;
  selection-background-color: {t.tagged};
  selection-color: {t.text}; }}
QTableView {{ gridline-color: {t.line}; }}
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {{ background: {t.tagged}; color: {t.text}; }}
QHeaderView {{ background: {t.raised}; border: none; }}
QHeaderView::section {{ background: {t.raised}; color: {t.text2}; border: none; border-bottom: {width}px solid {t.line};
  padding: 0 8px; }}
QHeaderView::up-arrow {{ image: {pictures.url(t, "up", "text")}; width: 14px; height: 14px; }}
QHeaderView::down-arrow {{ image: {pictures.url(t, "down", "text")}; width: 14px; height: 14px; }}
QTableCornerButton::section {{ background: {t.raised}; border: none; }}
QTabBar::tab {{ background: transparent; color: {t.text2}; padding: 8px 12px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent_fill}; }}
QTabWidget::pane {{ border: none; border-top: {width}px solid {t.line}; }}
"""


def _bars(t: Tokens) -> str:
    width = t.line_width
    return f"""
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 2px 0; }}
QScrollBar:horizontal {{ background: transparent; height: 14px; margin: 0 2px; }}
QScrollBar::handle:vertical {{ background: {t.strong}; min-height: 32px; border-radius: 3px; margin: 4px; }}
QScrollBar::handle:horizontal {{ background: {t.strong}; min-width: 32px; border-radius: 3px; margin: 4px; }}
QScrollBar::handle:hover {{ background: {t.text3}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; background: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QScrollArea {{ border: none; background: transparent; }}
QProgressBar {{ background: {t.neutral_soft}; border: 1px solid {t.neutral_line}; border-radius: 5px; min-height: 8px;
  max-height: 8px; }}
QProgressBar::chunk {{ background: {t.accent_fill}; border-radius: 4px; }}
QMenuBar {{ background: {t.sidebar}; color: {t.text}; border-bottom: {width}px solid {t.line}; padding: 0 12px;
  min-height: 27px; }}
QMenuBar::item {{ padding: 2px 9px 3px 9px; margin: 0; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {t.soft}; color: {t.soft_text}; }}
QMenuBar::item:disabled {{ color: {t.disabled}; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: {width}px solid {t.strong}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 4px; background: transparent; }}
QMenu::item:selected {{ background: {t.soft}; color: {t.soft_text}; }}
QMenu::item:disabled {{ color: {t.disabled}; }}
QMenu::icon {{ padding-left: 10px; }}
QMenu::separator {{ height: {width}px; background: {t.line}; margin: 4px 8px; }}
QStatusBar {{ background: {t.sidebar}; color: {t.text2}; }}
QSplitter::handle {{ background: {t.line}; }}
"""
