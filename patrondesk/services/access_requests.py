"""Requests to see the data held about a person: opened with a due date, told while they wait, closed with an outcome.

While one is open the guard ACCESS_REQUEST holds: what somebody asked to see may not be destroyed [FERPA].
"""

from __future__ import annotations

import calendar
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from patrondesk import messages
from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.access import AccessRequest, DataDownload
from patrondesk.models.patron import Patron
from patrondesk.models.staff import StaffAccount
from patrondesk.records.access_requests import RULES, Download
from patrondesk.records.access_requests import AccessRequest as RequestRecord
from patrondesk.records.ids import PatronId, RequestId
from patrondesk.records.staff import Permission
from patrondesk.services import names
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy

_FERPA_DAYS = 45


def due_by(rule: str, opened_on: dt.date) -> dt.date | None:
    """The last day by the rule: 45 days on, the same day of the next month (or its last), or None where no rule counts."""
    if rule == "ferpa":
        return opened_on + dt.timedelta(days=_FERPA_DAYS)
    if rule == "gdpr":
        year, month = opened_on.year + opened_on.month // 12, opened_on.month % 12 + 1
        return dt.date(year, month, min(opened_on.day, calendar.monthrange(year, month)[1]))
    return None


@operation(Permission.DOWNLOAD_DATA)
def open_request(
    work: Work,
    patron_id: PatronId,
    *,
    rule: str | None = None,
    opened_on: dt.date | None = None,
    due_on: dt.date | None = None,
    comment: str | None = None,
) -> RequestId:
    """Opens a request that came in on `opened_on` (today). `rule`: the library's where none is given.

    Raises NotFound; WrongUsage for an unknown rule, a day to come, a due date before it, or none where no rule counts one.
    """
    patron, today = find_patron(work, patron_id), work.clock.today()
    rule = (rule or read_policy(work.session, work.library_id).access_request_rule).lower()
    if rule not in RULES:
        raise WrongUsage(f"There is no rule “{rule}”.", f"Use one of: {', '.join(RULES)}.")
    since = opened_on or today
    if since > today:
        raise WrongUsage("A request cannot come in on a day that is still ahead.", "Give today or an earlier day.")
    due = due_on or due_by(rule, since)
    if due is None:
        raise WrongUsage("A request by another rule needs its own date.", "Say until when it is to be answered.")
    _check_due(since, due)
    row = AccessRequest(
        patron_id=patron.id,
        rule=rule,
        opened_on=since,
        due_on=due,
        opened_by_id=work.actor.staff_id,
        comment=(comment or "").strip() or None,
    )
    work.session.add(row)
    work.session.flush()
    touch(work.session, work.clock.now(), [patron.id])
    work.record("patron.request", {"request": row.id, "rule": rule, "due": due.isoformat()}, patron.id)
    return RequestId(row.id)


@operation(Permission.DOWNLOAD_DATA)
def change_due(work: Work, request_id: RequestId, due_on: dt.date) -> None:
    """Gives an open request another day. Raises NotFound, Refused when it is closed, WrongUsage for a day before it came."""
    row = _open_one(work, request_id)
    _check_due(row.opened_on, due_on)
    if row.due_on != due_on:
        row.due_on = due_on
        touch(work.session, work.clock.now(), [row.patron_id])
        work.record("patron.request_due", {"request": row.id, "due": due_on.isoformat()}, row.patron_id)


@operation(Permission.DOWNLOAD_DATA)
def close_request(work: Work, request_id: RequestId, outcome: str) -> None:
    """Closes a request with what came of it. Raises NotFound, Refused when it is closed, WrongUsage without an outcome."""
    _close(work, _open_one(work, request_id), outcome)


@operation(Permission.DOWNLOAD_DATA)
def close_all_of(work: Work, patron_id: PatronId, outcome: str) -> int:
    """Closes every open request of a patron; returns how many. Raises NotFound, WrongUsage without an outcome."""
    patron = find_patron(work, patron_id)
    rows = work.session.scalars(
        sa.select(AccessRequest).where(AccessRequest.patron_id == patron.id, AccessRequest.closed_at.is_(None))
    ).all()
    for row in rows:
        _close(work, row, outcome)
    return len(rows)


def _close(work: Work, row: AccessRequest, outcome: str) -> None:
    if not outcome.strip():
        raise WrongUsage("Closing a request needs an outcome.", "Say what came of it: handed out, withdrawn, refused and why.")
    row.closed_at, row.closed_by_id, row.outcome = work.clock.now(), work.actor.staff_id, outcome.strip()
    touch(work.session, work.clock.now(), [row.patron_id])
    work.record("patron.request_close", {"request": row.id}, row.patron_id)


def _check_due(since: dt.date, due: dt.date) -> None:
    if due < since:
        raise WrongUsage(f"The due date is before the request came in on {messages.day(since)}.", "Give that day or a later one.")


def _own(work: Work, request_id: RequestId) -> AccessRequest:
    row = work.session.get(AccessRequest, request_id)
    if row is None or work.session.get_one(Patron, row.patron_id).library_id != work.library_id:
        raise NotFound(f"There is no request {request_id}.", "See all of them with: patrondesk patrons requests")
    return row


def _open_one(work: Work, request_id: RequestId) -> AccessRequest:
    row = _own(work, request_id)
    if row.closed_at is not None:
        raise Refused(f"Request {request_id} is closed already.", "Open a new one.", "REQUEST_CLOSED")
    return row


@operation(Permission.VIEW_PATRONS, reads=True)
def list_requests(work: Work, patron_id: PatronId | None = None, *, closed: bool = True) -> list[RequestRecord]:
    """The requests of a patron or of the whole library: open ones first, the next due at the top; then the newest closed."""
    opener, closer = aliased(StaffAccount), aliased(StaffAccount)
    query = (
        sa.select(AccessRequest, Patron, opener.display_name, closer.display_name)
        .join(Patron, Patron.id == AccessRequest.patron_id)
        .outerjoin(opener, opener.id == AccessRequest.opened_by_id)
        .outerjoin(closer, closer.id == AccessRequest.closed_by_id)
        .where(Patron.library_id == work.library_id)
        .order_by(AccessRequest.due_on, AccessRequest.id)
    )
    if patron_id is not None:
        query = query.where(AccessRequest.patron_id == patron_id)
    if not closed:
        query = query.where(AccessRequest.closed_at.is_(None))
    today = work.clock.today()
    found = [_record(*row, today) for row in work.session.execute(query)]
    ended = sorted((one for one in found if not one.open), key=lambda one: (one.closed_on, one.id), reverse=True)
    return [*(one for one in found if one.open), *ended]


def _record(
    row: AccessRequest, patron: Patron, opened_by: str | None, closed_by: str | None, today: dt.date
) -> RequestRecord:  # fmt: skip
    return RequestRecord(
        RequestId(row.id),
        PatronId(patron.id),
        names.full_name(patron.family_name, patron.given_name, patron.preferred_name),
        patron.username,
        patron.barcode,
        row.rule,
        row.opened_on,
        opened_by or "",
        row.due_on,
        row.comment,
        (row.due_on - today).days if row.closed_at is None else 0,
        row.closed_at.astimezone().date() if row.closed_at else None,
        closed_by,
        row.outcome,
    )


@operation(Permission.VIEW_PATRONS, reads=True)
def list_downloads(work: Work, patron_id: PatronId) -> list[Download]:
    """Each time the data of a patron was handed out, the newest first. Raises NotFound."""
    patron = find_patron(work, patron_id)
    rows = work.session.execute(
        sa.select(DataDownload, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == DataDownload.author_id)
        .where(DataDownload.patron_id == patron.id)
        .order_by(DataDownload.id.desc())
    )
    return [
        Download(row.at, by or "", row.format, row.reason, RequestId(row.request_id) if row.request_id else None)
        for row, by in rows
    ]
