"""What the command line asks of the front door: the window, which it may not know itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Front:
    """Each is imported when it is called. `window` and `demo` return the program's exit code.

    `window(database, staff)`: the window, both as given or None. `demo(library)`: signed in to a made-up school.
    `demonstrate(folder)`: the window at work, offscreen, as pictures. `window_problems()`: what is wrong with the
    window, in words; raises ImportError where this computer cannot show one.
    """

    window: Callable[[str | None, str | None], int]
    demo: Callable[[Path], int]
    demonstrate: Callable[[Path], int]
    window_problems: Callable[[], Sequence[str]]
