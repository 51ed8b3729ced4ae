"""Patrons: the list with its search, and everything about one patron."""
