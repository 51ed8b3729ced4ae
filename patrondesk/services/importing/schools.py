"""Whether a row's library is this one: a row of another library of the database is not for here."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import folding
from patrondesk.models.library import Library
from patrondesk.records.importing import MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing.reading import Block
from patrondesk.services.importing.remarks import Remarks

M = MessageKind
_UNKNOWN = "The file names libraries that are not in this database; its rows are taken for the present one."


class Schools:
    """The libraries of the database, by short name and name."""

    def __init__(self, work: Work) -> None:
        rows = work.session.execute(sa.select(Library.id, Library.short_name, Library.name)).all()
        self._here = {folding.fold(word) for key, *words in rows if key == work.library_id for word in words}
        self._others = {folding.fold(word) for key, *words in rows if key != work.library_id for word in words}
        self._known: dict[str, bool | None] = {}

    def check(self, block: Block, remarks: Remarks, who: str) -> None:
        """Tells unknown names once, and takes away rows of other libraries. A cell may list several, separated by commas."""
        elsewhere = []
        for place, text in enumerate(block.values["library"]):
            if text is None or (told := self._here_or_there(text)) is True:
                continue
            if told is None:
                remarks.once(M.NOTICE, "UNKNOWN_LIBRARY", "library", _UNKNOWN)
                continue
            elsewhere.append(place)
            said = f"The row belongs to another library of this database: {text}."
            remarks.refuse(block.lines[place], M.INVALID, "OTHER_LIBRARY", "library", said, str(block.values[who][place] or ""))
        block.drop(elsewhere)

    def _here_or_there(self, text: str) -> bool | None:
        """True: this library; False: another one of the database; None: nobody's."""
        if text not in self._known:
            named = {folding.fold(part) for part in (text, *text.split(","))}
            self._known[text] = True if named & self._here else False if named & self._others else None
        return self._known[text]
