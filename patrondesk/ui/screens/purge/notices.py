"""The banners above the table, one for each matter; they push the table down and stay until closed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from patrondesk.ui.shell.banner import Banner


class Notices(QWidget):
    """Shows one banner a matter ("purge", "tags", "fault"); a newer one takes the older one's place."""

    came = Signal()
    """There is a new banner; Tab must find its way through it."""
    went = Signal()
    """One was taken away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def put(self, matter: str, banner: QWidget) -> None:
        """Shows a banner."""
        self.take(matter)
        self._shown[matter] = banner
        self._column.addWidget(banner)
        if isinstance(banner, Banner):
            banner.closed.connect(lambda: self._on_closed(matter, banner))
        banner.show()
        self.show()
        self.came.emit()

    def take(self, matter: str) -> None:
        """Takes a banner away; one that is not there is no fault."""
        banner = self._shown.pop(matter, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._shown))
        self.went.emit()

    @property
    def stops(self) -> list[QWidget]:
        """The buttons of all banners, from top to bottom, each banner's own from left to right."""
        every: list[QWidget] = []
        for banner in self._shown.values():
            own = [button for button in banner.findChildren(QAbstractButton) if button.focusPolicy() & Qt.FocusPolicy.TabFocus]
            close = banner.close_button if isinstance(banner, Banner) else None
            every += sorted(own, key=lambda button, close=close: button is close)  # type: ignore[misc]
        return every

    def shown(self, matter: str) -> QWidget | None:
        """The banner of a matter."""
        return self._shown.get(matter)

    def _on_closed(self, matter: str, banner: QWidget) -> None:
        if self._shown.get(matter) is banner:
            self.take(matter)
