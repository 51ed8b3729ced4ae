"""The rows of the User Purge table with their tags; it never asks the library for anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.columns import COLUMNS, Col, spoken
from patrondesk.ui.screens.purge.tags import Place, Tags
from patrondesk.ui.shell.columns import LEFT, RECORD_ROLE, RIGHT, SECOND_ROLE
from patrondesk.ui.shell.paint import TagState

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_NO_PARENT = QModelIndex()


class CandidatesModel(QAbstractTableModel):
    """One page of candidates. Column 0 carries the tag as its check state; a locked one refuses it."""

    tags_changed = Signal()

    def __init__(self, tags: Tags, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tags = tags
        self.currency = "USD"
        self.away: frozenset[Col] = frozenset()
        """The columns that are folded away; what they say is said elsewhere."""
        self._rows: tuple[Candidate, ...] = ()
        self._place: Place | None = None
        self._pictures: dict[PatronId, bytes] = {}
        self._refused: frozenset[PatronId] = frozenset()
        self._purging: frozenset[PatronId] = frozenset()

    @property
    def rows(self) -> tuple[Candidate, ...]:
        """The page on show."""
        return self._rows

    @property
    def purging(self) -> bool:
        """Whether a purge runs; tags cannot be changed meanwhile."""
        return bool(self._purging)

    def show_rows(self, rows: tuple[Candidate, ...], place: Place) -> None:
        """Replaces the page."""
        self.beginResetModel()
        self._rows, self._place = rows, place
        shown = {row.id for row in rows}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in shown}
        self.endResetModel()

    def show_pictures(self, pictures: Mapping[PatronId, tuple[str, bytes]]) -> None:
        """Portraits that came after their rows."""
        self._pictures.update({key: content for key, (_, content) in pictures.items()})
        self._all_changed(Col.PATRON, Col.PATRON)

    def show_refused(self, ids: Iterable[PatronId]) -> None:
        """Marks those whom the last purge refused."""
        self._refused = frozenset(ids)
        self._all_changed()

    def show_purging(self, ids: Iterable[PatronId]) -> None:
        """Marks those who are being purged, and closes every tag box until it is called with nobody."""
        self._purging = frozenset(ids)
        self._all_changed()

    def fold(self, away: frozenset[Col]) -> None:
        """These columns have no room: barcode and class stand under the name, money that is in the way in Standing."""
        if away != self.away:
            self.away = away
            self._all_changed()

    def row_of(self, patron_id: PatronId) -> int:
        """The row of a patron, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.id == patron_id), -1)

    def picture(self, patron_id: PatronId) -> bytes | None:
        """The portrait's content, when it has come."""
        return self._pictures.get(patron_id)

    def refused(self, patron_id: PatronId) -> bool:
        """Whether the last purge refused this patron."""
        return patron_id in self._refused

    def state(self, row: Candidate) -> TagState:
        """How the tag box of a row stands."""
        tagged = row.id in self.tags
        if not row.eligible:
            return TagState.LOCKED
        if self._purging:
            return TagState.PURGING if row.id in self._purging else TagState.RESTING
        return TagState.TAGGED if tagged else TagState.NOT_TAGGED

    def marked(self, row: Candidate) -> bool:
        """Whether the row has the ground and bar of a tagged one."""
        return row.id in self._purging if self._purging else row.id in self.tags

    def dimmed(self, row: Candidate) -> bool:
        """Whether a purge of others runs."""
        return bool(self._purging) and row.id not in self._purging

    def tag_rows(self, numbers: Iterable[int], tagged: bool) -> None:
        """Tags those of these rows that can be, or untags them."""
        if self._purging:
            return
        for number in numbers:
            row = self._rows[number]
            if tagged:
                self.tags.tag(row, self._place)
            else:
                self.tags.untag(row.id)
        self._all_changed()
        self.tags_changed.emit()

    def clear_tags(self) -> None:
        """Takes every tag away, on other pages too."""
        if not self._purging:
            self.tags.clear()
            self._all_changed()
            self.tags_changed.emit()

    def _all_changed(self, first: int = 0, last: int = len(Col) - 1) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, first), self.index(len(self._rows) - 1, last))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Col)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Col):
            return None
        if role == Role.DisplayRole:
            return COLUMNS[Col(section)].header
        if role == Role.AccessibleTextRole:
            return COLUMNS[Col(section)].header or "Tag"
        if role == Role.TextAlignmentRole:
            return RIGHT if COLUMNS[Col(section)].right else LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        # A locked cell stays enabled, or arrow keys would jump over it and nobody at the keyboard could hear why.
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.column() == Col.TAG and not self._purging and self._rows[index.row()].eligible:
            found |= Qt.ItemFlag.ItemIsUserCheckable
        return found

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row, col = self._rows[index.row()], Col(index.column())
        if role == Role.DisplayRole:
            return COLUMNS[col].first(row, self.currency)
        if role == RECORD_ROLE:
            return row
        if role == SECOND_ROLE:
            return self._second(row, col)
        if role == Role.CheckStateRole:
            if col is not Col.TAG:
                return None
            return Qt.CheckState.Checked if row.eligible and row.id in self.tags else Qt.CheckState.Unchecked
        if role == Role.AccessibleTextRole:
            return spoken(row, col, row.id in self.tags, self.currency)
        if role == Role.AccessibleDescriptionRole:
            return self._described(row, col)
        if role == Role.ToolTipRole:
            return self._tip(row, col)
        if role == Role.TextAlignmentRole:
            return RIGHT if COLUMNS[col].right else LEFT
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not index.isValid() or index.column() != Col.TAG or self._purging:
            return False
        row = self._rows[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            if not self.tags.tag(row, self._place):
                return False
        else:
            self.tags.untag(row.id)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(Col) - 1))
        self.tags_changed.emit()
        return True

    def _second(self, row: Candidate, col: Col) -> str:
        if col is Col.PATRON:
            barcode = row.barcode if Col.BARCODE in self.away else None
            group = (row.homeroom or row.year_level) if Col.CLASS in self.away else None
            return " · ".join(part for part in (row.username, barcode, group) if part)
        if col is Col.STANDING and Col.OWES in self.away:
            return standing.set_aside(row) or standing.owes_besides(row, self.currency)
        return COLUMNS[col].second(row, self.currency)

    def _described(self, row: Candidate, col: Col) -> str | None:
        if col is Col.TAG and not row.eligible:
            return ". ".join(standing.lines(row)) + "."
        if col is Col.TAG:
            return "Space tags and untags."
        return "Enter opens it." if col is Col.PATRON or (col is Col.LOANS and row.open_loans) else None

    def _tip(self, row: Candidate, col: Col) -> str | None:
        import html  # with the name of every letter there is; the first look at the page does without

        if col in (Col.TAG, Col.STANDING, Col.OWES) and not row.eligible:
            # Escaped, since a tip that looks like HTML would be read as such.
            return "<qt>" + "<br>".join(html.escape(line) for line in (standing.why_not(row), *standing.lines(row))) + "</qt>"
        if col is Col.PATRON:
            return f"<qt>{html.escape(', '.join(part for part in (row.name, row.username, row.barcode) if part))}</qt>"
        if col is Col.DEACTIVATED:
            return f"<qt>{html.escape(COLUMNS[col].second(row, self.currency))}</qt>" if row.deactivated_by else None
        return None
