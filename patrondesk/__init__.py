"""PatronDesk: the desk at which a school library ends a patron's time with it."""

__version__ = "0.1.0"
