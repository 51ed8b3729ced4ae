"""This computer's own settings: window, theme, text size, density, page size, columns, the last username. No patron's data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from patrondesk import paths

_PAGE_SIZES = (20, 50, 100, 200)


class Prefs:
    """Reads and writes `window.ini`. What cannot be read or is out of range is the default."""

    def __init__(self, folder: Path | None = None) -> None:
        self._store = QSettings(str((folder or paths.config_folder()) / "window.ini"), QSettings.Format.IniFormat)

    def _text(self, key: str, default: str) -> str:
        return str(self._store.value(key, default))

    def _number(self, key: str, default: int, allowed: tuple[int, ...]) -> int:
        found = self._text(key, str(default))
        return int(found) if found.isdigit() and int(found) in allowed else default

    @property
    def theme(self) -> str:
        """`system`, `light`, `dark` or `contrast`."""
        found = self._text("look/theme", "system")
        return found if found in ("system", "light", "dark", "contrast") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("look/theme", name)

    @property
    def text_size(self) -> int:
        """100, 115 or 130 per cent."""
        return self._number("look/text_size", 100, (100, 115, 130))

    @text_size.setter
    def text_size(self, per_cent: int) -> None:
        self._store.setValue("look/text_size", per_cent)

    @property
    def compact(self) -> bool:
        """Whether rows have one line."""
        return self._text("look/compact", "false") == "true"

    @compact.setter
    def compact(self, yes: bool) -> None:
        self._store.setValue("look/compact", "true" if yes else "false")

    @property
    def page_size(self) -> int:
        """Rows a page: 20, 50, 100 or 200."""
        return self._number("purge/page_size", 50, _PAGE_SIZES)

    @page_size.setter
    def page_size(self, rows: int) -> None:
        self._store.setValue("purge/page_size", rows)

    def username(self, library: str) -> str:
        """Who signed in last on this computer to a library (its address)."""
        return self._text(f"signin/{_key(library)}", "")

    def set_username(self, library: str, username: str) -> None:
        """Remembers who signed in."""
        self._store.setValue(f"signin/{_key(library)}", username)

    def library(self, address: str) -> str:
        """At which library (its short name) of a district's database somebody signed in last on this computer."""
        return self._text(f"library/{_key(address)}", "")

    def set_library(self, address: str, short: str) -> None:
        """Remembers at which."""
        self._store.setValue(f"library/{_key(address)}", short)

    def by_itself(self, address: str) -> bool:
        """Whether the system's keyring is to be asked for a key when this library is opened. The key itself is there alone."""
        return self._text(f"by_itself/{_key(address)}", "false") == "true"

    def set_by_itself(self, address: str, yes: bool) -> None:
        """Remembers whether to ask."""
        self._store.setValue(f"by_itself/{_key(address)}", "true" if yes else "false")
        self._store.sync()

    def geometry(self) -> QByteArray | None:
        """The window's place and size, as Qt saves it."""
        return self._bytes("window/geometry")

    def set_geometry(self, saved: QByteArray) -> None:
        """Remembers the window's place and size."""
        self._store.setValue("window/geometry", saved)

    def columns(self, person: str, table: str) -> str:
        """How a person (a username) wants the columns of a table, in the words of `arranging.Choice`; empty as they are."""
        return self._text(f"columns/{_key(person)}/{table}", "")

    def set_columns(self, person: str, table: str, wanted: str) -> None:
        """Remembers it; empty forgets it."""
        if wanted:
            self._store.setValue(f"columns/{_key(person)}/{table}", wanted)
        else:
            self._store.remove(f"columns/{_key(person)}/{table}")

    def save(self) -> None:
        """Writes to disk now."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray | None:
        found = self._store.value(key)
        return found if isinstance(found, QByteArray) else None


def _key(library: str) -> str:
    return library.replace("/", "_").replace("\\", "_")
