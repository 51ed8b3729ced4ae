"""PO_LINES ... GRANTS: the record is still in charge of something; one guard, a reason for each kind [FLVC]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.guards.base import EVERYWHERE, Chosen, Facts, Finding, Guard, Rows, id_list
from patrondesk.models.patron import Patron
from patrondesk.models.responsibility import Responsibility
from patrondesk.records.verdict import Severity

# kind in the table: (code, one, many, what lifts it)
KINDS: dict[str, tuple[str, str, str, str]] = {
    "po_line": ("PO_LINES", "PO line", "PO lines", "assign the PO lines to someone else"),
    "purchase_order": ("PURCHASE_ORDERS", "purchase order", "purchase orders", "assign the purchase orders to someone else"),
    "invoice": ("INVOICES", "invoice", "invoices", "assign the invoices to someone else"),
    "locked_bib": ("LOCKED_BIBS", "locked bibliographic record", "locked bibliographic records", "release the locked records"),
    "import_profile": ("IMPORT_PROFILES", "import profile", "import profiles", "assign the import profiles to someone else"),
    "md_editor": ("MD_EDITOR", "metadata editor session", "metadata editor sessions", "close the metadata editor"),
    "asset": ("ASSETS", "asset", "assets", "assign the assets to someone else"),
    "grant": ("GRANTS", "grant", "grants", "assign the grants to someone else"),
}
_KIND_OF = {words[0]: kind for kind, words in KINDS.items()}


def _find(_facts: Facts, chosen: Chosen) -> Rows:
    code = sa.case({kind: words[0] for kind, words in KINDS.items()}, value=Responsibility.kind, else_="ASSETS")
    return (
        sa.select(Responsibility.patron_id, code, sa.func.count(), sa.null(), id_list(Responsibility.id))
        .where(Responsibility.patron_id.in_(chosen), Responsibility.status == "open")
        .group_by(Responsibility.patron_id, code)
    )


def _condition(_facts: Facts, code: str | None) -> sa.ColumnElement[bool]:
    held = sa.exists().where(Responsibility.patron_id == Patron.id, Responsibility.status == "open")
    if code == "ASSETS":  # a kind that this version does not know is held as an asset, not let go
        return held.where(Responsibility.kind.not_in([kind for kind in KINDS if kind != "asset"]))
    return held if code is None else held.where(Responsibility.kind == _KIND_OF[code])


def _word(finding: Finding, _facts: Facts) -> str:
    _, one, many, _ = KINDS[_KIND_OF[finding.code]]
    return messages.count(finding.count, one, many)


def _lifts(code: str) -> str:
    return KINDS[_KIND_OF[code]][3]


GUARD = Guard(
    "PO_LINES",
    tuple(words[0] for words in KINDS.values()),
    Severity.ABSOLUTE,
    EVERYWHERE,
    "assign it to someone else",
    _find,
    _condition,
    _word,
    _lifts,
)
