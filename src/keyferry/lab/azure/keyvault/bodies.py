"""The bodies that set and update take, with the service's limits.

https://learn.microsoft.com/azure/key-vault/general/service-limits
https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from keyferry.lab.azure.keyvault.answers import RefusedError

MAX_VALUE_BYTES: Final = 25_600
MAX_CONTENT_TYPE: Final = 255
MAX_TAGS: Final = 15
MAX_TAG: Final = 512  # characters of a name or a value; older documents say 256
MAX_SECONDS: Final = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a body says. None is "not said". `value` is there for a set alone."""

    value: str | None = field(default=None, repr=False)
    enabled: bool | None = None
    not_before: int | None = None
    expires: int | None = None
    content_type: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None


def bad_parameter(name: str, problem: str) -> RefusedError:
    """Return the refusal that names the parameter."""
    return RefusedError(400, "BadParameter", f"The parameter '{name}' is not valid: {problem}.")


def parse(body: bytes, *, with_value: bool) -> Change:
    """Return the change that `body` asks for. RefusedError (400 BadParameter) names what is wrong."""
    content = _mapping(_json(body), "body")
    attributes = {} if content.get("attributes") is None else _mapping(content["attributes"], "attributes")
    change = Change(
        value=_value(content) if with_value else None,
        enabled=_typed(attributes, "enabled", bool),
        not_before=_seconds(attributes, "nbf"),
        expires=_seconds(attributes, "exp"),
        content_type=_content_type(content),
        tags=_tags(content),
    )
    check_times(change.not_before, change.expires)
    return change


def check_times(not_before: int | None, expires: int | None) -> None:
    """Return if the times can both hold. RefusedError otherwise."""
    if not_before is not None and expires is not None and not_before > expires:
        raise bad_parameter("attributes.nbf", "it is later than 'exp'")


def _json(body: bytes) -> object:
    try:
        content: object = json.loads(body)
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair is no text: it has no bytes
    except (ValueError, RecursionError):  # RecursionError: nested without end
        raise bad_parameter("body", "it is not JSON") from None  # the cause would quote what was sent
    return content


def _mapping(content: object, name: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise bad_parameter(name, "it is not a JSON object")
    return content


def _value(content: Mapping[str, Any]) -> str:
    value = content.get("value")
    if not isinstance(value, str):
        raise bad_parameter("value", "it is required, as a string")
    if len(value.encode()) > MAX_VALUE_BYTES:
        raise bad_parameter("value", f"it has more than {MAX_VALUE_BYTES} bytes")
    return value


def _content_type(content: Mapping[str, Any]) -> str | None:
    content_type: str | None = _typed(content, "contentType", str)
    if content_type is not None and len(content_type) > MAX_CONTENT_TYPE:
        raise bad_parameter("contentType", f"it has more than {MAX_CONTENT_TYPE} characters")
    return content_type


def _tags(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    if content.get("tags") is None:
        return None
    tags = tuple(_mapping(content["tags"], "tags").items())
    if len(tags) > MAX_TAGS:
        raise bad_parameter("tags", f"there are more than {MAX_TAGS}")
    if not all(isinstance(text, str) and len(text) <= MAX_TAG for tag in tags for text in tag):
        raise bad_parameter("tags", f"each is a string of at most {MAX_TAG} characters")
    return tags


def _seconds(attributes: Mapping[str, Any], name: str) -> int | None:
    seconds: int | None = _typed(attributes, name, int)
    if isinstance(seconds, bool) or (seconds is not None and not 0 <= seconds <= MAX_SECONDS):
        raise bad_parameter(f"attributes.{name}", "it is not a number of seconds")
    return seconds


def _typed(content: Mapping[str, Any], name: str, kind: type) -> Any:
    value = content.get(name)
    if value is not None and not isinstance(value, kind):
        raise bad_parameter(name, "it is of the wrong type")
    return value
