"""Reports into files: the target looked at before anything is done, then written by the format of its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk.errors import Unusable

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.purging import BatchResult
    from patrondesk.records.tables import Report, Written


def check_target(target: Path) -> None:
    """Raises WrongUsage for an ending that is no format, Unusable for a place where nothing can be written."""
    from patrondesk.exporters import for_file

    for_file(target)
    check_folder(target)


def check_folder(target: Path) -> None:
    """Raises Unusable for a place where nothing can be written."""
    folder = target.absolute().parent
    if not folder.is_dir():
        raise Unusable(
            f"There is no folder “{folder.name}”; nothing was changed.", "Make it, or choose another place.", "MISSING"
        )
    blocked = target.is_dir() or not os.access(target if target.exists() else folder, os.W_OK)
    if blocked:
        raise Unusable(f"“{target.name}” cannot be written; nothing was changed.", "Choose another name or place.", "READ_ONLY")


def write(report: Report, target: Path) -> Written:
    """Raises Unusable and leaves what was there."""
    from patrondesk.exporters import for_file

    return for_file(target).write(report, target)


def write_batch(desk: Desk, result: BatchResult, target: Path) -> Written:
    """Everybody of a batch: the purged, the refused, the sum."""
    from patrondesk.reports import purged_patrons

    return write(purged_patrons.build(result, desk.clock.now(), desk.clock.rehearsal), target)
