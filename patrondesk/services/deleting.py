"""Deleting one patron: every reason against it, and the plan of one that the purge's engine carries out."""

from __future__ import annotations

from patrondesk.records.ids import PatronId
from patrondesk.records.purging import DELETE, Plan
from patrondesk.records.staff import Permission
from patrondesk.records.verdict import Reason
from patrondesk.services import verdict
from patrondesk.services.changes import find_patron
from patrondesk.services.door import Work, operation
from patrondesk.services.policy import read_policy
from patrondesk.services.purging import kinds, plan


@operation(Permission.VIEW_PATRONS, reads=True)
def find_reasons(work: Work, patron_id: PatronId) -> tuple[Reason, ...]:
    """Why this patron cannot be deleted; none when nothing is in the way. Raises NotFound.

    Debts hold whatever the library lets a purge waive: a patron is deleted only without loans, reservations or debts.
    """
    patron = find_patron(work, patron_id)
    rules = kinds.rules_of(read_policy(work.session, work.library_id), DELETE)
    found = verdict.find_reasons(work.session, verdict.facts_for(work, rules), [patron_id], kinds.scope_of(DELETE))
    return tuple(reason for reason in found.get(PatronId(patron.id), ()) if not reason.overridden)


@operation(Permission.DELETE_PATRON, reads=True)
def make_plan(work: Work, patron_id: PatronId) -> Plan:
    """The plan that deletes this patron, for `jobs.purge.run`; its `held` says why it would not. Raises NotFound."""
    find_patron(work, patron_id)
    rules = kinds.rules_of(read_policy(work.session, work.library_id), DELETE)
    return plan.freeze(work, rules, [patron_id], DELETE, {})
