"""As whom a scheduled job runs: the account it was set up for, with that account's rights as they are then."""

from __future__ import annotations

from patrondesk.errors import NotPermitted
from patrondesk.records.staff import Permission
from patrondesk.services import door, signin
from patrondesk.services.door import permitted
from patrondesk.services.office import Office


@permitted(Permission.MANAGE_JOBS)
def act_as(office: Office, staff_id: int) -> Office:
    """The office with the account's person at the desk. One's own account is oneself; for another's, staff must be managed.

    Raises SignInRefused when the account may not sign in (deactivated, expired, blocked, without a role).
    """
    actor = door.require(office, Permission.MANAGE_JOBS)
    if staff_id != actor.staff_id and not actor.may(Permission.MANAGE_STAFF):
        raise NotPermitted("This job runs as somebody else.", "Only an administrator can run it for them.")
    return office.signed_in(signin.find_actor(office, staff_id))
