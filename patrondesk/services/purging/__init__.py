"""Purging: plan, chunk, batch, undo and destruction. Set-based: statements per chunk, not per patron."""
