"""Where things live on this computer: the library file, its backups, the program's own resources."""

from __future__ import annotations

from pathlib import Path

import platformdirs

LIBRARY_FILE = "library.patrondesk"


def data_folder() -> Path:
    """The signed-in system user's data folder for PatronDesk (made when something is written)."""
    return Path(platformdirs.user_data_dir("PatronDesk", appauthor=False))


def config_folder() -> Path:
    """Where this computer's own settings live: window, columns, page size, theme."""
    return Path(platformdirs.user_config_dir("PatronDesk", appauthor=False))


def default_library() -> Path:
    """The library file used when none is named."""
    return data_folder() / LIBRARY_FILE


def logs_folder() -> Path:
    """Where the program notes its own faults: kinds and places, nothing personal."""
    return data_folder() / "logs"


def backups_folder(library_file: Path) -> Path:
    """Backups lie beside their library file, so that moving the folder moves both."""
    return library_file.parent / f"{library_file.stem}-backups"


def resources() -> Path:
    """Icons, help and sample files: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "resources"
    return installed if installed.is_dir() else here.parent / "resources"
