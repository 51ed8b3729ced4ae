"""The visual language in Qt widgets, shared by every screen."""
