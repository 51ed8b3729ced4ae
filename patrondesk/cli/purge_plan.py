"""Which patrons a `purge` is about: a list, a page or a plan, with the reasons that are set aside for them."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrondesk.cli import names_file
from patrondesk.cli.candidates import query_of
from patrondesk.errors import Refused, WrongUsage
from patrondesk.records.ids import PatronId, PlanId
from patrondesk.records.purging import Override
from patrondesk.records.staff import Permission

if TYPE_CHECKING:
    from patrondesk.records.plans import Drift
    from patrondesk.records.purging import Plan
    from patrondesk.services.office import Office


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The plan, and who of a written plan changed or went since it was made. `kept`: the number of a saved plan."""

    plan: Plan
    changed: tuple[str, ...] = ()
    kept: PlanId | None = None
    drift: tuple[Drift, ...] = ()


def asked(office: Office, args: argparse.Namespace) -> Asked:
    """Freezes what the words ask for. Raises Unusable, WrongUsage, Refused, NotPermitted."""
    _check_overrides(office, args)
    if args.usernames is not None:
        return Asked(_of_list(office, args))
    if args.plan is not None:
        return _of_plan(office, args)
    if args.saved_plan is not None:
        return saved(office, PlanId(args.saved_plan))
    return Asked(_of_page(office, args))


def _check_overrides(office: Office, args: argparse.Namespace) -> None:
    """What can be told before anything is read: the right to override, the codes, the comment."""
    from patrondesk.services.door import require
    from patrondesk.services.purging.plan import check_overrides

    if args.override or args.overrides is not None:
        require(office, Permission.PURGE_OVERRIDE)
    check_overrides(Override(PatronId(0), code, args.comment or "") for code in args.override)


def _of_list(office: Office, args: argparse.Namespace) -> Plan:
    from patrondesk.services.purging.plan import find_by_words

    words = names_file.read_usernames(args.usernames)
    ids, unknown = find_by_words(office, words)
    return _freeze(office, args, ids, "list", {"words": len(words)}, unknown)


def _of_page(office: Office, args: argparse.Namespace) -> Plan:
    """The rows of the page that can go, those included that can because of an override."""
    from patrondesk.services.candidates import candidates

    page = candidates(office, query_of(args))
    aside = {(o.patron_id, o.code) for o in _told(office, args)} | {(row.id, code) for row in page.rows for code in args.override}
    ids = [
        row.id
        for row in page.rows
        if all(r.overridden or (r.severity.value == "overridable" and (row.id, r.code) in aside) for r in row.reasons)
    ]
    # What was searched for may be a name: it is not kept.
    criteria = {
        "page": args.page,
        "page_size": args.page_size,
        "reason": args.reason,
        "sort": args.sort,
        "searched": bool(args.search),
    }
    return _freeze(office, args, ids, "page", criteria, ())


def _of_plan(office: Office, args: argparse.Namespace) -> Asked:
    """Only the plan's own list; each patron's version is the one that the preview saw."""
    from patrondesk.services.door import require
    from patrondesk.services.purging.plan import read_plan_file

    assert office.actor is not None
    seen, overrides, library = read_plan_file(args.plan)
    if library != office.actor.library_name:
        raise Refused(
            f"The plan “{args.plan.name}” is for another library.", "Choose that library, or make a new plan.", "OTHER_LIBRARY"
        )
    if overrides:
        require(office, Permission.PURGE_OVERRIDE)
    plan = _freeze(office, args, list(seen), "plan", {}, (), overrides)
    other = [p.username or p.barcode or p.name for p in plan.patrons if p.version != seen[p.id]]
    frozen = tuple(dataclasses.replace(p, version=seen[p.id]) for p in plan.patrons)
    return Asked(dataclasses.replace(plan, patrons=frozen), tuple(other))


def saved(office: Office, plan_id: PlanId) -> Asked:
    """A plan of the library that was saved: its list less those struck out, and what became different since."""
    from patrondesk.services.purging.reviewing import find_drift, thaw

    plan = thaw(office, plan_id)
    drift = find_drift(office, plan_id)
    return Asked(plan, changed(drift), plan_id, tuple(drift))


def changed(drift: Sequence[Drift]) -> tuple[str, ...]:
    """Those who became different, by what a person calls them."""
    return tuple(one.username or one.name for one in drift)


def _told(office: Office, args: argparse.Namespace) -> list[Override]:
    """The overrides of the file. Raises WrongUsage for a name that is nobody's."""
    from patrondesk.services.purging.plan import check_overrides, find_by_words

    if args.overrides is None:
        return []
    found = []
    for name, code, comment in names_file.read_overrides(args.overrides):
        ids, unknown = find_by_words(office, [name])
        if unknown:
            raise WrongUsage(
                f"“{name}” in “{args.overrides.name}” is no patron here.", "Correct the username or take the row out."
            )
        found.append(Override(ids[0], code, comment or args.comment or ""))
    check_overrides(found)
    return found


def _freeze(
    office: Office,
    args: argparse.Namespace,
    ids: Sequence[PatronId],
    source: str,
    criteria: dict[str, Any],
    unknown: Sequence[str],
    more: Sequence[Override] = (),
) -> Plan:
    """Overrides for all are written down for those whom the reason holds, so that the record names nobody else."""
    from patrondesk.services.purging.plan import make_plan

    plan = make_plan(office, ids, source=source, criteria=criteria, unknown=unknown)
    here = {p.id for p in plan.patrons}
    told = {(o.patron_id, o.code): o for o in (*more, *_told(office, args)) if o.patron_id in here}
    for patron in plan.patrons:
        for reason in patron.reasons:
            if reason.code in args.override and not reason.overridden:
                told.setdefault((patron.id, reason.code), Override(patron.id, reason.code, args.comment))
    if not told:
        return plan
    return make_plan(office, ids, source=source, criteria=criteria, unknown=unknown, overrides=list(told.values()))


def file_argument(text: str) -> Path:
    """A file named on the command line."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a file name is needed")
    return Path(text).expanduser()
