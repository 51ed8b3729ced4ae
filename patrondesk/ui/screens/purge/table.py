"""The User Purge table: Space tags in whatever column, links open with a click or Enter, the head's box tags all."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QToolTip, QWidget

from patrondesk.records.patrons import Candidate
from patrondesk.ui.screens.purge.columns import COLUMNS, HEADINGS, Col, folded
from patrondesk.ui.screens.purge.delegates import CandidateDelegate
from patrondesk.ui.screens.purge.model import CandidatesModel, Index
from patrondesk.ui.shell import fonts, theme
from patrondesk.ui.shell.arranging import Arranger
from patrondesk.ui.shell.chips import TagBox
from patrondesk.ui.shell.columns import RECORD_ROLE
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.sort_head import SortHead
from patrondesk.ui.shell.tables import Table

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class PurgeTable(Table):
    """The table of candidates. `refused_tag` comes with a press on a locked box."""

    patron_chosen = Signal(object)
    loans_chosen = Signal(object)
    menu_asked = Signal(QModelIndex, QPoint)
    sort_asked = Signal(str)

    def __init__(
        self, model: CandidatesModel, prefs: Prefs | None = None, person: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("Patrons who are deactivated", "purge_table", parent)
        self._candidates = model
        self._pressed = QModelIndex()
        self.setHorizontalHeader(SortHead(self))
        self.measure()
        self.setModel(model)
        self.setItemDelegate(CandidateDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.tag_all = TagBox(self.horizontalHeader())
        self.tag_all.setObjectName("purge_tag_all")
        self._room = (1366, 1110)
        self._set_up_head()
        self.arranger = Arranger(self, "purge", HEADINGS, prefs, person)
        self.arranger.sort = self._on_head_clicked
        self.arranger.changed.connect(self._fold)
        theme.look().changed.connect(self._fold)
        self._fold()
        self.tag_all.clicked.connect(self._on_tag_all)
        self.entered_cell.connect(self._on_entered)
        model.tags_changed.connect(self.show_tags)
        model.modelReset.connect(self.show_tags)
        self.show_tags()

    def _set_up_head(self) -> None:
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(Col.PATRON, Qt.SortOrder.AscendingOrder)
        head.setMinimumSectionSize(40)
        head.sectionClicked.connect(self._on_head_clicked)
        head.geometriesChanged.connect(self._place_box)
        head.sectionResized.connect(self._place_box)

    def fold(self, window: int, room: int) -> None:
        """Hides the columns for which window and table are too narrow, besides those that the person does not want."""
        self._room = (window, room)
        self._fold()

    def _fold(self) -> None:
        away = folded(*self._room, fonts.scale(), self.arranger.choice)
        self.arranger.hide(away)
        self._candidates.fold(away)
        self._place_box()

    def show_order(self, sort: str, descending: bool) -> None:
        """The arrow in the head."""
        col = next((col for col, shown in COLUMNS.items() if shown.sort == sort), Col.PATRON)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(col, order)

    def show_tags(self) -> None:
        """Brings the head's box in line with the rows."""
        model = self._candidates
        free = [row for row in model.rows if row.eligible]
        tagged = sum(row.id in model.tags for row in free)
        self.tag_all.setEnabled(bool(free))
        self.tag_all.rest(model.purging)
        some = Qt.CheckState.PartiallyChecked if tagged else Qt.CheckState.Unchecked
        self.tag_all.setCheckState(Qt.CheckState.Checked if free and tagged == len(free) else some)
        self.tag_all.setAccessibleName(f"Tag all {len(free)} on this page that can go; {tagged} tagged")
        self.tag_all.setToolTip("Tag all on this page that can go" if free else "Nobody on this page can go now")

    def marked_rows(self) -> list[int]:
        """The rows to which Space applies: those marked with Shift, or the current one."""
        here = self.currentIndex()
        if not here.isValid():
            return []
        marked = sorted(index.row() for index in self.selectionModel().selectedRows())
        return marked if len(marked) > 1 and here.row() in marked else [here.row()]

    def toggle(self, rows: list[int]) -> None:
        """Tags those of the rows that can be; untags them when all are tagged. One locked row shows its reasons."""
        model = self._candidates
        free = [row for row in rows if model.rows[row].eligible]
        if not free:
            if rows:
                self.show_why(model.index(rows[0], Col.TAG))
            return
        model.tag_rows(free, not all(model.rows[row].id in model.tags for row in free))

    def show_why(self, index: Index) -> None:
        """Shows the tool tip of a cell where it is, as the pointer would."""
        words = index.data(Qt.ItemDataRole.ToolTipRole)
        if words:
            rect = self.visualRect(index)
            QToolTip.showText(self.viewport().mapToGlobal(rect.center()), str(words), self.viewport(), rect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, mods = event.key(), event.modifiers()
        if key == Qt.Key.Key_Space and not mods & _CTRL:
            self.ring_here()
            self.toggle(self.marked_rows())
        elif key == Qt.Key.Key_A and mods & _CTRL:
            event.ignore()  # the page's: it tags all displayed
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and mods & _SHIFT):
            self._ask_menu()
        elif key == Qt.Key.Key_Slash:
            event.ignore()  # the page's: it goes to the search
        else:
            super().keyPressEvent(event)

    def tag_displayed(self) -> None:
        """Tags all displayed that can be tagged."""
        self._candidates.tag_rows(range(len(self._candidates.rows)), tagged=True)

    def untag_displayed(self) -> None:
        """Untags all displayed."""
        self._candidates.tag_rows(range(len(self._candidates.rows)), tagged=False)

    def ring_here(self) -> None:
        """Shows the ring: the keyboard is at work."""
        self._ringed = True
        self.viewport().update()

    def _ask_menu(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.menu_asked.emit(index, self.viewport().mapToGlobal(self.visualRect(index).center()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The Menu key comes as a key press too, which is taken above.
        index = self.indexAt(event.pos())
        if index.isValid() and event.reason() != QContextMenuEvent.Reason.Keyboard:
            self.setCurrentIndex(index)
            self.menu_asked.emit(index, event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # Not the shell's, which opens a link while Shift or Ctrl marks rows.
        QTableView.mouseReleaseEvent(self, event)
        pressed, self._pressed = self._pressed, QModelIndex()
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers() & (_CTRL | _SHIFT) or index != pressed:
            return
        if index.isValid() and index.column() == Col.TAG:
            self.toggle([index.row()])
        elif index.isValid() and self._is_link(index):
            self.entered_cell.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def _is_link(self, index: Index) -> bool:
        return index.column() == Col.PATRON or (index.column() == Col.LOANS and bool(index.data()))

    def _on_entered(self, index: QModelIndex) -> None:
        row = index.data(RECORD_ROLE)
        if not isinstance(row, Candidate):
            return
        if index.column() == Col.LOANS and row.open_loans:
            self.loans_chosen.emit(row.id)
        elif index.column() == Col.PATRON:
            self.patron_chosen.emit(row.id)

    def _on_tag_all(self) -> None:
        if self.tag_all.checkState() == Qt.CheckState.Checked:
            self.tag_displayed()
        else:
            self.untag_displayed()

    def _on_head_clicked(self, section: int) -> None:
        word = COLUMNS[Col(section)].sort
        if word:
            self.sort_asked.emit(word)

    def _place_box(self) -> None:
        head = self.horizontalHeader()
        rect = QRect(head.sectionViewportPosition(Col.TAG), 0, head.sectionSize(Col.TAG), head.height())
        self.tag_all.setGeometry(rect)
        self.tag_all.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_box()
