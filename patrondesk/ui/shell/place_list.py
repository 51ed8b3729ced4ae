"""The places of the program in the sidebar's order, and which of them there are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A page's place: `word` is its key in `place_chosen` and, after `nav_`, its object name."""

    word: str
    title: str
    icon: str
    group: str = ""


PLACES = (
    Place("home", "Home", "home"),
    Place("patrons", "Patrons", "patrons"),
    Place("circulation", "Circulation", "circulation"),
    Place("rollover", "Rollover", "rollover", "End of year"),
    Place("purge", "User Purge", "purge", "End of year"),
    Place("fines", "Fine waiving", "waive", "End of year"),
    Place("merge", "Merge", "merge", "End of year"),
    Place("updates", "Patron updates", "updates", "Running"),
    Place("jobs", "Jobs", "jobs", "Running"),
    Place("reports", "Reports", "reports", "Running"),
    Place("settings", "Settings", "settings", "Running"),
)
"""In the order of Ctrl+1 ... Ctrl+0."""
THERE = ("patrons", "circulation", "purge", "settings")
"""What this version has; the others stay out of the sidebar until they are there."""
