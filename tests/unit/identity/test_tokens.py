"""The port for ServiceAccounts' tokens, as the Kubernetes client fills it."""

from datetime import UTC, datetime

from keyferry.identity.tokens import ServiceAccountToken, TokenSource
from keyferry.kube import client
from keyferry.kube.wire import tokens
from keyferry.model.secrets import SecretValue


def test_the_kubernetes_clients_token_fits() -> None:
    made: ServiceAccountToken = tokens.ServiceAccountToken(
        token=SecretValue(b"jwt"), expires=datetime(2026, 11, 22, tzinfo=UTC)
    )

    assert made.token.reveal() == b"jwt"


def test_the_kubernetes_client_fits() -> None:
    port: type[TokenSource] = client.Client  # the type checker is the test

    assert hasattr(port, "create_token")
