"""The Outstanding loans dialog: what happened to each item, what still holds the patron, and what would lift it."""
