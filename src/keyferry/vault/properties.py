"""The vendor's properties of secrets, certificates and keys in the model's words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from keyferry.model.secrets import SecretName, SecretProperties, SecretVersion


class VendorProperties(Protocol):
    """What the vendor's three classes have in common; those of secrets have `content_type` and `key_id` beside it."""

    @property
    def name(self) -> str | None: ...  # noqa: D102  (the vendor's own words)
    @property
    def version(self) -> str | None: ...  # noqa: D102
    @property
    def enabled(self) -> bool | None: ...  # noqa: D102
    @property
    def created_on(self) -> datetime | None: ...  # noqa: D102
    @property
    def updated_on(self) -> datetime | None: ...  # noqa: D102
    @property
    def expires_on(self) -> datetime | None: ...  # noqa: D102
    @property
    def not_before(self) -> datetime | None: ...  # noqa: D102
    @property
    def tags(self) -> Mapping[str, str] | None: ...  # noqa: D102


def properties_of(entry: VendorProperties) -> SecretProperties:
    """Return what Key Vault says of an object; `version` is "" where a list did not tell it."""
    return SecretProperties(
        name=SecretName(entry.name or ""),
        version=SecretVersion(entry.version or ""),
        enabled=entry.enabled is not False,
        created=_instant(entry.created_on),
        updated=_instant(entry.updated_on),
        expires=_instant(entry.expires_on),
        not_before=_instant(entry.not_before),
        content_type=getattr(entry, "content_type", None) or "",
        tags=tuple(sorted((entry.tags or {}).items())),
        certificate_backed=getattr(entry, "key_id", None) is not None,
    )


def _instant(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
