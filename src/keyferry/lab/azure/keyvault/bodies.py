"""Reading a JSON body field by field, so that each refusal names the field.

https://learn.microsoft.com/azure/key-vault/general/service-limits (tags)
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.world.http import Request

MAX_TAGS: Final = 15
MAX_TAG: Final = 512  # characters of a name or a value; older documents say 256
MAX_SECONDS: Final = 253_402_300_799  # the last second of the year 9999
T = TypeVar("T")


def bad_parameter(name: str, problem: str) -> RefusedError:
    """Return the refusal that names the parameter."""
    return RefusedError(400, "BadParameter", f"The parameter '{name}' is not valid: {problem}.")


def read(request: Request) -> "Body":
    """Return the request's JSON object. RefusedError: 415 where it is not said to be JSON, 400 where it is none."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise RefusedError(415, "UnsupportedMediaType", "The content type of the request must be application/json.")
    content = _json(request.body)
    if not isinstance(content, Mapping):
        raise bad_parameter("body", "it is not a JSON object")
    return Body(content)


class Body:
    """One JSON object. What is null counts as not said, and what nobody asks for is ignored, as the service does."""

    def __init__(self, content: Mapping[str, Any], path: str = "") -> None:
        self._content = content
        self._path = path

    def refusal(self, name: str, problem: str) -> RefusedError:
        """Return the refusal that names the field by its path."""
        return bad_parameter(self._path + name, problem)

    def has(self, name: str) -> bool:
        """Tell whether the field is said."""
        return self._content.get(name) is not None

    def text(self, name: str, most: int | None = None) -> str | None:
        """Return a string of at most `most` characters."""
        text = self._typed(name, str)
        if text is not None and most is not None and len(text) > most:
            raise self.refusal(name, f"it has more than {most} characters")
        return text

    def required(self, name: str) -> str:
        """Return a string that must be there."""
        text = self.text(name)
        if text is None:
            raise self.refusal(name, "it is required, as a string")
        return text

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        return self._typed(name, bool)

    def whole(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number from `least` to `most`."""
        number = self._typed(name, int)
        if isinstance(number, bool) or (number is not None and not least <= number <= most):
            raise self.refusal(name, f"it is not a whole number from {least} to {most}")
        return number

    def seconds(self, name: str) -> int | None:
        """Return an instant in unix seconds."""
        return self.whole(name, 0, MAX_SECONDS)

    def inner(self, name: str) -> "Body":
        """Return the object at `name`, an empty one where none is."""
        content = self._typed(name, dict)
        return Body({} if content is None else content, f"{self._path}{name}.")

    def each(self, name: str) -> tuple["Body", ...]:
        """Return the objects of the list at `name`."""
        items = self._list(name)
        if not all(isinstance(item, Mapping) for item in items):
            raise self.refusal(name, "it is not a list of objects")
        return tuple(Body(item, f"{self._path}{name}[{number}].") for number, item in enumerate(items))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the strings of the list at `name`."""
        items = self._list(name)
        if not all(isinstance(item, str) for item in items):
            raise self.refusal(name, "it is not a list of strings")
        return tuple(items)

    def octets(self, name: str) -> bytes | None:
        """Return the bytes that are written in base64url, padded or not."""
        text = self._typed(name, str)
        if text is None:
            return None
        try:
            return base64.b64decode(
                text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
            )
        except ValueError:
            raise self.refusal(name, "it is not base64url") from None  # the cause could quote what was sent

    def tags(self) -> tuple[tuple[str, str], ...] | None:
        """Return the tags, None where none are said."""
        if not self.has("tags"):
            return None
        content = self._typed("tags", dict) or {}
        tags = tuple(content.items())
        if len(tags) > MAX_TAGS:
            raise self.refusal("tags", f"there are more than {MAX_TAGS}")
        if not all(isinstance(text, str) and len(text) <= MAX_TAG for tag in tags for text in tag):
            raise self.refusal("tags", f"each is a string of at most {MAX_TAG} characters")
        return tags

    def _list(self, name: str) -> list[Any]:
        return self._typed(name, list) or []

    def _typed(self, name: str, kind: type[T]) -> T | None:
        value = self._content.get(name)
        if value is not None and not isinstance(value, kind):
            raise self.refusal(name, "it is of the wrong type")
        return value


def _json(body: bytes) -> object:
    try:
        content: object = json.loads(body)
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair is no text: it has no bytes
    except (ValueError, RecursionError):  # RecursionError: nested without end
        raise bad_parameter("body", "it is not JSON") from None  # the cause would quote what was sent
    return content
