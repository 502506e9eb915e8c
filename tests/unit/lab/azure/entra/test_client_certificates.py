import base64
from datetime import datetime
from typing import Any

import pytest

from keyferry.lab.azure.entra import assertion, client_certificates
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import entra_clients, lab_azure
from tests.fakes.entra_clients import APPLICATION, TOKEN_URL, client_key
from tests.fakes.lab_azure import NOW, TENANT, later

WORLD = lab_azure.azure(applications=[entra_clients.application()])
(CLIENT,) = WORLD.directory.applications
LOGIN = f"https://login.microsoftonline.com/{TENANT}"
SHA1 = client_key().sha1
HEX = base64.urlsafe_b64decode(SHA1 + "==").hex().upper()


def _verify(token: str, now: datetime = NOW, port_suffix: str = "") -> None:
    tenant = WORLD.directory.tenant_by_id(TENANT)
    assert tenant is not None
    client_certificates.verify(assertion.read(token), CLIENT, tenant, now, port_suffix)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({}, id="x5t"),
        pytest.param({"x5t": None, "x5t#S256": client_key().sha256, "alg": "PS256"}, id="x5t#S256-with-ps256"),
        pytest.param({"x5t": None, "kid": HEX}, id="kid-in-hex"),
        pytest.param({"x5t": None, "kid": SHA1}, id="kid-as-x5t"),
        pytest.param({"x5t": None, "kid": f"{SHA1}="}, id="kid-with-padding"),  # Terraform's azurerm provider
        pytest.param({"typ": None}, id="no-type"),
    ],
)
def test_takes_each_way_to_name_the_certificate(header: dict[str, Any]) -> None:
    _verify(entra_clients.assertion(header=header))


@pytest.mark.parametrize(
    "audience",
    [
        TOKEN_URL,
        f"{LOGIN}/oauth2/token",
        f"{LOGIN}/v2.0",
        f"https://sts.windows.net/{TENANT}/",
        "https://login.windows.net/lab.example/oauth2/v2.0/token",
        ["https://elsewhere.example", TOKEN_URL],
    ],
)
def test_takes_every_address_of_the_tenant_as_audience(audience: Any) -> None:
    _verify(entra_clients.assertion(aud=audience))


@pytest.mark.parametrize(
    ("token", "now", "code"),
    [
        pytest.param(entra_clients.assertion(header={"alg": "RS384"}), NOW, 5002738, id="algorithm"),
        pytest.param(entra_clients.assertion(header={"typ": "JWE"}), NOW, 5002727, id="type"),
        pytest.param(entra_clients.assertion(iss="somebody"), NOW, 700021, id="issuer"),
        pytest.param(entra_clients.assertion(sub=lab_azure.READER), NOW, 700021, id="subject"),
        pytest.param(entra_clients.assertion("other"), NOW, 700027, id="unknown-certificate"),
        pytest.param(entra_clients.assertion(header={"x5t": None}), NOW, 700027, id="no-thumbprint"),
        pytest.param(entra_clients.assertion("other", {"x5t": SHA1}), NOW, 700027, id="signature"),
        pytest.param(entra_clients.assertion(aud=None), NOW, 700023, id="no-audience"),
        pytest.param(
            entra_clients.assertion(aud=TOKEN_URL.replace(TENANT, lab_azure.OTHER_TENANT)),
            NOW,
            700023,
            id="another-tenant",
        ),
        pytest.param(
            entra_clients.assertion(aud=f"https://login.microsoftonline.us/{TENANT}/v2.0"),
            NOW,
            700023,
            id="another-cloud",
        ),
        pytest.param(entra_clients.assertion(), later(minutes=10), 700024, id="expired"),
        pytest.param(entra_clients.assertion(), later(seconds=-1), 700024, id="not-yet"),
        pytest.param(entra_clients.assertion(exp=10.0**12), later(days=365 * 80), 700027, id="certificate-expired"),
        # several faults: the earlier check speaks
        pytest.param(entra_clients.assertion("other", iss="x"), NOW, 700021, id="issuer-before-key"),
        pytest.param(entra_clients.assertion(aud="x"), later(days=1), 700023, id="audience-before-time"),
    ],
)
def test_checks_in_order(token: str, now: datetime, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        _verify(token, now)
    assert refusal.value.code == code


def test_names_the_application_and_what_is_wrong_with_its_key() -> None:
    with pytest.raises(RefusedError, match=rf"{APPLICATION}.*not found by the thumbprint"):
        _verify(entra_clients.assertion("other"))


def test_the_address_has_the_port_that_the_client_asked() -> None:
    token = entra_clients.assertion(aud=TOKEN_URL.replace(".com/", ".com:8443/"))
    _verify(token, port_suffix=":8443")
    with pytest.raises(RefusedError, match="AADSTS700023"):
        _verify(token)
