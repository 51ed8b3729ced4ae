"""What a job type is: its options as one dataclass, what it says of itself, its preview and its run."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from patrondesk import money
from patrondesk.errors import FieldFault, InvalidFields, WrongUsage
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.jobs import JobOutcome, JobPreview, OptionField, RunDetail
from patrondesk.records.staff import Permission
from patrondesk.services.office import Office

_YES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_EXAMPLES = {
    "int": "Write a whole number.",
    "money": "Write an amount such as 20.00.",
    "date": "Write a date such as 2026-06-30.",
    "bool": "Write true or false.",
}


def option(
    label: str,
    text: str,
    kind: str,
    default: Any = None,  # noqa: ANN401 - what the kind holds
    *,
    required: bool = False,
    low: int = 0,
    high: int = 0,
    choices: tuple[str, ...] = (),
) -> Any:  # noqa: ANN401 - a dataclass field
    """A field of an options dataclass: what the form, the schedule editor and the command ask for."""
    asked = {"label": label, "text": text, "kind": kind, "required": required, "low": low, "high": high, "choices": choices}
    return dataclasses.field(default=default, metadata=asked)


@dataclasses.dataclass(frozen=True, slots=True)
class JobType:
    """A type of job. `options` is a frozen dataclass made of `option`s; `needs` are permissions beside managing jobs.

    `sentence(office, options)` says what a run will do, in words a person confirms; `preview` counts it and changes nothing;
    `run` does it and stops between chunks when the ticket says so; `words` tells a line of the report. `destructive`: it is
    confirmed before it runs by hand.
    """

    code: str
    title: str
    text: str
    options: type[Any]
    needs: tuple[Permission, ...]
    destructive: bool
    sentence: Callable[[Office, Any], str]
    preview: Callable[[Office, Any], JobPreview]
    run: Callable[[Office, Any, Ticket], JobOutcome]
    words: Callable[[RunDetail, str], str]

    @property
    def fields(self) -> tuple[OptionField, ...]:
        """Its options, in the order in which they are asked for."""
        return tuple(
            OptionField(field.name, default=field.default, **field.metadata) for field in dataclasses.fields(self.options)
        )

    def made(self, options: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the type's own dataclass
        """The options of a stored job as the type knows them; what this version does not know any more is left out."""
        known = {field.name: field for field in self.fields}
        return self.options(**{name: _restored(known[name], value) for name, value in options.items() if name in known})


def read_options(kind: JobType, given: Mapping[str, str], currency: str) -> dict[str, Any]:
    """Words as they were typed, as values that can be stored. Raises WrongUsage, InvalidFields with every fault."""
    known = {field.name: field for field in kind.fields}
    strange = [name for name in given if name not in known]
    if strange:
        raise WrongUsage(
            f"A job of type {kind.code} has no option “{strange[0]}”.", f"Its options: {', '.join(known) or 'none'}."
        )
    values: dict[str, Any] = {}
    faults = []
    for name, field in known.items():
        said = given.get(name, "").strip()
        if not said:
            if field.required:
                faults.append(FieldFault(name, f"{field.label} is missing.", field.text))
            continue
        value = _read(field, said, currency)
        if value is None:
            faults.append(FieldFault(name, f"“{said}” does not fit {field.label}.", _fits(field)))
        else:
            values[name] = value
    if faults:
        raise InvalidFields(*faults)
    return values


def _fits(field: OptionField) -> str:
    if field.kind == "choice":
        return f"Choose one of: {', '.join(field.choices)}."
    if field.kind == "int":
        return f"Write a whole number from {field.low:,} to {field.high:,}."
    return _EXAMPLES.get(field.kind, field.text)


def _read(field: OptionField, said: str, currency: str) -> Any:  # noqa: ANN401 - what the kind holds
    """The value, None when it does not fit. Dates are kept as ISO text, names as a list."""
    try:
        if field.kind == "int":
            number = int(said)
            return number if field.low <= number <= field.high else None
        if field.kind == "money":
            amount = money.parse(said, currency)
            return amount if amount >= 0 else None
        if field.kind == "date":
            return dt.date.fromisoformat(said).isoformat()
    except ValueError:
        return None
    if field.kind == "bool":
        return _YES.get(said.lower())
    if field.kind == "choice":
        return next((choice for choice in field.choices if choice.lower() == said.lower()), None)
    if field.kind == "names":
        return [name.strip() for name in said.split(",") if name.strip()]
    return said


def _restored(field: OptionField, value: Any) -> Any:  # noqa: ANN401 - what the kind holds
    if field.kind == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
