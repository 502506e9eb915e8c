from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import operations, routes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.rights import Operation
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW
from tests.fakes.lab_vault import Vault


def test_every_operation_is_done() -> None:
    assert set(operations._OPERATIONS) == set(Operation)


def test_time_brings_things_about_without_a_request() -> None:
    vault = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
    vault.objects.secrets.delete("off", int(NOW.timestamp()), hidden_seconds=0, kept_seconds=10)
    operations.advance(Moment(vault=vault, now=NOW + timedelta(seconds=10), sources=lab_azure.sources()))
    assert not vault.objects.secrets.deleted


@pytest.mark.parametrize(
    "path",
    [
        "/keys",
        "/keys/site",
        "/keys/site/versions",
        "/certificates",
        "/certificates/site",
        "/certificates/site/versions",
        "/certificates/site/policy",
        "/certificates/site/pending",
        "/secrets",
        "/secrets/site/versions",
    ],
)
def test_a_private_key_leaves_by_the_secret_s_value_alone(path: str) -> None:
    vault = Vault(certificates={"site": {"contentType": "application/x-pem-file"}})
    vault.json("POST", "/certificates/site/create", {"policy": {"issuer": {"name": "Unknown"}}})
    private = vault.json("GET", "/secrets/site")["value"].splitlines()[1]
    response = vault.call("GET", path)
    assert response.status == 200
    assert private.encode() not in response.body
    assert b'"d"' not in response.body


NAMES = (
    "value key kty crv n e d x y key_size key_ops attributes enabled nbf exp tags contentType policy key_props "
    "secret_props x509_props subject sans dns_names emails upns uris ipAddresses ekus key_usage validity_months "
    "lifetime_actions trigger action action_type lifetime_percentage days_before_expiry issuer name pwd x5c "
    "cancellation_requested contacts email provider credentials org_details admin_details lifetimeActions type "
    "timeAfterCreate timeBeforeExpiry expiryTime alg digest Hsm release_policy reuse_key exportable"
)
WORDS = tuple(NAMES.split())
TEXTS = (
    "EC",
    "RSA",
    "P-256",
    "CN=a",
    "Self",
    "Unknown",
    "AQAB",
    "ES256",
    "RSA-OAEP",
    "P30D",
    "Rotate",
    "AutoRenew",
    "a@b",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(TEXTS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=20,
)
PLACES = [
    (method, "/" + "/".join(words).replace("{name}", name).replace("{version}", "").replace("{issuer}", "ca"))
    for patterns in routes._ROUTES.values()
    for method, words, _ in patterns
    for name in ("site", "plain")
]
CHANCE = Vault(certificates={"site": {}}, keys={"plain": {}}, secrets={}, lab={"keyMakersPer10s": 10**6})


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(PLACES), body=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=8))
def test_whatever_is_asked_is_answered(place: tuple[str, str], body: dict[str, Any]) -> None:
    method, path = place
    assert 200 <= CHANCE.call(method, path, body).status < 500
