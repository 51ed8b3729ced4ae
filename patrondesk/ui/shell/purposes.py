"""What each page is for, in a few sentences, and the keys of it that are no commands. Shown by F1 beside the commands' keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """A key that belongs to a table, a field or a dialog rather than to a menu."""

    keys: str
    says: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """A page's title, what it is for, and its habits."""

    title: str
    sentences: tuple[str, ...]
    habits: tuple[Habit, ...] = ()


_OPENS = Habit("Enter", "Open the patron")
_TABLE = (
    Habit("Arrows, Home, End", "Go from cell to cell in a table"),
    Habit("Page Up, Page Down", "Go up and down a table by what is on show"),
)
_FORMS = (
    Habit("Tab, Shift+Tab", "Next and previous control"),
    Habit("Escape", "Close a dialog, or the notice one is in"),
    Habit("Ctrl+S", "In a dialog that is filled in: its main button"),
    Habit("Alt+letter", "The menu whose letter is underlined"),
)
EVERYWHERE = (*_TABLE, *_FORMS)
"""In force on every page."""

PURPOSES = {
    "": Purpose(
        "Signing in",
        (
            "A library file is opened here, and whoever works in it says who they are. Nothing is changed before that.",
            "Whoever has forgotten the password sets a new one with the recovery code of the library.",
        ),
        (Habit("Enter", "Go on from a field that is filled in"),),
    ),
    "purge": Purpose(
        "User Purge",
        (
            "Patrons who are deactivated wait here until they leave the library for good, page by page.",
            "A padlock means that something is in the way; the row says what, and Ctrl+I says what lifts it.",
            "Only the tagged patrons of the page on show are purged, after a question that lists everybody. Until the day it "
            "names, a purge can be undone.",
        ),
        (
            Habit("Space", "Tag or untag the current row, in any column"),
            Habit("Shift+arrows, then Space", "Tag the marked rows that can be"),
            Habit("Enter", "Open the link of the cell: patron or loans"),
            Habit("Menu, Shift+F10", "What can be done with the current row"),
        ),
    ),
    "patrons": Purpose(
        "Patrons",
        (
            "Everybody of the library, active or deactivated. Search by name, barcode, username or class.",
            "Patrons come from a file of the school's own system, or one by one by hand; leavers are deactivated from here. What "
            "is marked, or everybody on the list, can be changed together; nothing is changed before its button is pressed.",
        ),
        (
            _OPENS,
            Habit("Shift+arrows, Ctrl+Space, Ctrl+A", "Mark rows, to change them together"),
            Habit("Escape", "Mark only the current row again"),
        ),
    ),
    "details": Purpose(
        "Patron details",
        (
            "Everything that the library knows about one patron: the record, loans, fines, reservations, notes, blocks and what "
            "was done to it.",
            "The pen of a card opens it for writing, one card at a time; Locked fields says what imports leave as it is. The "
            "picture offers another one, or none.",
            "At the right, or below, stands what is in the way of a purge, and what lifts it; and who asked to see the data.",
            "All that is held about the patron can be downloaded; and a patron without loans, reservations and debts be deleted.",
        ),
        (
            Habit("Up, Down", "In the list of sections: the one before or after"),
            Habit("Escape", "Close the card one writes in; what was typed is dropped"),
        ),
    ),
    "import": Purpose(
        "Import",
        (
            "A file of patrons, or of leavers, is read here. Say where its columns go and read the preview; nothing is changed "
            "before Import is pressed.",
            "A number of the preview shows its rows. What is left out is said with its reason.",
        ),
    ),
    "batches": Purpose(
        "Past purges",
        (
            "Every purge, whoever made it, with what became of each patron in it. The numbers of a line add up.",
            "While its undo date has not passed, a purge can be undone: for everybody in it, or for those who are ticked.",
        ),
        (
            Habit("Enter", "Open the purge of the row"),
            Habit("Space", "In an open purge: tick or untick the row"),
            Habit("Escape", "Back to all purges"),
        ),
    ),
    "plans": Purpose(
        "Purge plans",
        (
            "Lists that were kept from a preview wait here to be looked at. Nobody on them is purged before the plan is run.",
            "Names can be struck out with a note, here or in a spreadsheet that is read back. A run takes exactly those who are "
            "left, and looks at each of them again.",
        ),
        (
            Habit("Enter", "Open the plan of the row; in an open plan the patron, or the note"),
            Habit("Space", "In an open plan: strike the marked patrons out, or put them back"),
            Habit("Shift+arrows", "Mark more rows"),
            Habit("Escape", "Back to all plans"),
        ),
    ),
    "circulation": Purpose(
        "Circulation",
        (
            "Scan a patron, then the items: each is lent. Without a patron, what is on loan comes back. The cursor is always in "
            "the one field, and a scanner ends with Enter.",
            "What is typed and is no barcode is looked for among the names. A refusal says every reason, and what lifts it.",
        ),
        (
            Habit("Enter", "Do the scan; in the empty field, end the visit"),
            Habit("Escape", "Empty the field, then end the visit"),
            Habit("F2, F3, F4", "A scan checks out, returns, renews"),
            Habit("F7, F8", "A scan marks as lost or found, reserves"),
            Habit("F9", "Record a payment of the patron at the desk"),
            Habit("Ctrl+Z", "In the empty field: take the last check-out or return back"),
        ),
    ),
    "audit": Purpose(
        "Audit log",
        (
            "Everything that was done in the library: when, by whom, what. Patrons stand in it by number, and are named as they "
            "are called today.",
            "Each entry is sealed together with the one before it. The check says whether all of them are as they were written; "
            "with a certificate saved as JSON it also finds entries that were cut off at the end.",
        ),
        (Habit("Enter", "Open the entry of the row"),),
    ),
    "backups": Purpose(
        "Backups",
        (
            "Verified copies of the library: one a day, one before each purge, and those made by hand. A backup that still holds "
            "purged patrons is removed in time.",
            "One can be opened read-only, to look somebody up or to bring one patron back. A restore puts one in the place of "
            "the library; the present file is kept aside.",
        ),
        (
            Habit("Enter", "Open the backup of the row; in an open backup the patron"),
            Habit("Escape", "Back to all patrons of the backup, then to all backups"),
        ),
    ),
    "staff": Purpose(
        "Staff and roles",
        (
            "Who may sign in, and in which role. Taking an account away leaves the patron, who can then be purged like anyone.",
            "A role is a set of rights; those that are ready-made are always there. Nobody gives more rights than they have.",
        ),
        (Habit("Enter", "Open the person of the row, or the role"),),
    ),
    "account": Purpose(
        "My account",
        (
            "Your own loans, reservations, fines and data; nobody else's. Your password is changed here.",
            "Where the system has a keyring, this computer can sign you in by itself; it is ended here too.",
        ),
    ),
    "settings": Purpose(
        "Library System Settings",
        (
            "What holds for the whole library, group by group, each setting with what it changes and its default.",
            "What a change does to stored data is said and asked before it is saved. The last card is about this computer only.",
        ),
        (Habit("Escape", "Leave a section; unsaved changes are asked about"),),
    ),
}
"""By the word of the page; the empty word is before somebody has signed in."""


def purpose(place: str) -> Purpose:
    """What a page is for; one that is not in the list has its keys alone."""
    return PURPOSES.get(place, Purpose("This page", ()))
