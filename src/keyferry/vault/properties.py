"""The vendor's secret properties in the model's words."""

from datetime import UTC, datetime

from azure.keyvault.secrets import SecretProperties as VendorProperties

from keyferry.model.secrets import SecretName, SecretProperties, SecretVersion


def properties_of(entry: VendorProperties) -> SecretProperties:
    """Return what Key Vault says of a secret; `version` is "" where a list did not tell it."""
    return SecretProperties(
        name=SecretName(entry.name or ""),
        version=SecretVersion(entry.version or ""),
        enabled=entry.enabled is not False,
        created=_instant(entry.created_on),
        updated=_instant(entry.updated_on),
        expires=_instant(entry.expires_on),
        not_before=_instant(entry.not_before),
        content_type=entry.content_type or "",
        tags=tuple(sorted((entry.tags or {}).items())),
    )


def _instant(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
