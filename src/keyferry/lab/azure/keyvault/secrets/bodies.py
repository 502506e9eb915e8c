"""The bodies that set and update take, with the service's limits.

https://learn.microsoft.com/azure/key-vault/general/service-limits
https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
"""

from dataclasses import dataclass, field
from typing import Final

from keyferry.lab.azure.keyvault import attributes
from keyferry.lab.azure.keyvault.bodies import Body

MAX_VALUE_BYTES: Final = 25_600
MAX_CONTENT_TYPE: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a body says. None is "not said". `value` is there for a set alone."""

    value: str = field(default="", repr=False)
    attributes: attributes.Change
    content_type: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None


def parse(body: Body, *, with_value: bool) -> Change:
    """Return the change that `body` asks for. RefusedError (400 BadParameter) names what is wrong."""
    return Change(
        value=_value(body) if with_value else "",
        attributes=attributes.parse(body),
        content_type=body.text("contentType", MAX_CONTENT_TYPE),
        tags=body.tags(),
    )


def _value(body: Body) -> str:
    value = body.required("value")
    if len(value.encode()) > MAX_VALUE_BYTES:
        raise body.refusal("value", f"it has more than {MAX_VALUE_BYTES} bytes")
    return value
