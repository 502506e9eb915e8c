"""Secrets as a read returns them."""

from datetime import UTC, datetime
from typing import Any

from keyferry.model.secrets import SecretBundle, SecretName, SecretProperties, SecretValue, SecretVersion

CREATED = datetime(2026, 11, 22, tzinfo=UTC)


def properties(name: str = "db", **changes: Any) -> SecretProperties:
    """An enabled secret of its first version, as it was created."""
    known: dict[str, Any] = {
        "version": SecretVersion("1" * 32),
        "enabled": True,
        "created": CREATED,
        "updated": CREATED,
        "expires": None,
        "not_before": None,
        "content_type": "",
        "tags": (),
    }
    return SecretProperties(name=SecretName(name), **(known | changes))


def bundle(name: str = "db", *, value: bytes = b"v", **changes: Any) -> SecretBundle:
    """The same, with its value."""
    return SecretBundle(properties=properties(name, **changes), value=SecretValue(value))
