"""Bodies of requests: JSON objects, and the fields that every resource has."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.world.http import Request

MAX_TAGS: Final = 50
MAX_TAG_NAME: Final = 512
MAX_TAG_VALUE: Final = 256
_TAG_NAME: Final = re.compile(r"[^<>%&\\?/\x00-\x1f]+")


def parse(request: Request) -> dict[str, Any]:
    """Return the body, a JSON object. RefusedError (415 or 400) otherwise."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        shown = content_type[:80] or "<null>"
        raise RefusedError(
            415, "UnsupportedMediaType", f"The media type '{shown}' is not supported. Send 'application/json'."
        )
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as refusal:
        raise invalid("The body is not JSON") from refusal
    if not isinstance(content, dict):
        raise invalid("The body is not a JSON object")
    return content


def properties(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object at `properties`, an empty one where it is left out or null."""
    found = content.get("properties")
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise invalid("The body's 'properties' is not an object")
    return found


def tags(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags. RefusedError (400) where they break a rule.

    https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
    """
    found = content.get("tags") or {}
    if not isinstance(found, Mapping) or not all(isinstance(value, str) for value in found.values()):
        raise invalid("The body's 'tags' is not an object of strings")
    if len(found) > MAX_TAGS:
        raise RefusedError(400, "InvalidTags", f"The resource has {len(found)} tags, and may have {MAX_TAGS}.")
    for name, value in found.items():
        if len(name) > MAX_TAG_NAME or not _TAG_NAME.fullmatch(name):
            raise RefusedError(400, "InvalidTagNameCharacters", f"The tag name {name[:80]!r} is not allowed.")
        if len(value) > MAX_TAG_VALUE:
            raise RefusedError(400, "InvalidTagValueLength", f"The value of the tag {name[:80]!r} is too long.")
    return dict(found)


def invalid(message: str) -> RefusedError:
    """Return the refusal of a body that ARM cannot read."""
    return RefusedError(400, "InvalidRequestContent", f"{message}.")
