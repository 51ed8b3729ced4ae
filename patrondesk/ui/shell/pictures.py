"""The few small drawings a style sheet needs as files (ticks, arrows), written once per theme into a folder of this run."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QTemporaryDir

from patrondesk.ui.shell.tokens import Tokens

_SHAPES = {
    "tick": ('<path d="M4.5 9.5l3 3 6-7"/>', 2.2),
    "bar": ('<path d="M5 9h8"/>', 2.4),
    "dot": ('<circle cx="9" cy="9" r="2.5"/>', 3.0),
    "down": ('<path d="M5 7l4 4 4-4"/>', 1.7),
    "up": ('<path d="M5 11l4-4 4 4"/>', 1.7),
    "next": ('<path d="M7 5l4 4-4 4"/>', 1.7),
}


@lru_cache(maxsize=1)
def _folder() -> QTemporaryDir:
    return QTemporaryDir()


@lru_cache(maxsize=256)
def _written(shape: str, colour: str) -> str:
    body, width = _SHAPES[shape]
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18"><g fill="none" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">{body}</g></svg>'
    )
    file = Path(_folder().path()) / f"{shape}-{colour.lstrip('#')}.svg"
    file.write_text(text, encoding="utf-8")
    return file.as_posix()


def url(tokens: Tokens, shape: str, token: str) -> str:
    """The `url("...")` of a drawing in the colour of a token, for a style sheet."""
    return f'url("{_written(shape, tokens.colour(token).name())}")'
