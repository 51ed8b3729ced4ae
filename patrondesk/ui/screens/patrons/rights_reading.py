"""What the details say about a person's rights, read in one go: requests, downloads, what is in the way of a deletion."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk.records.access_requests import AccessRequest, Download
from patrondesk.records.ids import PatronId
from patrondesk.records.verdict import Reason
from patrondesk.services import access_requests, backup, deleting, policy
from patrondesk.services.office import Office


@dataclass(frozen=True, slots=True)
class RightsView:
    """Of one patron. `in_the_way`: why the patron cannot be deleted; `rule`: by which the library answers requests."""

    patron_id: PatronId
    requests: tuple[AccessRequest, ...]
    downloads: tuple[Download, ...]
    in_the_way: tuple[Reason, ...]
    rule: str
    undo_days: int
    backs_up: bool

    @property
    def open_requests(self) -> tuple[AccessRequest, ...]:
        """Those still to be answered, the next due first."""
        return tuple(one for one in self.requests if one.open)


def read_rights(office: Office, patron_id: PatronId) -> RightsView:
    """Raises NotFound."""
    rules = policy.current_policy(office)
    return RightsView(
        patron_id,
        tuple(access_requests.list_requests(office, patron_id)),
        tuple(access_requests.list_downloads(office, patron_id)),
        deleting.find_reasons(office, patron_id),
        rules.access_request_rule,
        rules.undo_days,
        backup.find_makes_one_first(office),
    )
