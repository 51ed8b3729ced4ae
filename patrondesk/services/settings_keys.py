"""Every setting of a library: what it changes in one sentence, its kind, its default."""

from __future__ import annotations

from dataclasses import dataclass

FACETS = ("patron_type", "user_group", "year_level", "homeroom", "collection")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: what it changes in one sentence, its kind and its default as text."""

    key: str
    group: str
    label: str
    text: str
    kind: str
    default: str
    unit: str = ""
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


KEYS: tuple[Key, ...] = (
    Key(
        "retain_deleted_patron_loans",
        "Statistics",
        "Retain Deleted Patron Loans",
        "Past loans of purged patrons stay for circulation statistics, without the person.",
        "bool",
        "true",
    ),
    Key("facet_patron_type", "Statistics", "Keep the patron type", "Kept loans say which patron type borrowed.", "bool", "true"),
    Key("facet_user_group", "Statistics", "Keep the user group", "Kept loans say which user group borrowed.", "bool", "true"),
    Key("facet_year_level", "Statistics", "Keep the year level", "Kept loans say which year level borrowed.", "bool", "true"),
    Key(
        "facet_homeroom",
        "Statistics",
        "Keep the homeroom",
        "Kept loans say which homeroom borrowed; small groups can tell who it was.",
        "bool",
        "false",
    ),
    Key(
        "facet_collection",
        "Statistics",
        "Keep the collection",
        "Kept loans say from which collection the item was.",
        "bool",
        "true",
    ),
    Key(
        "undo_days",
        "Purging",
        "Days to undo a purge",
        "For this long a purge can be taken back; with 0 it is destroyed at once.",
        "int",
        "30",
        "days",
        0,
        365,
    ),
    Key(
        "typed_confirmation_above",
        "Purging",
        "Type the number above",
        "A purge of more patrons than this asks for the number to be typed.",
        "int",
        "20",
        "patrons",
        0,
        200,
    ),
    Key(
        "balance_threshold",
        "Money",
        "Small debts up to",
        "A patron owing up to this can be purged; the purge waives it.",
        "money",
        "0.00",
        low=0,
        high=100_000_00,
    ),
    Key(
        "debt_block_limit",
        "Money",
        "Debt block from",
        "A patron owing this much or more cannot borrow until it is paid or waived; 0.00 switches it off.",
        "money",
        "0.00",
        low=0,
        high=100_000_00,
    ),
    Key(
        "mark_lost_charges_price",
        "Money",
        "Charge for lost items",
        "Marking all items as lost raises a fine of each item's price; otherwise they are written off.",
        "bool",
        "false",
    ),
    Key(
        "currency",
        "Money",
        "Currency",
        "How amounts are written.",
        "choice",
        "USD",
        choices=("USD", "AUD", "CAD", "EUR", "GBP", "INR", "JPY", "NZD"),
    ),
    Key(
        "statistical_year_starts_in",
        "Calendar",
        "Statistical year starts in",
        "The month in which the school's statistical year begins.",
        "int",
        "8",
        "month",
        1,
        12,
    ),
    Key(
        "hold_days",
        "Lending",
        "Days on the hold shelf",
        "A copy that is set aside waits so long for its patron; then the next one gets it, or the shelf.",
        "int",
        "7",
        "days",
        1,
        365,
    ),
    Key(
        "recognise_returning",
        "Purging",
        "Recognise who returns",
        "Somebody who was purged is recognised by a coded external id when an import brings them back.",
        "bool",
        "true",
    ),
    Key(
        "recognise_returning_years",
        "Purging",
        "Recognise for",
        "After this the coded external id of a purged patron is removed.",
        "int",
        "5",
        "years",
        1,
        20,
    ),
    Key(
        "access_request_rule",
        "Access requests",
        "Time to answer a request",
        "How long the library has to show a person's data: 45 days (FERPA), or one month (GDPR).",
        "choice",
        "ferpa",
        choices=("ferpa", "gdpr"),
    ),
    Key(
        "keep_backups",
        "Safety",
        "Backups to keep",
        "The newest so many backups stay; older ones are removed.",
        "int",
        "20",
        "backups",
        1,
        500,
    ),
    Key(
        "keep_backups_days",
        "Safety",
        "Keep backups for",
        "Backups older than this are removed, but for the newest; with 0 their number alone decides.",
        "int",
        "90",
        "days",
        0,
        3650,
    ),
    Key(
        "daily_backup",
        "Safety",
        "Back up daily",
        "The first one to work with the library on a day makes a backup of it.",
        "bool",
        "true",
    ),
    Key(
        "idle_lock_minutes",
        "Safety",
        "Lock when nobody is there",
        "The window locks after so long without a key or the mouse, and says so a minute before; with 0 it never does.",
        "int",
        "15",
        "minutes",
        0,
        240,
    ),
    Key(
        "server_backup_before_purge",
        "Safety",
        "Back up a server before a purge",
        "A purge on a PostgreSQL server begins with a backup by the server's own tools; otherwise the district's backups apply.",
        "bool",
        "false",
    ),
)
