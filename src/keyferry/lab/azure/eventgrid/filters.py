"""Whether a subscription wants an event.

https://learn.microsoft.com/azure/event-grid/event-filtering
"""

from collections.abc import Callable
from typing import Final

from keyferry.lab.azure.eventgrid.definition import AdvancedFilter, Filter, Schema
from keyferry.lab.azure.eventgrid.state import Event

_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "In": lambda text, value: text == value,
    "BeginsWith": lambda text, value: text.startswith(value),
    "EndsWith": lambda text, value: text.endswith(value),
    "Contains": lambda text, value: value in text,
}
# "StringNotIn" is the same test as "StringIn", with the other answer.
OPERATORS: Final = {f"String{no}{test}": (test, bool(no)) for test in _TESTS for no in ("", "Not")}


def wants(wanted: Filter, event: Event, schema: Schema) -> bool:
    """Tell whether every condition of the filter holds."""
    return (
        (wanted.event_types is None or event.type.lower() in {each.lower() for each in wanted.event_types})
        and _subject(wanted, event.subject)
        and all(_holds(condition, event, schema) for condition in wanted.advanced)
    )


def field_of(event: Event, key: str, schema: Schema) -> str | None:
    """Return the text of the event's field in the schema's words (`subject`, `data.ObjectName`), None without one."""
    names = {"id": event.id, "subject": event.subject}
    if schema is Schema.EVENT_GRID:
        names |= {"topic": event.topic, "eventtype": event.type, "dataversion": "1"}
    else:
        names |= {"source": event.topic, "type": event.type, "specversion": "1.0"}
    names |= {f"data.{name}".lower(): str(value) for name, value in event.data if value is not None}
    return names.get(key.lower())


def _subject(wanted: Filter, subject: str) -> bool:
    begin, end = wanted.subject_begins_with, wanted.subject_ends_with
    if not wanted.case_sensitive:
        begin, end, subject = begin.lower(), end.lower(), subject.lower()
    return subject.startswith(begin) and subject.endswith(end)


def _holds(condition: AdvancedFilter, event: Event, schema: Schema) -> bool:
    """Advanced conditions compare texts without case; a field that is missing meets the negated ones alone."""
    test, negated = OPERATORS[condition.operator]
    text = field_of(event, condition.key, schema)
    met = text is not None and any(_TESTS[test](text.lower(), value.lower()) for value in condition.values)
    return met is not negated
