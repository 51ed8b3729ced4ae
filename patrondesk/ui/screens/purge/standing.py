"""How a row says where its patron stands: chips, short names of reasons, and everything in full for tool tips and speech."""

from __future__ import annotations

from patrondesk import messages, money
from patrondesk.records.patrons import Candidate
from patrondesk.records.verdict import Reason
from patrondesk.ui.screens.purge.words import holding, school_class, sentence
from patrondesk.ui.shell.paint import ChipText

_OWN_COLUMN = ("OPEN_LOANS", "BALANCE_DUE", "CREDIT")
# code: what the filter calls it, what a chip says (a number before it when counted), kind of chip, icon
_SHOWN: dict[str, tuple[str, str, str, str]] = {
    "OPEN_LOANS": ("Items on loan", "# on loan", "amber", "loan"),
    "BALANCE_DUE": ("Owes money", "Owes", "amber", "money"),
    "CREDIT": ("Is owed money", "Credit", "amber", "credit"),
    "RESERVATIONS": ("Reservations open", "# reserved", "amber", "reserved"),
    "PO_LINES": ("PO lines", "PO line", "grey", "po_line"),
    "PURCHASE_ORDERS": ("Purchase orders", "Purchase order", "grey", "po_line"),
    "INVOICES": ("Invoices", "Invoice", "grey", "po_line"),
    "LOCKED_BIBS": ("Locked records", "Locked record", "grey", "padlock"),
    "IMPORT_PROFILES": ("Import profiles", "Import profile", "grey", "import"),
    "MD_EDITOR": ("Metadata editor", "Metadata editor", "grey", "edit"),
    "ASSETS": ("Assets", "Asset", "grey", "folder"),
    "GRANTS": ("Grants", "Grant", "grey", "certificate"),
    "STAFF_ROLE": ("Staff role", "Staff role", "grey", "staff"),
    "GUARANTOR": ("Guarantor of someone", "Guarantor", "grey", "guarantor"),
    "PROTECTED": ("Flagged to keep", "Keep", "grey", "keep"),
    "ACCESS_REQUEST": ("Data request open", "Data request", "grey", "request"),
    "ACTIVE": ("Still active", "Still active", "grey", "person_ok"),
    "CHECK_FAILED": ("Could not be checked", "Not checked", "grey", "look"),
}


def called(code: str) -> str:
    """What the filter calls a reason."""
    return _SHOWN[code][0] if code in _SHOWN else code.replace("_", " ").capitalize()


def icon(reason: Reason) -> str:
    """The icon of a reason."""
    return _SHOWN[reason.code][3] if reason.code in _SHOWN else "padlock"


def chip(reason: Reason) -> ChipText:
    """A reason as a chip; one that this screen does not know says its own text."""
    if reason.code not in _SHOWN:
        return ChipText("grey", reason.text, "padlock")
    _, words, kind, picture = _SHOWN[reason.code]
    return ChipText(kind, words.replace("#", f"{reason.count:,}"), picture)


def chips(row: Candidate, currency: str = "") -> list[ChipText]:
    """The chips of the Standing column: reasons that hold and have no column of their own.

    With a `currency` money that is in the way is among them, since its column is folded away.
    """
    own = [chip(reason) for reason in holding(row.reasons) if reason.code not in _OWN_COLUMN]
    owed = money_chip(row, currency) if currency else None
    return [owed, *own] if owed is not None else own


def all_reasons(row: Candidate) -> ChipText:
    """One chip for all of them, where several do not fit."""
    return ChipText("grey", messages.count(len(holding(row.reasons)), "reason"), "padlock")


def money_chip(row: Candidate, currency: str) -> ChipText | None:
    """The amber chip of money that is in the way; None when no money is."""
    for reason in holding(row.reasons):
        if reason.code == "BALANCE_DUE":
            known = reason.amount is not None or not row.unknown_fines
            return ChipText("amber", owes(row, currency) if known else "Not known", "money")
        if reason.code == "CREDIT":
            return ChipText("amber", owes(row, currency), "credit")
    return None


def owes(row: Candidate, currency: str) -> str:
    """The amount as text; empty for nothing."""
    if row.balance:
        return money.words(row.balance, currency)
    return "Not known" if row.unknown_fines else ""


def owes_besides(row: Candidate, currency: str) -> str:
    """Money that holds nobody up, where its column is folded away; empty for none."""
    if not row.eligible:
        return ""
    if row.balance:
        return f"{'Owes' if row.balance > 0 else 'Credit'} {money.words(abs(row.balance), currency)}"
    return "Bill not known" if row.unknown_fines else ""


def standing(row: Candidate) -> str:
    """The Standing column as plain text."""
    if row.eligible:
        return "Can go now"
    own = [said.text for said in chips(row)]
    return ", ".join(own) if own else "Not yet"


def set_aside(row: Candidate) -> str:
    """How many reasons were set aside by hand; empty for none."""
    number = sum(reason.overridden for reason in row.reasons)
    return f"{messages.count(number, 'reason')} set aside" if number else ""


def why_not(row: Candidate) -> str:
    """The heading of the reasons."""
    return f"{row.name} cannot be tagged yet"


def reason_line(reason: Reason) -> str:
    """A reason with what lifts it."""
    return f"{reason.text}: {reason.lifts}" if reason.lifts else reason.text


def what_lifts(reason: Reason) -> str:
    """What lifts a reason, as a sentence."""
    return sentence(reason.lifts)


def lines(row: Candidate) -> list[str]:
    """Every reason that holds, a line each."""
    return [reason_line(reason) for reason in holding(row.reasons)]


def spoken_tag(row: Candidate, tagged: bool, currency: str) -> str:
    """The tag cell for assistive technology."""
    if not row.eligible:
        return f"Cannot be tagged, {row.name}: {', '.join(_spoken(reason, currency) for reason in holding(row.reasons))}"
    where = (school_class(row.year_level, row.homeroom) or row.patron_type).replace(",", "")
    return f"{'Tagged' if tagged else 'Not tagged'}, {row.name}, {where}"


def spoken_standing(row: Candidate) -> str:
    """Where the patron stands, always in full."""
    if row.eligible:
        aside = set_aside(row)
        return f"Can go now, {aside}" if aside else "Can go now"
    held = holding(row.reasons)
    return f"Not yet, {messages.count(len(held), 'reason')}: {', '.join(reason.text for reason in held)}"


def spoken_money(amount: int, currency: str) -> str:
    """An amount in words that speech reads well: 18 dollars 50."""
    names = {"USD": "dollars", "AUD": "dollars", "NZD": "dollars", "CAD": "dollars", "EUR": "euros", "GBP": "pounds"}
    if currency not in names:
        return money.words(amount, currency)
    whole, part = divmod(abs(amount), 10 ** money.digits(currency))
    said = f"{whole:,} {names[currency][:-1] if whole == 1 else names[currency]}" + (f" {part:02d}" if part else "")
    return f"credit of {said}" if amount < 0 else said


def _spoken(reason: Reason, currency: str) -> str:
    if reason.code == "BALANCE_DUE" and reason.amount is not None and reason.text.startswith("Owes"):
        return f"owes {spoken_money(reason.amount, currency)}"
    return f"{reason.text[:1].lower()}{reason.text[1:]}" if not reason.text[:2].isupper() else reason.text
