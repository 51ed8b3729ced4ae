"""Patrons: found, listed, shown, added by hand, protected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk import folding
from patrondesk.errors import Refused, WrongUsage
from patrondesk.models.audit import AuditEntry
from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote, Protection
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Block as BlockRecord
from patrondesk.records.patrons import HistoryLine, PatronDetails, PatronLine, PatronsPage, Vocabulary
from patrondesk.records.patrons import Protection as ProtectionRecord
from patrondesk.records.staff import Permission
from patrondesk.services import audit_words, balances, names, verdict
from patrondesk.services.changes import find_by_word, find_patron, refresh_search, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

STATES = ("all", "enabled", "disabled", "expired", "protected", "with_loans", "owing")


@dataclass(frozen=True, slots=True)
class NewPatron:
    """A patron added by hand. One of the three keys is needed."""

    family_name: str
    given_name: str | None = None
    username: str | None = None
    barcode: str | None = None
    external_id: str | None = None
    patron_type: str = "student"
    user_group: str | None = None
    year_level: str | None = None
    homeroom: str | None = None
    email: str | None = None
    birth_date: dt.date | None = None
    expiry_date: dt.date | None = None


@operation(Permission.VIEW_PATRONS, reads=True)
def find_patron_id(work: Work, word: str) -> PatronId:
    """The key of the patron with this username, barcode or external id. Raises NotFound."""
    return PatronId(find_by_word(work, word).id)


@operation(Permission.VIEW_PATRONS, reads=True)
def list_patrons(work: Work, *, search: str = "", state: str = "all", page: int = 1, page_size: int = 50) -> PatronsPage:
    """Patrons by name, page by page. `search`: words in any order, without accents. Raises WrongUsage for an unknown state."""
    where: list[sa.ColumnElement[bool]] = [Patron.library_id == work.library_id, *_in_state(work, state)]
    where += [Patron.search_text.contains(word, autoescape=True) for word in folding.fold(search).replace(",", " ").split()]
    if page < 1 or not 1 <= page_size <= 1000:
        raise WrongUsage("That page cannot be shown.", "Pages are counted from 1, with 1 to 1000 rows.")
    total = work.session.scalar(sa.select(sa.func.count()).select_from(Patron).where(*where)) or 0
    rows = work.session.execute(
        sa.select(
            Patron.id,
            Patron.username,
            Patron.barcode,
            Patron.external_id,
            Patron.family_name,
            Patron.given_name,
            Patron.preferred_name,
            PatronType.name,
            UserGroup.name,
            YearLevel.name,
            Patron.homeroom,
            Patron.enabled,
            Patron.expiry_date,
            _old_card(search),
        )
        .join(PatronType, PatronType.id == Patron.patron_type_id)
        .outerjoin(UserGroup, UserGroup.id == Patron.user_group_id)
        .outerjoin(YearLevel, YearLevel.id == Patron.year_level_id)
        .where(*where)
        .order_by(Patron.sort_key, Patron.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return PatronsPage(
        total,
        page,
        page_size,
        tuple(
            PatronLine(
                PatronId(r[0]), r[1], r[2], r[3], names.full_name(r[4], r[5], r[6]), r[7], r[8], r[9], r[10], r[11], r[12], r[13]
            )
            for r in rows
        ),
    )


def _old_card(search: str) -> sa.ColumnElement[str | None]:
    """The former barcode by which the search found a patron, if so."""
    return (
        sa.select(FormerBarcode.barcode)
        .where(FormerBarcode.patron_id == Patron.id, FormerBarcode.barcode == search.strip())
        .correlate(Patron)
        .limit(1)
        .scalar_subquery()
    )


def _in_state(work: Work, state: str) -> list[sa.ColumnElement[bool]]:
    today = work.clock.today()
    conditions: dict[str, list[sa.ColumnElement[bool]]] = {
        "all": [],
        "enabled": [Patron.enabled == sa.true()],
        "disabled": [Patron.enabled == sa.false()],
        "expired": [Patron.expiry_date < today],
        "protected": [
            sa.exists().where(
                Protection.patron_id == Patron.id,
                Protection.ended_at.is_(None),
                sa.or_(Protection.until.is_(None), Protection.until >= today),
            )
        ],
        "with_loans": [balances.open_loans() > 0],
        "owing": [sa.or_(balances.balance() > 0, balances.unknown_fines() > 0)],
    }
    if state not in conditions:
        raise WrongUsage(f"There is no state “{state}”.", f"Use one of: {', '.join(STATES)}.")
    return conditions[state]


@operation(Permission.VIEW_PATRONS, reads=True)
def read_vocabulary(work: Work) -> Vocabulary:
    """Patron types, user groups, year levels and homerooms, to choose from."""
    session = work.session
    rooms = sa.select(Patron.homeroom).where(Patron.library_id == work.library_id, Patron.homeroom.is_not(None)).distinct()
    return Vocabulary(
        tuple(session.scalars(sa.select(PatronType.name).order_by(PatronType.name))),
        tuple(session.scalars(sa.select(UserGroup.name).order_by(UserGroup.name))),
        tuple(session.scalars(sa.select(YearLevel.name).order_by(YearLevel.position))),
        tuple(sorted(room for room in session.scalars(rooms) if room)),
    )


@operation(Permission.VIEW_PATRONS, reads=True)
def read_details(work: Work, patron_id: PatronId) -> PatronDetails:
    """Everything about one patron but the lists of loans, fines and reservations. Raises NotFound."""
    session = work.session
    p = find_patron(work, patron_id)
    facts = verdict.facts_for(work, read_policy(session, work.library_id))
    author = sa.select(StaffAccount.display_name)
    loans, owed, unknown, reserved, *moments = session.execute(
        sa.select(
            balances.open_loans(),
            balances.balance(),
            balances.unknown_fines(),
            balances.open_reservations(),
            *balances.activity(),
        ).where(Patron.id == p.id)
    ).one()
    guarantor = session.get(Patron, p.guarantor_id) if p.guarantor_id else None
    role = session.scalar(
        sa.select(Role.code).join(StaffAccount, StaffAccount.role_id == Role.id).where(StaffAccount.patron_id == p.id)
    )
    by = session.scalar(author.where(StaffAccount.id == p.deactivated_by_id)) if p.deactivated_by_id else None
    reasons = verdict.find_reasons(session, facts, [patron_id]).get(patron_id, ())
    return PatronDetails(
        patron_id,
        p.version,
        p.username,
        p.barcode,
        tuple(
            session.scalars(sa.select(FormerBarcode.barcode).where(FormerBarcode.patron_id == p.id).order_by(FormerBarcode.id))
        ),
        p.external_id,
        names.full_name(p.family_name, p.given_name, p.preferred_name),
        p.family_name,
        p.given_name,
        p.middle_name,
        p.preferred_name,
        p.gender,
        p.birth_date,
        p.email,
        p.phone,
        ", ".join(word for word in (p.street, p.city, " ".join(w for w in (p.state, p.post_code) if w), p.country) if word)
        or None,
        p.language,
        _name(work, PatronType, p.patron_type_id) or "",
        _name(work, UserGroup, p.user_group_id),
        p.record_type,
        p.account_type,
        _name(work, YearLevel, p.year_level_id),
        p.homeroom,
        _name(work, Cohort, p.cohort_id),
        role or "patron",
        p.enabled,
        p.deactivated_at.astimezone().date() if p.deactivated_at else None,
        names.deactivated_by(p.deactivated_through, by),
        p.deactivated_reason,
        p.expiry_date,
        p.purge_date,
        p.registered_on,
        balances.latest(tuple(moments)),
        names.full_name(guarantor.family_name, guarantor.given_name) if guarantor else None,
        tuple(session.scalars(sa.select(PatronNote.text).where(PatronNote.patron_id == p.id).order_by(PatronNote.id))),
        _blocks(work, p),
        _protections(work, p),
        loans,
        reserved,
        int(owed),
        unknown,
        reasons,
        _history(work, p),
    )


def _name(work: Work, table: type[PatronType | UserGroup | YearLevel | Cohort], key: int | None) -> str | None:
    return work.session.scalar(sa.select(table.name).where(table.id == key)) if key is not None else None


def _blocks(work: Work, p: Patron) -> tuple[BlockRecord, ...]:
    today = work.clock.today()
    rows = work.session.execute(
        sa.select(Block, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == Block.author_id)
        .where(Block.patron_id == p.id)
        .order_by(Block.id.desc())
    )
    return tuple(
        BlockRecord(
            b.comment,
            by or "",
            b.created_at.astimezone().date(),
            b.until,
            b.lifted_at is None and (b.until is None or b.until >= today),
        )
        for b, by in rows
    )


def _protections(work: Work, p: Patron) -> tuple[ProtectionRecord, ...]:
    today = work.clock.today()
    rows = work.session.execute(
        sa.select(Protection, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == Protection.author_id)
        .where(Protection.patron_id == p.id)
        .order_by(Protection.id.desc())
    )
    return tuple(
        ProtectionRecord(
            k.reason,
            by or "",
            k.created_at.astimezone().date(),
            k.until,
            k.ended_at is None and (k.until is None or k.until >= today),
        )
        for k, by in rows
    )


def _history(work: Work, p: Patron) -> tuple[HistoryLine, ...]:
    rows = work.session.execute(
        sa.select(AuditEntry.at, AuditEntry.actor, AuditEntry.operation)
        .where(AuditEntry.patron_id == p.id, AuditEntry.library_id == work.library_id)
        .order_by(AuditEntry.number.desc())
        .limit(100)
    )
    return tuple(HistoryLine(dt.datetime.fromisoformat(at), actor, audit_words.name_of(done)) for at, actor, done in rows)


@operation(Permission.EDIT_PATRONS)
def add_patron(work: Work, new: NewPatron) -> PatronId:
    """Adds a patron by hand. Raises WrongUsage without a name or key, Refused when a key is taken."""
    session, now = work.session, work.clock.now()
    clean: dict[str, Any] = {
        field: (value.strip() or None) if isinstance(value, str) else value
        for field, value in ((f, getattr(new, f)) for f in NewPatron.__dataclass_fields__)
    }
    if not clean["family_name"]:
        raise WrongUsage("A patron needs a family name.", "Give it with --family-name.")
    if not (clean["username"] or clean["barcode"] or clean["external_id"]):
        raise WrongUsage("A patron needs a username, a barcode or an external id.", "Give at least one of the three.")
    for field in ("username", "barcode", "external_id"):
        taken = clean[field] is not None and session.scalar(
            sa.select(Patron.id).where(Patron.library_id == work.library_id, getattr(Patron, field) == clean[field])
        )
        if taken:
            raise Refused(
                f"Another patron has the {field.replace('_', ' ')} “{clean[field]}”.",
                "Choose another one, or look that patron up.",
                "TAKEN",
            )
    patron = Patron(
        library_id=work.library_id,
        account_type="internal",
        registered_on=work.clock.today(),
        created_at=now,
        updated_at=now,
        sort_key="",
        search_text="",
        patron_type_id=_lookup(work, PatronType, clean["patron_type"] or "student"),
        user_group_id=_lookup(work, UserGroup, clean["user_group"]) if clean["user_group"] else None,
        year_level_id=_level(work, clean["year_level"]) if clean["year_level"] else None,
        **{
            f: clean[f]
            for f in (
                "username",
                "barcode",
                "external_id",
                "family_name",
                "given_name",
                "homeroom",
                "email",
                "birth_date",
                "expiry_date",
            )
        },
    )
    session.add(patron)
    session.flush()
    refresh_search(session, patron)
    work.record("patron.add", {}, patron.id)
    return PatronId(patron.id)


def _lookup(work: Work, table: type[PatronType | UserGroup], name: str) -> int:
    """The key of a type or group; an unknown one is made."""
    key = work.session.scalar(sa.select(table.id).where(table.name == name))
    if key is None:
        row = table(name=name)
        work.session.add(row)
        work.session.flush()
        key = row.id
    return key


def _level(work: Work, name: str) -> int:
    key = work.session.scalar(sa.select(YearLevel.id).where(YearLevel.name == name))
    if key is None:
        last = work.session.scalar(sa.select(sa.func.max(YearLevel.position))) or 0
        row = YearLevel(name=name, position=last + 1)
        work.session.add(row)
        work.session.flush()
        key = row.id
    return key


@operation(Permission.EDIT_PATRONS)
def protect(work: Work, patron_id: PatronId, reason: str, until: dt.date | None = None) -> None:
    """Flags a patron "keep". Raises WrongUsage without a reason, or for an end that has passed."""
    patron = find_patron(work, patron_id)
    if not reason.strip():
        raise WrongUsage("Keeping a patron needs a reason.", "Say why this patron must be kept.")
    if until is not None and until < work.clock.today():
        raise WrongUsage("That day has passed.", "Choose a later day, or none.")
    now = work.clock.now()
    work.session.add(
        Protection(
            patron_id=patron.id,
            reason=reason.strip(),
            author_id=work.actor.staff_id,
            created_at=now,
            until=until,
        )
    )
    touch(work.session, now, [patron.id])
    work.record("patron.protect", {"until": until.isoformat() if until else None}, patron.id)


@operation(Permission.EDIT_PATRONS)
def unprotect(work: Work, patron_id: PatronId) -> int:
    """Ends every lasting protection of a patron; returns how many."""
    patron, now = find_patron(work, patron_id), work.clock.now()
    lasting = work.session.scalars(
        sa.select(Protection).where(Protection.patron_id == patron.id, Protection.ended_at.is_(None))
    ).all()
    for protection in lasting:
        protection.ended_at = now
    if lasting:
        touch(work.session, now, [patron.id])
        work.record("patron.unprotect", {"ended": len(lasting)}, patron.id)
    return len(lasting)
