"""Cells of Events."""

from datetime import datetime

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables import durations
from keyferry.lab.kubernetes.tables.cells import WIDE, Printer, printer, text


def _last_seen(document: Object, now: datetime) -> str:
    series = objects.dig(document, "series", "lastObservedTime")
    last = document.get("lastTimestamp") or document.get("deprecatedLastTimestamp")
    return durations.age(series or last or document.get("eventTime") or _first(document), now)


def _first_seen(document: Object, now: datetime) -> str:
    return durations.age(_first(document) or document.get("eventTime"), now)


def _first(document: Object) -> str:
    return str(document.get("firstTimestamp") or document.get("deprecatedFirstTimestamp") or "")


def _subject(document: Object, _now: datetime) -> str:
    about = document.get("involvedObject") or document.get("regarding") or {}
    return f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"


def _source(document: Object, _now: datetime) -> str:
    source = document.get("source") or document.get("deprecatedSource") or {}
    component = (
        source.get("component") or document.get("reportingComponent") or document.get("reportingController") or ""
    )
    return f"{component}, {source['host']}" if source.get("host") else component


def _message(document: Object, _now: datetime) -> str:
    return str(document.get("message") or document.get("note") or "").strip()


def _times(document: Object, _now: datetime) -> int:
    series = objects.dig(document, "series", "count")
    return int(series or document.get("count") or document.get("deprecatedCount") or 1)


EVENTS: Printer = printer(
    ("Last Seen", _last_seen),
    ("Type", text("type")),
    ("Reason", text("reason")),
    ("Object", _subject),
    ("Subobject", text("involvedObject", "fieldPath"), WIDE),
    ("Source", _source, WIDE),
    ("Message", _message),
    ("First Seen", _first_seen, WIDE),
    ("Count", _times, WIDE),
    ("Name", text("metadata", "name"), WIDE),
)
