"""The one list of commands: how each is called, its keys, the menu it stands in. Menus, pages and the page of keys use it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """`words` as a menu says them; `says`, where the page of keys has more room to say what it does."""

    word: str
    words: str
    keys: tuple[str, ...] = ()
    says: str = ""

    @property
    def told(self) -> str:
        """What the command does, as the page of keys says it."""
        return self.says or self.words.removesuffix("...")


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of the bar. `words` are commands; empty is a line; what begins with ">" is a menu of choices within it."""

    title: str
    words: tuple[str, ...]


ALWAYS = (
    Command("open", "Open another library file...", ("Ctrl+O",)),
    Command("quit", "Quit", ("Ctrl+Q",)),
    Command("keys", "Keys and what this page is for", ("F1",), "This page of keys"),
    Command("about", "About PatronDesk"),
    Command("menus", "The menus", ("F10",)),
)
"""In force with or without somebody at the desk. Only what opens the menus is in none of them."""

AT_THE_DESK = (
    Command("backup", "Back up now"),
    Command("backups", "Backups..."),
    Command("audit", "Audit log...", says="Who did what and when; check and export it"),
    Command("staff", "Staff and roles...", says="Who may sign in, and what each may do"),
    Command("account", "My account", says="Your own loans, fines and data, and your password"),
    Command("lock", "Lock", ("Ctrl+L",), "Lock the desk"),
    Command("find", "Find a patron"),
    Command("import", "Import a file...", ("Ctrl+Shift+I",), "Import patrons from a file"),
    Command("leavers", "Deactivate from a file..."),
    Command("deactivate", "Deactivate a selection..."),
    Command("cohorts", "Cohorts...", says="Those who leave together: switched off and on, made, renamed"),
    Command("requests", "Data requests...", says="Requests to see the data held about somebody, with their days"),
    Command("plans", "Plans kept...", says="Purge plans that were kept to be reviewed"),
    Command("past_purges", "Past purges..."),
    Command("next_region", "Next part of the window", ("F6",), "Next part: sidebar, head, table, pages, bar, panel"),
    Command("previous_region", "Previous part of the window", ("Shift+F6",)),
)
"""In force on every page."""

ON_PAGES = (
    Command("save", "Save", ("Ctrl+S",), "Save what is changed in this section"),
    Command("print", "Print...", ("Ctrl+P",), "Print the list on show"),
    Command("add", "Add a patron..."),
    Command("together", "Change together...", says="Change the marked patrons, or everybody on the list, together"),
    Command("add_item", "Add an item..."),
    Command("download", "Download patron data...", says="All that is held about the patron, as a file"),
    Command("delete", "Delete patron...", says="Delete the patron; it asks twice and keeps no statistics"),
    Command("own_window", "Open in a window of its own", ("Ctrl+Enter", "Ctrl+Return"), "Open the patron in a window of its own"),
    Command("back", "Back", ("Alt+Left",), "Back to where one came from"),
    Command("up", "Previous patron", ("Alt+Up",)),
    Command("down", "Next patron", ("Alt+Down",)),
    Command("preview", "Preview...", ("Ctrl+Shift+P",), "Preview the purge of the tagged patrons"),
    Command("purge", "Purge checked patrons...", ("Ctrl+Del",), "Purge the tagged patrons; it asks first"),
    Command("undo", "Undo the last purge...", ("Ctrl+Z",), "Undo the purge told above the table; it asks first"),
    Command("tag_all", "Tag all displayed", ("Ctrl+A",), "Tag all displayed that can go"),
    Command("untag_all", "Untag all displayed", ("Ctrl+Shift+A",)),
    Command("why", "Why not...", ("Ctrl+I",), "Why not: what is in the way of the current row"),
    Command("search", "Search", ("Ctrl+F", "/")),
    Command("filter", "Filter", ("Ctrl+R",), "Filter the list"),
    Command("read", "Read again", ("F5",)),
    Command("previous", "Previous page", ("Ctrl+PgUp",)),
    Command("next", "Next page", ("Ctrl+PgDown",)),
    Command("first", "First page", ("Ctrl+Home",)),
    Command("last", "Last page", ("Ctrl+End",)),
    Command("go_to", "Go to page", ("Ctrl+G",)),
    Command("columns", "Columns...", ("Ctrl+Shift+C",), "Move, hide, size and sort the columns"),
)
"""In force on the pages that offer them."""

IN_OWN_WINDOWS = (Command("close_window", "Close this window", ("Ctrl+W",)),)
"""In force only in a window that stands beside the desk."""

MENUS = (
    Menu("&Library", ("open", "backup", "backups", "audit", "staff", "", "save", "print", "", "account", "lock", "quit")),
    Menu(
        "&Patron",
        (
            "find", "add", "add_item", "import", "", "own_window", "back", "up", "down", "", "leavers", "deactivate",
            "together", "cohorts", "", "download", "requests", "", "delete",
        ),
    ),
    Menu("P&urge", ("preview", "purge", "undo", "", "tag_all", "untag_all", "why", "", "plans", "past_purges")),
    Menu(
        "&View",
        (
            "search", "filter", "read", "", "previous", "next", "first", "last", "go_to", "", ">places", "next_region",
            "previous_region", "", "columns", ">density", ">theme", ">text_size",
        ),
    ),
    Menu("&Help", ("keys", "about")),
)  # fmt: skip

EVERY = (*ALWAYS, *AT_THE_DESK, *ON_PAGES, *IN_OWN_WINDOWS)
_BY_WORD = {command.word: command for command in EVERY}


def named(word: str) -> Command:
    """The command of a word. Raises KeyError for one that is not in the list."""
    return _BY_WORD[word]


def place_keys(number: int) -> str:
    """The key of the page at this position of the sidebar, from 1: Ctrl+1 ... Ctrl+9, Ctrl+0; empty beyond the tenth."""
    return f"Ctrl+{number % 10}" if 1 <= number <= 10 else ""
