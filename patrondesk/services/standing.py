"""Where the library stands: the numbers of the sidebar and of the page's head."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch
from patrondesk.records.desk import Standing
from patrondesk.records.staff import Permission
from patrondesk.services import backup
from patrondesk.services.candidates import deactivated
from patrondesk.services.door import Work, operation


@operation(Permission.VIEW_PATRONS, reads=True)
def read_standing(work: Work) -> Standing:
    """Counts, the newest backup and the last purge."""
    session = work.session
    patrons = session.scalar(sa.select(sa.func.count()).select_from(Patron).where(Patron.library_id == work.library_id)) or 0
    waiting = session.scalar(sa.select(sa.func.count()).select_from(Patron).where(deactivated(work.library_id))) or 0
    made = backup.newest(session)
    last = session.scalars(
        sa.select(Batch).where(Batch.library_id == work.library_id, Batch.purged > 0).order_by(Batch.id.desc()).limit(1)
    ).first()
    return Standing(
        work.actor.library_name,
        patrons,
        waiting,
        made.made_at if made else None,
        made.path if made else None,
        last.started_at.astimezone().date() if last else None,
        last.purged if last else 0,
        last.undo_until if last and last.archive in ("present", "partly_undone") else None,
    )
