"""What stands in the table's place when it has no rows: nobody waits, or nobody matches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from patrondesk.records.patrons import CandidatesQuery
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.shell import buttons, empty

_SEARCHED = "Names, barcodes, usernames, year levels and homerooms are searched."
_FILL = "Patrons appear here once they are deactivated: one by one, from a file of leavers, or by the year-end rollover."


class Nobody(empty.Empty):
    """Its buttons lead to what fills the page, or show everybody again."""

    import_asked = Signal()
    new_patrons_asked = Signal()
    patrons_asked = Signal()
    clear_asked = Signal()

    def __init__(self) -> None:
        self._ways: tuple[buttons.Button, ...] = ()
        super().__init__("Nobody is waiting to be purged")

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its buttons, from left to right."""
        return self._ways

    def explain(self, query: CandidatesQuery) -> None:
        """Says why there is nobody."""
        if query.search or query.reason:
            words = "Clear search" if query.search else "Show everybody"
            clear = buttons.button(words, icon="close", name="purge_clear_search")
            clear.clicked.connect(self.clear_asked)
            self._ways = (clear,)
            self.say(_not_found(query), _SEARCHED if query.search else "", self._ways)
            return
        file = buttons.button("Deactivate from a file...", icon="leavers_file", name="purge_empty_import")
        file.clicked.connect(self.import_asked)
        one = buttons.button("Find a patron", icon="patrons", name="purge_empty_patrons")
        one.clicked.connect(self.patrons_asked)
        new = buttons.button("Import patrons...", icon="import", name="purge_empty_patrons_file")
        new.clicked.connect(self.new_patrons_asked)
        self._ways = (file, one, new)
        self.say("Nobody is waiting to be purged", _FILL, self._ways)


def _not_found(query: CandidatesQuery) -> str:
    if query.search:
        return f"Nothing found for “{query.search}”"
    if query.reason == "none":
        return "Nobody can go now"
    if query.reason in (None, "any"):
        return "Nothing is in anybody's way"
    return f"Nobody here: {standing.called(query.reason or '')}"
