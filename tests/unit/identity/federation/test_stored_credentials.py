"""A refused secret or certificate is named with its place, its fault, and the way without any."""

import pytest

from keyferry.identity.federation import Rejection, explain_stored
from keyferry.model.errors import Where
from keyferry.model.identity import ClientId, ServicePrincipal, TenantId
from keyferry.model.secrets import SecretValue

PRINCIPAL = ServicePrincipal(
    tenant_id=TenantId("11111111-1111-1111-1111-111111111111"),
    client_id=ClientId("22222222-2222-2222-2222-222222222222"),
    authority_host="https://login.microsoftonline.com",
    source=Where(kind="Secret", namespace="app", name="azure"),
    secret=SecretValue(b"hunter2"),
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(7000215, ("is wrong", "not its ID", "Secret app/azure"), id="wrong"),
        pytest.param(7000222, ("has ended", "make a new one"), id="ended"),
        pytest.param(700027, ("does not have that certificate", "upload"), id="certificate"),
        pytest.param(50027, ("does not take the proof", "told by entra"), id="malformed-proof"),
        pytest.param(700023, ("does not take the proof",), id="audience-of-the-proof"),
        pytest.param(7000232, ("is a managed identity",), id="managed-identity"),
        pytest.param(700024, ("time of validity", "clock of this machine"), id="time"),
        pytest.param(700016, ("the client id in Secret app/azure",), id="client"),
        pytest.param(90002, (PRINCIPAL.tenant_id, "tenantId"), id="tenant"),
        pytest.param(123456, ("told by entra",), id="unknown-code"),
    ],
)
def test_explains_a_code(code: int, words: tuple[str, ...]) -> None:
    error = explain_stored(Rejection(code=code, description=f"AADSTS{code}: told by entra. Trace ID: 1"), PRINCIPAL)

    assert error.what == f"Entra refused the client secret of client {PRINCIPAL.client_id}"
    assert f"AADSTS{code}" in error.cause
    assert all(word in str(error) for word in words), str(error)
    assert str(error.where) == "Secret app/azure"


@pytest.mark.parametrize("code", [7000215, 7000222, 700027])
def test_points_to_the_way_without_a_stored_credential(code: int) -> None:
    assert "authType WorkloadIdentity" in explain_stored(Rejection(code=code), PRINCIPAL).remedy


def test_adds_what_is_odd_about_the_credential() -> None:
    certificate = ServicePrincipal(
        tenant_id=PRINCIPAL.tenant_id,
        client_id=PRINCIPAL.client_id,
        authority_host=PRINCIPAL.authority_host,
        source=PRINCIPAL.source,
        certificate=SecretValue(b"pem"),
    )
    error = explain_stored(Rejection(code=0, description="odd"), certificate, "it ended in May")

    assert "the certificate of client" in error.what
    assert error.cause.endswith("(it ended in May)")
    assert "AADSTS" not in error.cause
