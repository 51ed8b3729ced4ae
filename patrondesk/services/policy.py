"""The library's settings: every key with its sentence and default, and the policy read from them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages, money
from patrondesk.errors import WrongUsage
from patrondesk.models.audit import BackupRecord
from patrondesk.models.loan import Loan
from patrondesk.models.policy import Setting
from patrondesk.models.purge import Batch
from patrondesk.records.desk import SettingLine
from patrondesk.records.ids import LibraryId
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation
from patrondesk.services.settings_keys import FACETS, KEYS, Key

_BY_KEY = {key.key: key for key in KEYS}
_STORED = sa.select(Setting.key, Setting.value).where(Setting.library_id == sa.bindparam("library"))


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings as values. Money in minor units."""

    retain_loans: bool
    facets_dropped: tuple[str, ...]
    undo_days: int
    typed_confirmation_above: int
    balance_threshold: int
    debt_block_limit: int
    mark_lost_charges_price: bool
    currency: str
    statistical_year_starts_in: int
    keep_backups: int
    keep_backups_days: int
    daily_backup: bool
    server_backup_before_purge: bool
    idle_lock_minutes: int
    """0 when the window never locks by itself."""
    recognise_returning_years: int
    """0 when nobody is to be recognised."""
    hold_days: int
    access_request_rule: str
    """ferpa or gdpr."""


def read_policy(session: Session, library_id: LibraryId) -> Policy:
    """The library's policy. A stored value that cannot be read is an error, never silently the default."""
    stored = dict(session.execute(_STORED, {"library": library_id}).all())
    text = {key.key: stored.get(key.key, key.default) for key in KEYS}
    currency = text["currency"]
    return Policy(
        retain_loans=_bool(text["retain_deleted_patron_loans"]),
        facets_dropped=tuple(facet for facet in FACETS if not _bool(text[f"facet_{facet}"])),
        undo_days=int(text["undo_days"]),
        typed_confirmation_above=int(text["typed_confirmation_above"]),
        balance_threshold=money.parse(text["balance_threshold"], currency),
        debt_block_limit=money.parse(text["debt_block_limit"], currency),
        mark_lost_charges_price=_bool(text["mark_lost_charges_price"]),
        currency=currency,
        statistical_year_starts_in=int(text["statistical_year_starts_in"]),
        keep_backups=int(text["keep_backups"]),
        keep_backups_days=int(text["keep_backups_days"]),
        daily_backup=_bool(text["daily_backup"]),
        server_backup_before_purge=_bool(text["server_backup_before_purge"]),
        idle_lock_minutes=int(text["idle_lock_minutes"]),
        recognise_returning_years=int(text["recognise_returning_years"]) if _bool(text["recognise_returning"]) else 0,
        access_request_rule=text["access_request_rule"],
        hold_days=int(text["hold_days"]),
    )


def _bool(text: str) -> bool:
    return {"true": True, "false": False}[text]


def normal(key: str, value: str, currency: str = "USD") -> str:
    """A value as it is stored. Raises WrongUsage for an unknown key or a value that the key does not take."""
    known = _BY_KEY.get(key)
    if known is None:
        raise WrongUsage(f"There is no setting “{key}”.", "See all of them with: patrondesk settings list")
    said = value.strip()
    refusal = WrongUsage(f"“{value}” does not fit {known.label}.", _fits(known))
    if known.kind == "bool":
        words = {
            "true": "true",
            "yes": "true",
            "on": "true",
            "1": "true",
            "false": "false",
            "no": "false",
            "off": "false",
            "0": "false",
        }
        if said.lower() not in words:
            raise refusal
        return words[said.lower()]
    if known.kind == "choice":
        chosen = {choice.lower(): choice for choice in known.choices}.get(said.lower())
        if chosen is None:
            raise refusal
        return chosen
    try:
        number = int(said) if known.kind == "int" else money.parse(said, currency)
    except ValueError:
        raise refusal from None
    if not known.low <= number <= known.high:
        raise refusal
    return str(number) if known.kind == "int" else money.decimal_text(number, currency)


def _fits(key: Key) -> str:
    if key.kind == "bool":
        return "Write true or false."
    if key.kind == "choice":
        return f"Choose one of: {', '.join(key.choices)}."
    if key.kind == "money":
        return "Write an amount such as 20.00."
    return f"Write a whole number from {key.low} to {key.high}."


@operation(Permission.VIEW_PATRONS, reads=True)
def current_policy(work: Work) -> Policy:
    """The policy of the current library."""
    return read_policy(work.session, work.library_id)


@operation(reads=True)
def read_idle_lock(work: Work) -> int:
    """After how many minutes the window locks, 0 for never. It holds for everybody, whatever their role."""
    return read_policy(work.session, work.library_id).idle_lock_minutes


@operation(Permission.VIEW_PATRONS, reads=True)
def list_settings(work: Work) -> list[SettingLine]:
    """Every key with its sentence, default and present value."""
    stored = dict(work.session.execute(sa.select(Setting.key, Setting.value).where(Setting.library_id == work.library_id)).all())
    return [
        SettingLine(
            k.key, k.group, k.label, k.text, k.kind, k.default, stored.get(k.key, k.default), k.unit, k.low, k.high, k.choices
        )
        for k in KEYS
    ]


@operation(Permission.SETTINGS, reads=True)
def foretell(work: Work, key: str, value: str) -> str:
    """What a change would affect of what is stored, as a sentence; empty when nothing is."""
    policy = read_policy(work.session, work.library_id)
    new = normal(key, value, policy.currency)
    if key == "retain_deleted_patron_loans" and new == "false" and policy.retain_loans:
        kept = work.session.scalar(
            sa.select(sa.func.count()).select_from(Loan).where(Loan.library_id == work.library_id, Loan.patron_id.is_(None))
        )
        past = work.session.scalar(
            sa.select(sa.func.count()).select_from(Loan).where(Loan.library_id == work.library_id, Loan.status != "open")
        )
        return f"{past or 0:,} past loans go with their patrons from now on; {kept or 0:,} that are kept already stay."
    if key == "undo_days":
        batches = work.session.scalar(
            sa.select(sa.func.count())
            .select_from(Batch)
            .where(Batch.library_id == work.library_id, Batch.archive.in_(("present", "partly_undone")))
        )
        if not batches:
            return ""
        keep = "keeps its date" if batches == 1 else "keep their dates"
        return f"{messages.count(batches, 'purge')} that can be undone {keep}; the next ones follow this."
    if key == "keep_backups":
        present = work.session.scalar(
            sa.select(sa.func.count()).select_from(BackupRecord).where(BackupRecord.destroyed_at.is_(None))
        )
        over = max(0, (present or 0) - int(new))
        return f"{messages.count(over, 'old backup')} will be removed at the next backup." if over else ""
    return ""


@operation(Permission.SETTINGS)
def change_setting(work: Work, key: str, value: str) -> str:
    """Stores a value (or removes it when it is the default) and returns it as stored. Raises WrongUsage."""
    policy = read_policy(work.session, work.library_id)
    if key == "currency" and money.digits(normal(key, value)) != money.digits(policy.currency):
        raise WrongUsage(
            "The two currencies do not have the same number of minor digits.",
            "Amounts already stored would change; keep the present one.",
        )
    new = normal(key, value, policy.currency)
    present = work.session.get(Setting, (work.library_id, key))
    old = present.value if present else _BY_KEY[key].default
    if new != old:
        if present is None:
            work.session.add(Setting(library_id=work.library_id, key=key, value=new))
        elif new == _BY_KEY[key].default:
            work.session.delete(present)
        else:
            present.value = new
        work.record("settings.change", {"key": key, "from": old, "to": new})
    return new
