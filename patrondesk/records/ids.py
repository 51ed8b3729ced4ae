"""Names for the keys of things, so that a patron's key is never taken for an item's."""

from __future__ import annotations

from typing import NewType

LibraryId = NewType("LibraryId", int)
PatronId = NewType("PatronId", int)
ItemId = NewType("ItemId", int)
TitleId = NewType("TitleId", int)
LoanId = NewType("LoanId", int)
FineId = NewType("FineId", int)
ReservationId = NewType("ReservationId", int)
RequestId = NewType("RequestId", int)
BatchId = NewType("BatchId", int)
PlanId = NewType("PlanId", int)
JobId = NewType("JobId", int)
RunId = NewType("RunId", int)
