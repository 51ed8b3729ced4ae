"""Which patron a row is about, beyond its keys: old cards, prefixed usernames, accounts kept by hand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.services.door import Work
from patrondesk.services.importing.activation import PREFIX
from patrondesk.services.importing.matching import Keyed, Matching
from patrondesk.services.importing.patron_locks import PatronLocks
from patrondesk.services.importing.tables import FORMER
from patrondesk.services.importing.tables import PATRONS as P

KEYED = Keyed(P, "external_id", ("username", "barcode"), linking=("username",))
NO_FAMILY_NAME, OLD_CARD, OLD_CARD_TAKEN, INTERNAL = "FAMILY_NAME_MISSING", "OLD_CARD", "OLD_CARD_TAKEN", "INTERNAL_ACCOUNT"


class PatronMatching(Matching):
    """Besides target and code: `changed` (1: something is written), `wakes` (1: becomes active), `fresh` (1: was added).

    `old_cards`: lines that were told by a former barcode, with their patrons.
    """

    def __init__(self, work: Work, stage: sa.Table) -> None:
        super().__init__(work.session, work.library_id, stage, KEYED, "changed", "wakes", "fresh")
        self.old_cards: dict[int, int] = {}
        self.locks = PatronLocks(work.session, stage, self.fate)

    def run(self) -> None:
        """Finds, for every row, its patron or its trouble."""
        super().run()
        self._match_inactive()
        self._match_old_cards()
        self.one_row_each()
        self._keep_what_is_kept()
        self.hold_taken()
        self._refuse_nameless()
        self.zeros()
        if self.old_cards:
            held = set(self._session.scalars(sa.select(self.fate.c.line).where(self.fate.c.code.is_not(None))))
            self.old_cards = {line: patron for line, patron in self.old_cards.items() if line not in held}

    def _owners(self) -> None:
        """Who is kept as they are gives no key up, and asks for none: that is known before keys change hands."""
        self._keep_what_is_kept()
        super()._owners()

    def _keep_what_is_kept(self) -> None:
        self._keep_internal()
        self.locks.apply(self.known)

    def _match_old_cards(self) -> None:
        """A row known by nothing but a former barcode is its last owner, whose present card stays."""
        stage, fate, session = self.stage, self.fate, self._session
        if session.scalar(sa.select(FORMER.c.id).limit(1)) is None:
            return
        found = session.execute(
            sa.select(stage.c.line, stage.c.username, stage.c.external_id, P.c.id, P.c.username, P.c.external_id)
            .select_from(self.joined().join(FORMER, FORMER.c.barcode == stage.c.barcode).join(P, P.c.id == FORMER.c.patron_id))
            .where(self.new, P.c.library_id == self._library)
            .distinct()
        ).all()
        owners: dict[int, list[Any]] = {}
        for row in found:
            owners.setdefault(row[0], []).append(row)
        held, old = [], {}
        for line, rows in owners.items():
            _line, username, external_id, patron, their_username, their_id = rows[0]
            another = (
                len(rows) > 1
                or (external_id and external_id != their_id)
                or (username and their_username and username != their_username)
            )
            if another:
                held.append((line, patron))
            else:
                old[line] = patron
        self.hold([*(line for line, _patron in held), *old], OLD_CARD)
        for line, patron in (*held, *old.items()):
            code = None if line in old else OLD_CARD_TAKEN
            session.execute(
                sa.update(fate)
                .where(fate.c.line == line)
                .values(code=code, target=patron if line in old else None, other=None if line in old else patron)
            )
        if old:
            session.execute(
                sa.update(stage).where(stage.c.line == sa.bindparam("at")).values(barcode=None), [{"at": line} for line in old]
            )
            self.old_cards.update(old)

    def _match_inactive(self) -> None:
        """A username that was prefixed when its patron was deactivated still finds the patron."""
        stage, fate = self.stage, self.fate
        prefixed = sa.and_(P.c.library_id == self._library, P.c.username == sa.literal(PREFIX) + stage.c.username)
        free = sa.or_(stage.c.external_id.is_(None), P.c.external_id.is_(None))
        found = sa.select(stage.c.line, P.c.id).select_from(self.joined().join(P, prefixed)).where(fate.c.line.is_(None), free)
        self._session.execute(sa.insert(fate).from_select(["line", "target"], found))

    def _keep_internal(self) -> None:
        """Accounts kept by hand are not overwritten [Alma]."""
        fate = self.fate
        internal = sa.select(P.c.id).where(P.c.library_id == self._library, P.c.account_type == "internal")
        self._session.execute(
            sa.update(fate).where(self.known, fate.c.target.in_(internal)).values(code=INTERNAL, other=fate.c.target)
        )

    def _refuse_nameless(self) -> None:
        lines = self._session.scalars(
            sa.select(self.stage.c.line).select_from(self.joined()).where(self.new, self.stage.c.family_name.is_(None))
        ).all()
        self.hold(lines, NO_FAMILY_NAME)
