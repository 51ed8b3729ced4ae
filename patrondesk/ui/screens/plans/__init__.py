"""Purge plans: lists kept from a preview, reviewed - names struck out with a note, also in a file - and run later."""
