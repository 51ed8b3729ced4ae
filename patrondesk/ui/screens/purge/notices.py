"""The banners above the table, one for each matter; they push the table down and stay until closed."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrondesk.ui.shell.banner import Banner


class Notices(QWidget):
    """Shows one banner a matter ("purge", "tags", "fault"); a newer one takes the older one's place."""

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

    def take(self, matter: str) -> None:
        """Takes a banner away; one that is not there is no fault."""
        banner = self._shown.pop(matter, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._shown))

    def shown(self, matter: str) -> QWidget | None:
        """The banner of a matter."""
        return self._shown.get(matter)

    def _on_closed(self, matter: str, banner: QWidget) -> None:
        if self._shown.get(matter) is banner:
            self.take(matter)
