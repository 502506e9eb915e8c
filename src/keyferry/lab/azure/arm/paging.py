"""Lists in pages: `$top`, and a `nextLink` with a `$skiptoken` that only this list understands."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call

PAGE: Final = 100  # where the client asks for no number, and the most it gets


def page(call: Call, items: Sequence[Mapping[str, Any]], most: int = PAGE) -> Reply:
    """Return one page of `items`, in the order of their ids, and where the next one is."""
    ordered = sorted(items, key=_key)
    after = _after(call)
    rest = [each for each in ordered if after is None or _key(each) > after]
    size = _top(call, most)
    content: dict[str, Any] = {"value": rest[:size]}
    if len(rest) > size:
        content["nextLink"] = _link(call, _key(rest[size - 1]))
    return Reply(content=content)


def _key(item: Mapping[str, Any]) -> str:
    return str(item["id"]).lower()


def _top(call: Call, most: int) -> int:
    text = call.request.parameter("$top")
    if not text:
        return most
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise RefusedError(400, "InvalidTopQueryParameter", f"'$top' must be a positive number, not {text[:20]!r}.")
    return min(int(text), most)


def _after(call: Call) -> str | None:
    token = call.request.parameter("$skiptoken")
    if not token:
        return None
    try:
        path, _, key = base64.urlsafe_b64decode(token.encode()).decode().partition("\n")
    except (ValueError, binascii.Error) as refusal:
        raise _bad_token() from refusal
    if path != call.path.lower():
        raise _bad_token()
    return key


def _bad_token() -> RefusedError:
    return RefusedError(400, "InvalidSkipToken", "The '$skiptoken' is none of this list's.")


def _link(call: Call, key: str) -> str:
    token = base64.urlsafe_b64encode(f"{call.path.lower()}\n{key}".encode()).decode()
    kept = [(name, value) for name, value in call.request.query if name != "$skiptoken"]
    query = urlencode([*kept, ("$skiptoken", token)], safe="$")
    return f"https://{call.request.authority}{quote(call.path)}?{query}"
