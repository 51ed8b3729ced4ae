"""The window: the only place that knows several screens and joins them by their signals."""

from patrondesk.ui.window.desk_window import DeskWindow

__all__ = ["DeskWindow"]
