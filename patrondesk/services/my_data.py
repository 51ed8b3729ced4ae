"""One's own data as a file: everything that the library holds about the signed-in person, as anybody would be handed it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from patrondesk.errors import WrongUsage
from patrondesk.exporters import for_file
from patrondesk.models.access import DataDownload
from patrondesk.models.library import Library
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.patron_data import FORMATS, HandedOut, PatronData
from patrondesk.reports import patron_data as paper
from patrondesk.services import patron_data
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.my_account import find_own
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy

_REASON = "Downloaded by the person"


def file_name(username: str, on: dt.date) -> str:
    """What the file is called unless somebody says otherwise."""
    return patron_data.file_name(username, on)


@permitted()
def download_my_data(office: Office, path: Path) -> HandedOut:
    """Writes it into a file of the kind that its name says, and logs it like any download. Raises WrongUsage, Unusable."""
    if path.suffix.lower().removeprefix(".") not in FORMATS:
        raise WrongUsage(
            f"The file name “{path.name}” does not say as what the data is handed out.",
            f"End it with one of {', '.join(f'.{code}' for code in FORMATS)}.",
        )
    exporter = for_file(path)
    data, number = _hand_out(office, exporter.code)
    try:
        written = exporter.write(paper.build(data, exporter.code), path)
    except BaseException:
        _take_back(office, number)
        raise
    return HandedOut(written.path, sum(len(part.rows) for part in data.parts), written.remarks)


@operation()
def _hand_out(work: Work, code: str) -> tuple[PatronData, int]:
    patron, now = find_own(work), work.clock.now()
    home = work.session.get_one(Library, patron.library_id)
    row = DataDownload(patron_id=patron.id, at=now, author_id=work.actor.staff_id, format=code, reason=_REASON)
    work.session.add(row)
    work.session.flush()
    work.record("patron.download", {"download": row.id, "format": code, "request": None}, patron.id)
    mine, currency = PatronId(patron.id), read_policy(work.session, LibraryId(home.id)).currency
    data = PatronData(
        mine, patron.username or f"{patron.id}", home.name, now, work.actor.name, _REASON, None, currency,
        work.clock.rehearsal, patron_data.collect(work, mine, currency),
    )  # fmt: skip
    return data, row.id


@operation()
def _take_back(work: Work, number: int) -> None:
    """Nothing left the library after all."""
    mine = DataDownload.patron_id == work.actor.id
    work.session.execute(sa.delete(DataDownload).where(DataDownload.id == number, mine))
    work.record("patron.download_failed", {"download": number}, work.actor.id)
