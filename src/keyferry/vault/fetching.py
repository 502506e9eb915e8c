"""A secret with its value, by types of our own. Called by vault.collection."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec

from keyferry.model.secrets import SecretBundle, SecretRef, SecretValue
from keyferry.vault import asking
from keyferry.vault.asking import Sender
from keyferry.vault.items import Item, properties_of

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Secret(Item, frozen=True, gc=False):
    value: str | None = None


_SECRET: Final = msgspec.json.Decoder(_Secret)


async def secret(client: Sender, ref: SecretRef, options: Mapping[str, Any]) -> SecretBundle:
    """Return a secret. Raises azure-core's errors, and ValueError for what no vault answers."""
    found = _decoded(await asking.body(client, f"/secrets/{quote(ref.name, safe='')}/{ref.version}", options))
    if found.value is None:
        raise ValueError("the answer has no value")
    properties = properties_of(found, certificate_backed=bool(found.kid))
    if properties.name.lower() != ref.name.lower():
        raise ValueError("the answer is of another object")
    return SecretBundle(properties=properties, value=SecretValue(found.value.encode()))


def _decoded(body: bytes) -> _Secret:
    try:
        return _SECRET.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:  # half a character stands for the replacement character, as Go's JSON reader has it; no bytes are half of one
        document = json.loads(body)
        if isinstance(document, dict) and isinstance(document.get("value"), str):
            document["value"] = _LONE_SURROGATE.sub("\ufffd", document["value"])
        return msgspec.convert(document, _Secret)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise ValueError("the answer cannot be read") from None
