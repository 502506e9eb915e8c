"""The `format` keywords that a structural schema can ask for. Unknown formats are ignored, as Kubernetes does.

Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go` lists the supported ones.
"""

import base64
import binascii
import ipaddress
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_UNITS = r"(ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)s?"
_DURATION = re.compile(rf"([+-]?(\d+(\.\d*)?|\.\d+) ?{_UNITS} ?)+|0")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HOST = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*\.?")


def holds(name: str, text: str) -> bool:
    """Whether `text` has the format `name`; true for formats that Kubernetes does not check."""
    check = _CHECKS.get(name)
    if check is None:
        return True
    try:
        return check(text)
    except (ValueError, binascii.Error):
        return False


def _made(make: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        make(text)
        return True

    return check


def _uuid(version: int | None) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        return version is None or uuid.UUID(text).version == version

    return lambda text: len(text.replace("-", "")) == 32 and bool(uuid.UUID(text)) and check(text)


def _date_time(text: str) -> bool:
    return _DATE_TIME.fullmatch(text) is not None and datetime.fromisoformat(text.upper().replace(" ", "T")) is not None


def _uri(text: str) -> bool:
    return bool(urlsplit(text).scheme)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "date": _made(date.fromisoformat),
    "date-time": _date_time,
    "datetime": _date_time,
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
    "byte": _made(lambda text: base64.b64decode(text, validate=True)),
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "hostname": lambda text: len(text) < 256 and _HOST.fullmatch(text) is not None,
    "ipv4": _made(ipaddress.IPv4Address),
    "ipv6": _made(ipaddress.IPv6Address),
    "cidr": _made(lambda text: ipaddress.ip_network(text, strict=False)),
    "uri": _uri,
    "uuid": _uuid(None),
    "uuid3": _uuid(3),
    "uuid4": _uuid(4),
    "uuid5": _uuid(5),
}
