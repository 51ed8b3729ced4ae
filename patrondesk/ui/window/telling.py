"""Two small dialogs of the menus: what PatronDesk is, and that a backup was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from patrondesk import __version__
from patrondesk.ui.shell import dialogs, fonts, text
from patrondesk.ui.shell.buttons import button

if TYPE_CHECKING:
    from patrondesk.records.desk import BackupMade

_FOR = (
    "The desk at which a school library ends a patron's time with it: deactivate, reconcile, purge, keep the statistics, "
    "and undo."
)
_MADE_WITH = (
    "Font: Inter (SIL OFL 1.1). Icons: Lucide (ISC). "
    "Made with Qt and PySide6 (LGPL 3), SQLAlchemy (MIT), openpyxl (MIT)."
)  # fmt: skip


def about(parent: QWidget) -> dialogs.Dialog:
    """About PatronDesk, not yet open."""
    dialog = dialogs.Dialog(parent, "About PatronDesk", dialogs.NARROW, "about_dialog")
    dialog.question("PatronDesk")
    dialog.body.addWidget(text.Sentence(f"Version {__version__}", fonts.TEXT))
    dialog.body.addWidget(text.Sentence(_FOR, fonts.TEXT))
    dialog.body.addWidget(text.Sentence(_MADE_WITH, fonts.LABEL, "text2"))
    dialog.add_decision(button("Close", "main", name="about_close")).clicked.connect(dialog.accept)
    return dialog


def backed_up(parent: QWidget, made: BackupMade) -> dialogs.Dialog:
    """Where the backup is, not yet open."""
    dialog = dialogs.Dialog(parent, "Backup", dialogs.NARROW, "backup_dialog")
    dialog.question("The library is backed up and checked.")
    dialog.body.addWidget(text.Sentence(f"{made.patrons:,} patrons, {made.size / 2**20:,.1f} MB", fonts.TEXT))
    dialog.body.addWidget(text.Sentence(made.path, fonts.LABEL, "text2"))
    dialog.add_decision(button("Close", "main", name="backup_close")).clicked.connect(dialog.accept)
    return dialog
