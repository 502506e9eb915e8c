from dataclasses import replace
from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.certificate import LifetimeAction, Policy, X509Properties
from keyferry.lab.azure.keyvault.certificates import policies
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, lab_azure.NOW, lab_azure.sources())
FULL: dict[str, Any] = {
    "key_props": {"exportable": False, "kty": "EC", "crv": "P-384", "reuse_key": True},
    "secret_props": {"contentType": "application/x-pem-file"},
    "x509_props": {
        "subject": "CN=a",
        "sans": {
            "dns_names": ["a.example"],
            "emails": ["a@b.example"],
            "upns": ["u@b.example"],
            "uris": ["https://a.example"],
            "ipAddresses": ["127.0.0.1"],
        },
        "ekus": ["1.3.6.1.5.5.7.3.1"],
        "key_usage": ["digitalSignature"],
        "validity_months": 6,
    },
    "lifetime_actions": [
        {"trigger": {"days_before_expiry": 10}, "action": {"action_type": "AutoRenew"}},
        {"trigger": {"lifetime_percentage": 50}, "action": {"action_type": "EmailContacts"}},
    ],
    "issuer": {"name": "self", "cty": "OV-SSL", "cert_transparency": False},
    "attributes": {"enabled": False},
}


def test_a_policy_is_shown_as_it_was_said() -> None:
    shown = policies.shape(VAULT, "site", policies.parse(Body(FULL), Policy()))
    assert shown.pop("id") == "https://kv-one.vault.azure.net/certificates/site/policy"
    assert shown["issuer"].pop("name") == "Self"
    assert shown["x509_props"].pop("basic_constraints") == {"ca": False}
    assert shown["attributes"] == {"enabled": False, "created": 0, "updated": 0}
    expected = {**FULL, "issuer": {"cty": "OV-SSL", "cert_transparency": False}}
    assert {**shown, "attributes": {"enabled": False}} == expected


def test_what_is_not_said_stays() -> None:
    old = policies.parse(Body(FULL), Policy())
    assert policies.parse(Body({}), old) == old
    assert policies.parse(Body({"x509_props": {"validity_months": 1}}), old) == replace(
        old, x509=replace(old.x509, validity_months=1)
    )


@pytest.mark.parametrize(
    ("key", "spec"),
    [
        pytest.param({}, "P-521", id="as-before"),
        pytest.param({"key_size": 3072}, "RSA-3072", id="size"),
        pytest.param({"crv": "P-256K"}, "P-256K", id="curve"),
        pytest.param({"kty": "RSA"}, "RSA-2048", id="type"),
    ],
)
def test_the_key_that_is_asked_for(key: dict[str, Any], spec: str) -> None:
    assert policies.parse(Body({"key_props": key}), Policy(key="P-521")).key == spec


@pytest.mark.parametrize(
    ("issuer", "kind"),
    [
        pytest.param("Self", "AutoRenew", id="self"),
        pytest.param("ca", "AutoRenew", id="an-issuer"),
        pytest.param("Unknown", "EmailContacts", id="nobody-known"),
    ],
)
def test_the_service_adds_an_action_where_none_is_said(issuer: str, kind: str) -> None:
    given = policies.with_defaults(Policy(issuer=issuer))
    assert given.lifetime_actions == (LifetimeAction(kind=kind, lifetime_percentage=80),)
    assert policies.with_defaults(given) is given


def test_an_rsa_key_has_a_size_and_an_hsm_says_so() -> None:
    shown = policies.shape(VAULT, "site", Policy(key="RSA-3072", hsm=True, x509=X509Properties(subject="CN=a")))
    assert (shown["key_props"]["kty"], shown["key_props"]["key_size"]) == ("RSA-HSM", 3072)
    assert "sans" not in shown["x509_props"]


def _action(kind: str = "AutoRenew", **trigger: int) -> dict[str, Any]:
    return {"lifetime_actions": [{"trigger": trigger, "action": {"action_type": kind}}]}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({"key_props": {"kty": "oct"}}, "kty", id="type"),
        pytest.param({"key_props": {"key_size": 1024}}, "key_size", id="size"),
        pytest.param({"key_props": {"crv": "P-1"}}, "crv", id="curve"),
        pytest.param({"secret_props": {"contentType": "text/plain"}}, "contentType", id="content-type"),
        pytest.param({"x509_props": {"subject": "a"}}, "subject", id="subject"),
        pytest.param({"x509_props": {"ekus": ["web"]}}, "ekus", id="eku"),
        pytest.param({"x509_props": {"key_usage": ["web"]}}, "key_usage", id="usage"),
        pytest.param({"x509_props": {"validity_months": 0}}, "validity_months", id="validity"),
        pytest.param(_action("Fly", lifetime_percentage=80), "action_type", id="action"),
        pytest.param(_action(), "days_before_expiry", id="no-trigger"),
        pytest.param(_action(lifetime_percentage=80, days_before_expiry=9), "days_before_expiry", id="two-triggers"),
        pytest.param(_action(lifetime_percentage=100), "lifetime_percentage", id="percentage"),
        pytest.param(_action(days_before_expiry=9999), "days_before_expiry", id="days"),
        pytest.param(
            {**_action(lifetime_percentage=80), "issuer": {"name": "unknown"}}, "action_type", id="nobody-renews"
        ),
    ],
)
def test_refuses(body: dict[str, Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        policies.parse(Body(body), Policy())
