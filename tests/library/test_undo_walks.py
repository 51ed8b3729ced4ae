"""Random ways through purges and undos: whatever was purged, stopped, taken up again and brought back, in any order and in
any parts - when everybody is back, every row of every table is what it was.

More of them than a check of every change can afford: `UNDO_WALKS=500 python -m pytest tests/library/test_undo_walks.py`.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.archive import ALL
from patrondesk.models.base import table_of
from patrondesk.models.patron import Patron
from patrondesk.models.purge import BatchEvent, Tombstone
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import ArchiveState, BatchState, Override
from patrondesk.services import checking
from patrondesk.services.office import Office
from patrondesk.services.purging import batch as batches
from patrondesk.services.purging.batch_reading import list_batches, read_batch
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import find_clashes, undo_batch
from patrondesk.services.settings_keys import FACETS
from tests.builders import building
from tests.comparing import differences, picture
from tests.library.people import FINES, OVERRIDABLE, PAST, THRESHOLD, Person, build, person, rarely, some

WALKS = settings(
    max_examples=int(os.environ.get("UNDO_WALKS", "10")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WITHOUT = {"settings"}


# Who can mostly go: random people alone are held too often for a long way.
FREE = st.builds(
    Person,
    loans=PAST,
    fines=rarely(some(FINES)),
    guarantor=st.one_of(st.none(), st.integers(0, 2)),
    role=st.sampled_from([None, None, "patron", ""]),
    overrides=st.sets(st.sampled_from(OVERRIDABLE)).map(frozenset),
    belongings=st.booleans(),
)
EVERYBODY = st.lists(st.one_of(FREE, FREE, FREE, person()), min_size=3, max_size=6)


class Killed(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


class Impatient(Ticket):
    """Asks to stop, or dies, once so many are through."""

    def __init__(self, after: int, dies: bool) -> None:
        super().__init__()
        self._after, self._dies = after, dies

    def progress(self, done: int, total: int, words: str = "") -> None:
        if words == "purge" and done >= self._after:
            if self._dies:
                raise Killed
            self.stop()


@dataclass
class Walk:
    """A library and those of it that come and go."""

    office: Office
    patrons: list[PatronId]
    data: st.DataObject
    modes: dict[int, Any] = field(default_factory=dict)

    def draw(self, strategy, said=""):
        return self.data.draw(strategy, said)

    def set_mode(self, mode):
        with building(self.office, **mode):
            pass

    def purge(self):
        """Some of those who are there, some reasons set aside, perhaps stopped on the way."""
        mode = {"retain_deleted_patron_loans": str(self.draw(st.booleans(), "retain")).lower()}
        kept = self.draw(st.sets(st.sampled_from(FACETS)), "facets")
        mode |= {f"facet_{name}": str(name in kept).lower() for name in FACETS}
        self.set_mode(mode)
        some_of = st.lists(st.sampled_from(self.patrons), unique=True, min_size=1)
        chosen = self.draw(st.one_of(some_of, some_of, st.permutations(self.patrons)), "to purge")
        aside = self.draw(st.sets(st.tuples(st.sampled_from(chosen), st.sampled_from(OVERRIDABLE)), max_size=6), "set aside")
        overrides = [Override(patron, code, "agreed") for patron, code in sorted(aside)]
        stop = self.draw(st.one_of(st.none(), st.integers(0, 4)), "stop after")
        ticket = Ticket() if stop is None else Impatient(stop, self.draw(st.booleans(), "dies"))
        plan = make_plan(self.office, chosen, source="list", overrides=overrides)
        with contextlib.suppress(Killed):
            purge.run(self.office, plan, ticket, chunk=self.draw(st.sampled_from([1, 2, 3, 1000]), "chunk"))
        self.modes[list_batches(self.office)[0].id] = mode

    def resume(self):
        """A stopped one goes on, if nothing of it was undone."""
        open_ones = [b for b in list_batches(self.office) if b.not_reached and b.archive is ArchiveState.PRESENT]
        if open_ones:
            batch = self.draw(st.sampled_from(open_ones), "resumed").id
            self.set_mode(self.modes[batch])
            purge.resume(self.office, batch, Ticket(), chunk=2)

    def close(self):
        """One that died ends where it stands."""
        dead = [b for b in list_batches(self.office) if b.state is BatchState.INTERRUPTED]
        if dead:
            batches.close(self.office, self.draw(st.sampled_from(dead), "closed").id)

    def away(self, batch):
        return sorted(patron.id for patron in read_batch(self.office, batch).purged if not patron.undone)

    def undo(self):
        """A part of one of them."""
        batches = [batch.id for batch in list_batches(self.office) if self.away(batch.id)]
        if batches:
            batch = self.draw(st.sampled_from(batches), "undone")
            away = self.away(batch)
            part = self.draw(st.lists(st.sampled_from(away), unique=True, min_size=1), "brought back")
            assert find_clashes(self.office, batch, part) == ()
            done = undo_batch(self.office, batch, None if len(part) == len(away) else part)
            assert (done.restored, done.clashes) == (len(part), ())


def share(school, patrons, data):
    """Copies that several wait for, on hold or not; fines on other people's loans, with lines and comments."""
    for _ in range(data.draw(st.integers(0, 3), "shared copies")):
        item = school.item(data.draw(st.sampled_from(["on_hold", "on_hold", "available", "lost", "withdrawn"]), "copy is"))
        for patron in data.draw(st.lists(st.sampled_from(patrons), max_size=4), "who wait"):
            school.reservation(patron, data.draw(st.sampled_from(["open", "open", "filled"])), item)
    loans = school.session.execute(sa.text("SELECT id FROM loans ORDER BY id")).scalars().all()
    for loan in data.draw(st.lists(st.sampled_from(loans), max_size=4), "charged to others") if loans else ():
        payer = data.draw(st.one_of(st.none(), st.sampled_from(patrons)), "payer")
        status = data.draw(st.sampled_from(["active", "closed", "in_dispute"]), "fine is")
        fine = school.fine(payer, data.draw(st.integers(1, THRESHOLD)), status, loan_id=loan, origin="lost")
        if payer is not None:
            school.line(fine, "payment", 1, comment=f"from {school.name_of(payer)}", reason="part")
    for patron in data.draw(st.lists(st.sampled_from(patrons), max_size=2, unique=True), "themselves"):
        if school.session.get_one(Patron, patron).guarantor_id is None:
            school.guarantee(patron, patron)


@WALKS
@given(everybody=EVERYBODY, data=st.data())
def test_when_everybody_is_back_everything_is_as_before(libraries, everybody, data):
    with libraries() as office:
        with building(office, balance_threshold="2.00") as school:
            patrons = build(school, everybody, office.clock.today())
            share(school, patrons, data)
        before = picture(office.database, without=WITHOUT)
        walk = Walk(office, patrons, data)
        for step in data.draw(
            st.lists(st.sampled_from(["purge", "purge", "purge", "undo", "undo", "resume", "close"]), min_size=3, max_size=9),
            "way",
        ):
            getattr(walk, step)()
        while any(walk.away(batch.id) for batch in list_batches(office)):
            walk.undo()
        while any(batch.state is BatchState.INTERRUPTED for batch in list_batches(office)):
            walk.close()
        assert not differences(before, picture(office.database, without=WITHOUT))
        assert checking.find_problems(office) == []
        with office.database.read() as session:
            left = [*ALL, table_of(Tombstone), table_of(BatchEvent)]
            assert not [table.name for table in left if session.execute(sa.select(table).limit(1)).first()]
