"""Deactivation files: `username, enabled`, by which leavers are switched off and returners on again [Infiniti]."""

from __future__ import annotations

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind, RowOutcome
from patrondesk.services.door import Work
from patrondesk.services.importing import searching
from patrondesk.services.importing.activation import PREFIX, Activation
from patrondesk.services.importing.columns import key_column, truth_column
from patrondesk.services.importing.holding import Held, Teller
from patrondesk.services.importing.matching import DUPLICATE, SAME_LINE, SAME_RECORD, Keyed, Matching
from patrondesk.services.importing.reading import Block, Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import Stager, make, staged
from patrondesk.services.importing.tables import PATRONS as P
from patrondesk.services.importing.tables import length

M, R = MessageKind, RowOutcome
NEEDED = (("username",), ("enabled",))
REASON = None  # the way says it already: by a leavers file
_UNKNOWN, _MUST_STAY = "UNKNOWN_USERNAME", "MUST_STAY_ACTIVE"
_MEANINGS = {
    _UNKNOWN: Held(R.INVALID, "username", "Nobody here has the username “{username}”."),
    _MUST_STAY: Held(R.INVALID, "username", "“{username}” is your own account or the last administrator's, so it stays active."),
    DUPLICATE: Held(R.CONFLICT, "username", "They say TRUE and FALSE, so none is taken."),
    SAME_RECORD: Held(R.CONFLICT, "username", "Another row is about the same patron."),
    SAME_LINE: Held(R.UNCHANGED, "username", "They say the same, so one is taken."),
}


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    stage = staged("deactivations", (sa.Column("username", sa.Text), sa.Column("enabled", sa.Boolean)))
    matching = Matching(session, work.library_id, stage, Keyed(P, "username", (), ()), "changed", "wakes")
    make(session, stage, matching.fate)
    with Reading(request, remarks, NEEDED) as reading:
        columns = [key_column("username", length(P, "username")), truth_column("enabled", M.INVALID)]
        stager = Stager(session, stage, ("username", "enabled"), ("username", "enabled"))
        for block in reading.blocks(columns, ticket, lambda texts: (texts.get("username", ""), "")):
            _drop_blank(block, remarks)
            stager.add(block)
    matching.run()
    _match_rest(work, matching)
    ticket.check()
    _apply(work, remarks, matching)


def _drop_blank(block: Block, remarks: Remarks) -> None:
    blank = []
    for place, (line, username, enabled) in enumerate(block.tuples(("username", "enabled"))):
        if not username or enabled is None:
            blank.append(place)
            field = "enabled" if username else "username"
            remarks.refuse(line, M.INVALID, "BLANK", field, f"The row has no {field}.", username or "")
    block.drop(blank)


def _match_rest(work: Work, matching: Matching) -> None:
    stage, fate, session = matching.stage, matching.fate, work.session
    prefixed = sa.and_(P.c.library_id == work.library_id, P.c.username == sa.literal(PREFIX) + stage.c.username)
    found = sa.select(stage.c.line, P.c.id).select_from(matching.joined().join(P, prefixed)).where(fate.c.line.is_(None))
    session.execute(sa.insert(fate).from_select(["line", "target"], found))
    unknown = session.scalars(sa.select(stage.c.line).select_from(matching.joined()).where(fate.c.line.is_(None))).all()
    matching.hold(unknown, _UNKNOWN)


def _apply(work: Work, remarks: Remarks, matching: Matching) -> None:
    stage, fate, session = matching.stage, matching.fate, work.session
    activation = Activation(work, through="file")
    meets = sa.exists().where(stage.c.line == fate.c.line, P.c.id == fate.c.target)
    off = meets.where(stage.c.enabled == sa.false(), P.c.enabled == sa.true())
    stays = off.where(activation.must_stay(P.c.id))
    session.execute(sa.update(fate).where(matching.known, stays).values(code=_MUST_STAY, other=fate.c.target))
    session.execute(sa.update(fate).where(matching.known, off).values(changed=1))
    on = meets.where(stage.c.enabled == sa.true(), P.c.enabled == sa.false())
    session.execute(sa.update(fate).where(matching.known, on).values(changed=1, wakes=1))
    teller = Teller(session, remarks, stage, fate, who=("username",), keys=("username",))
    teller.tell_held(_MEANINGS, fate.c.other, {line: matching.twin_words(line) for line in matching.twins})
    teller.tell(R.UPDATED, matching.known, fate.c.changed == 1, fate.c.wakes.is_(None))
    teller.tell(R.REACTIVATED, matching.known, fate.c.wakes == 1)
    teller.tell(R.UNCHANGED, matching.known, fate.c.changed.is_(None))
    changed = sa.select(fate.c.target).where(matching.known, fate.c.changed == 1)
    activation.disable(changed.where(fate.c.wakes.is_(None)), REASON)
    activation.enable(changed.where(fate.c.wakes == 1))
    searching.refold(session, changed)
