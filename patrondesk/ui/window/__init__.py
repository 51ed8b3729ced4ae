"""The window: the only place that knows several screens and joins them by their signals."""
