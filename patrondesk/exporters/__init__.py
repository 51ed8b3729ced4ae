"""The file formats a report can be written in, by file extension."""

from __future__ import annotations

from pathlib import Path

from patrondesk.errors import WrongUsage
from patrondesk.exporters.base import Exporter
from patrondesk.registry import Registry


def exporters() -> Registry[Exporter]:
    """Every format in this folder, the spreadsheet first."""
    return Registry("patrondesk.exporters", "EXPORTER", Exporter, required=("xlsx", "csv", "json"))


def for_file(path: Path) -> Exporter:
    """The exporter for the extension of a file name. Raises WrongUsage for one that is not known."""
    known = exporters()
    codes, code = known.keys(), path.suffix.lower().removeprefix(".")
    if code not in codes:
        raise WrongUsage(
            f"The file name “{path.name}” does not say which kind of file to write.",
            f"End it with one of {', '.join(f'.{key}' for key in codes)}.",
        )
    return known[code]
