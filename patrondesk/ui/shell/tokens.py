"""The colours of the three themes, by the name of what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Every colour is a `#RRGGBB` text; `line_width` is in logical pixels; `veil` is an opacity from 0 to 1."""

    name: str
    dark: bool
    high_contrast: bool
    line_width: int
    veil: float
    window: str
    sidebar: str
    surface: str
    raised: str
    hover: str
    line: str
    strong: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_fill: str
    on_accent: str
    soft: str
    soft_text: str
    tagged: str
    danger: str
    danger_soft: str
    danger_line: str
    danger_fill: str
    on_danger: str
    warn: str
    warn_soft: str
    warn_line: str
    ok: str
    ok_soft: str
    ok_line: str
    info: str
    info_soft: str
    info_line: str
    neutral_soft: str
    neutral_line: str
    disabled: str
    focus: str
    chart1: str
    chart2: str
    tints: tuple[tuple[str, str], ...]

    def colour(self, token: str) -> QColor:
        """The colour of a token by its name, such as `text2`. Raises AttributeError for an unknown one."""
        return QColor(str(getattr(self, token)))


_LIGHT_TINTS = (
    ("#D7ECEC", "#17555A"), ("#F3E6C2", "#6B4A00"), ("#F4D9E1", "#8A1F45"), ("#EADCF0", "#5B2A78"),
    ("#DCEBDC", "#245A2C"), ("#DCE4F6", "#274F96"), ("#F6DFD2", "#84390F"), ("#E3E3E0", "#44484D"),
)  # fmt: skip
_DARK_TINTS = (
    ("#17484C", "#CDEFF0"), ("#5C4204", "#FBE7B3"), ("#73203F", "#FCDDE7"), ("#532B6B", "#F0DDFA"),
    ("#23512A", "#D6F2D9"), ("#2B4470", "#DAE6FF"), ("#6A3414", "#FBE0D0"), ("#45494F", "#ECEDEF"),
)  # fmt: skip

LIGHT = Tokens(
    name="light", dark=False, high_contrast=False, line_width=1, veil=0.35,
    window="#F3F2EE", sidebar="#E9E7E1", surface="#FFFFFF", raised="#FAF9F6", hover="#F1F4FA",
    line="#DEDBD3", strong="#7D7A72", text="#1D2126", text2="#50565D", text3="#5F656C",
    accent="#274F96", accent_fill="#274F96", on_accent="#FFFFFF", soft="#E3EAF7", soft_text="#1E3F7A", tagged="#EAF0FB",
    danger="#A3241A", danger_soft="#FBEAE7", danger_line="#C96A5F", danger_fill="#A3241A", on_danger="#FFFFFF",
    warn="#7A4A00", warn_soft="#FCF1DA", warn_line="#D9B36A", ok="#1F6B3F", ok_soft="#E4F2E8", ok_line="#8FC3A2",
    info="#274F96", info_soft="#E8EEF9", info_line="#A9BDE3", neutral_soft="#EDEBE5", neutral_line="#CFCBC1",
    disabled="#8B9096", focus="#274F96", chart1="#274F96", chart2="#B06A00", tints=_LIGHT_TINTS,
)  # fmt: skip

DARK = Tokens(
    name="dark", dark=True, high_contrast=False, line_width=1, veil=0.55,
    window="#191B1E", sidebar="#141618", surface="#212428", raised="#272A2F", hover="#2A2F38",
    line="#363A40", strong="#8A9098", text="#ECEDEF", text2="#B6BBC2", text3="#9BA1A9",
    accent="#9DBCF7", accent_fill="#93B5F5", on_accent="#0F1A30", soft="#2A3A5A", soft_text="#D3E1FF", tagged="#263248",
    danger="#FFA598", danger_soft="#3B2522", danger_line="#9C5045", danger_fill="#C04233", on_danger="#FFFFFF",
    warn="#F2C877", warn_soft="#39301D", warn_line="#7A6332", ok="#8FD6A8", ok_soft="#20352A", ok_line="#3F6B50",
    info="#9DBCF7", info_soft="#242F45", info_line="#44587F", neutral_soft="#2E3237", neutral_line="#4A4F56",
    disabled="#7B828A", focus="#9DBCF7", chart1="#6F9AEB", chart2="#E0A64A", tints=_DARK_TINTS,
)  # fmt: skip

CONTRAST = Tokens(
    name="contrast", dark=True, high_contrast=True, line_width=2, veil=0.55,
    window="#000000", sidebar="#000000", surface="#000000", raised="#000000", hover="#1F1F1F",
    line="#FFFFFF", strong="#FFFFFF", text="#FFFFFF", text2="#FFFFFF", text3="#E6E6E6",
    accent="#7FD8FF", accent_fill="#FFE66B", on_accent="#000000", soft="#FFE66B", soft_text="#000000", tagged="#002B45",
    danger="#FFB3A7", danger_soft="#000000", danger_line="#FFB3A7", danger_fill="#FFB3A7", on_danger="#000000",
    warn="#FFE66B", warn_soft="#000000", warn_line="#FFE66B", ok="#9BF5B4", ok_soft="#000000", ok_line="#9BF5B4",
    info="#7FD8FF", info_soft="#000000", info_line="#7FD8FF", neutral_soft="#000000", neutral_line="#FFFFFF",
    disabled="#B3B3B3", focus="#FFE66B", chart1="#7FD8FF", chart2="#FFE66B", tints=(("#000000", "#FFFFFF"),) * 8,
)  # fmt: skip

THEMES = {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST)}


def from_system(palette: QPalette) -> Tokens:
    """The system's own contrast colours in our roles: only text, ground, highlight and link are used."""

    def role(of: QPalette.ColorRole, group: QPalette.ColorGroup = QPalette.ColorGroup.Active) -> str:
        return palette.color(group, of).name()

    ground, text = role(QPalette.ColorRole.Window), role(QPalette.ColorRole.WindowText)
    paper, ink = role(QPalette.ColorRole.Base), role(QPalette.ColorRole.Text)
    mark, on_mark = role(QPalette.ColorRole.Highlight), role(QPalette.ColorRole.HighlightedText)
    link, off = role(QPalette.ColorRole.Link), role(QPalette.ColorRole.Text, QPalette.ColorGroup.Disabled)
    return Tokens(
        name="system-contrast", dark=QColor(ground).lightness() < 128, high_contrast=True, line_width=2, veil=0.55,
        window=ground, sidebar=ground, surface=paper, raised=paper, hover=paper, line=text, strong=ink,
        text=ink, text2=ink, text3=ink, accent=link, accent_fill=mark, on_accent=on_mark, soft=mark, soft_text=on_mark,
        tagged=paper, danger=ink, danger_soft=paper, danger_line=ink, danger_fill=mark, on_danger=on_mark,
        warn=ink, warn_soft=paper, warn_line=ink, ok=ink, ok_soft=paper, ok_line=ink, info=ink, info_soft=paper,
        info_line=ink, neutral_soft=paper, neutral_line=ink, disabled=off, focus=mark, chart1=mark, chart2=ink,
        tints=((paper, ink),) * 8,
    )  # fmt: skip
