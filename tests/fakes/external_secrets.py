"""ExternalSecrets, stores and Secrets as the watches would give them, built from a default case and tweaks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from keyferry.model.secrets import (
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.spec import external_secret as parser
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import wire
from keyferry.sync.state import Got, LiveSecret, WatchedExternalSecret, WatchedStore

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TENANT = "99999999-9999-4999-8999-999999999999"
CLIENT = "44444444-4444-4444-8444-444444444444"
ONE_KEY: Mapping[str, Any] = {
    "secretStoreRef": {"name": "kv", "kind": "SecretStore"},
    "refreshInterval": "1h",
    "target": {"name": "db"},
    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
}


def document(
    spec: Mapping[str, Any] | None = None,
    status: Mapping[str, Any] | None = None,
    **metadata: Any,
) -> dict[str, Any]:
    """The ExternalSecret app/db, with these deviations."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "db", "namespace": "app", "uid": "u-es", "generation": 1, "resourceVersion": "7"}
        | metadata,
        "spec": {**ONE_KEY, **(spec or {})},
        "status": status or {},
    }


def external(
    spec: Mapping[str, Any] | None = None,
    status: Mapping[str, Any] | None = None,
    **metadata: Any,
) -> WatchedExternalSecret:
    """The same, as watched."""
    return wire.external_secret(json.dumps(document(spec, status, **metadata)).encode())


def parsed(watched: WatchedExternalSecret) -> ExternalSecret:
    """Its spec, which must be valid."""
    return parser.parse(wire.spec_document(watched.metadata, watched.spec, "ExternalSecret"))


def store(provider: Mapping[str, Any] | None = None, **metadata: Any) -> WatchedStore:
    """The SecretStore app/kv, with these deviations of its azurekv."""
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": "https://kv-prod.vault.azure.net",
        "serviceAccountRef": {"name": "reader"},
    }
    body = {
        "metadata": {"name": "kv", "namespace": "app", "uid": "u-store", "generation": 1} | metadata,
        "spec": {"provider": {"azurekv": azure | dict(provider or {})}},
    }
    return wire.secret_store(json.dumps(body).encode())


def secret(data: Mapping[str, str], **metadata: Any) -> LiveSecret:
    """A Secret app/db with base64 `data`."""
    body = {"metadata": {"name": "db", "namespace": "app", "uid": "u-secret", "resourceVersion": "3"} | metadata}
    return wire.live_secret(json.dumps(body | {"data": dict(data), "type": "Opaque"}).encode())


def bundle(value: str, name: str = "db-password") -> Got:
    """What a vault answers."""
    return got(SecretBundle(properties=properties(name), value=SecretValue(value.encode())))


def got(bundle: SecretBundle) -> Got:
    """The same, from kv-prod."""
    return Got(bundle=bundle, vault_url=VaultUrl("https://kv-prod.vault.azure.net"))


def properties(name: str, *, enabled: bool = True, **tags: str) -> SecretProperties:
    """What a vault lists."""
    return SecretProperties(
        name=SecretName(name),
        version=SecretVersion(""),
        enabled=enabled,
        created=NOW,
        updated=NOW,
        expires=None,
        not_before=None,
        content_type="",
        tags=tuple(sorted(tags.items())),
    )
