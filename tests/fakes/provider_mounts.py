"""Mounts as the publisher asks them of a provider."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from keyferry.model.secrets import SecretValue
from keyferry.mount.state import Mount, PodRef, PodToken
from tests.fakes import csi_requests

PARAMETERS: Final = {"keyvaultName": "kv1", "secretProviderClass": "kv", **csi_requests.POD}


def mount(
    provider: str = "vendor",
    *,
    tokens: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Mount:
    """A mount of a plain pod; `tokens` by audience."""
    expires = datetime(2026, 11, 22, 7, tzinfo=UTC)
    return Mount(
        provider=provider,
        class_name="kv",
        pod=PodRef(namespace="payments", name="api-0", uid="1b2c", service_account="api"),
        parameters=PARAMETERS,
        target_path=csi_requests.TARGET,
        tokens={key: PodToken(token=_hidden(value), expires=expires) for key, value in (tokens or {}).items()},
        secrets={key: _hidden(value) for key, value in (secrets or {}).items()},
    )


def attributes(**more: str) -> str:
    """The JSON of a driver's attributes."""
    return json.dumps({**PARAMETERS, **more})


def _hidden(text: str) -> SecretValue:
    return SecretValue(text.encode())
