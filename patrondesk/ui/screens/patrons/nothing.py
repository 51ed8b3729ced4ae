"""What stands in the list's place when nobody is in it: no patrons yet, or nobody found."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from patrondesk.records.patron_lists import PatronQuery
from patrondesk.ui.screens.patrons import list_words
from patrondesk.ui.shell import buttons, empty
from patrondesk.ui.shell.offers import offer


class Nothing(empty.Empty):
    """Its buttons fill the library, or show everybody again."""

    add_asked = Signal()
    import_asked = Signal()
    clear_asked = Signal()

    def __init__(self) -> None:
        super().__init__("", sign="search", token="text2")
        self.setObjectName("patrons_nothing")

    def explain(self, query: PatronQuery, may_not_add: str, may_not_import: str, had_focus: bool) -> None:
        """Says why there is nobody. The two reasons are empty where the person may; the focus stays at hand."""
        if query.plain:
            add = buttons.button("Add a patron...", icon="new_patron", name="patrons_empty_add")
            file = buttons.button("Import a file...", icon="import", name="patrons_empty_import")
            offer(add, may_not_add)
            offer(file, may_not_import)
            add.clicked.connect(self.add_asked)
            file.clicked.connect(self.import_asked)
            said = "Patrons come from the school's own system as a file, or one by one by hand."
            self.say("No patrons yet", said, (file, add))
            return
        clear = buttons.button("Clear search" if query.search.strip() else "Show everybody", name="patrons_clear")
        clear.clicked.connect(self.clear_asked)
        self.say(list_words.nothing_found(query), "", (clear,))
        if had_focus:
            clear.setFocus(Qt.FocusReason.OtherFocusReason)
