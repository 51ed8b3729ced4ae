"""The first page's questions, asked beforehand of a library that is not there: nobody is read, and the answers come sooner."""

from __future__ import annotations

from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.patrons import CandidatesQuery
from patrondesk.records.staff import Actor, Permission
from patrondesk.services import candidates, standing, verdict
from patrondesk.services.door import Work
from patrondesk.services.office import Office
from patrondesk.services.policy import current_policy, read_policy

_NOBODY = Actor(PatronId(0), 0, "", "", "", LibraryId(0), "", frozenset({Permission.VIEW_PATRONS}))
"""Keys begin with 1: this is nobody, in no library."""


def read_nothing(office: Office) -> None:
    """Has the statements of the User Purge page worded for this database, which takes longer than to ask them."""
    nobody = office.signed_in(_NOBODY)
    candidates.candidates(nobody, CandidatesQuery())
    candidates.candidates_counts(nobody)
    current_policy(nobody)
    standing.read_standing(nobody)
    with office.database.read() as session:
        work = Work(session, _NOBODY, office.clock, office)
        facts = verdict.facts_for(work, read_policy(session, work.library_id))
        candidates.read_candidates(session, facts, [PatronId(0)])
