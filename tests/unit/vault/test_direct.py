"""Requests go to the vault they are for, with an API version, by the vendor's challenge and retries."""

from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.rest import HttpRequest
from azure.keyvault.secrets import SecretClient

from keyferry.identity.borrowed import BorrowedTransport
from keyferry.identity.retry import BoundedRetry
from keyferry.model.secrets import VaultUrl
from keyferry.vault.direct import API_VERSION, DirectClient

VAULT = VaultUrl("https://kv-one.vault.azure.net")


class Recorder(BorrowedTransport):
    """Notes what is sent, and reaches nobody."""

    def __init__(self) -> None:
        self.sent: list[HttpRequest] = []

    async def send(self, request: Any, **_options: Any) -> Any:
        """Note the request."""
        self.sent.append(request)
        raise ServiceRequestError("nobody is there")


class NoRetry(BoundedRetry):
    """Tries once."""

    def is_exhausted(self, settings: dict[str, Any]) -> bool:
        """Whether to give up: always."""
        return True


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        pytest.param("/secrets/a/", f"/secrets/a/?api-version={API_VERSION}", id="relative"),
        pytest.param("/secrets?maxresults=1", f"/secrets?maxresults=1&api-version={API_VERSION}", id="with-a-query"),
        pytest.param(
            f"{VAULT}/secrets?api-version=7.4&$skiptoken=x", "/secrets?api-version=7.4&$skiptoken=x", id="link"
        ),
        pytest.param("https://kv-two.vault.azure.net/secrets?api-version=7.4", "", id="a-link-to-elsewhere-stays-one"),
    ],
)
async def test_where_a_request_goes(asked: str, sent: str) -> None:
    transport = Recorder()
    client = DirectClient(VAULT, object(), {"transport": transport, "retry_policy": NoRetry()})
    with pytest.raises(ServiceRequestError):
        await client.send_request(HttpRequest("GET", asked))
    (request,) = transport.sent
    assert request.url == (f"{VAULT}{sent}" if sent else asked)
    assert "Authorization" not in request.headers  # before the vault's challenge nobody's token goes there


def test_the_version_is_the_vendors_own() -> None:
    class Credential:
        def get_token(self, *_scopes: str, **_options: Any) -> Any:
            """Nobody asks."""

    assert SecretClient(VAULT, Credential()).api_version == API_VERSION
