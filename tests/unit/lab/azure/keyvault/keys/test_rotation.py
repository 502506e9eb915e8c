from typing import Any

import pytest

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.keys import rotation
from tests.fakes.lab_azure import NOW, later
from tests.fakes.lab_vault import Vault

SECONDS = int(NOW.timestamp())
DAY = 24 * 3600
MONTHLY = {
    "lifetimeActions": [{"trigger": {"timeAfterCreate": "P30D"}, "action": {"type": "rotate"}}],
    "attributes": {"expiryTime": "P90D"},
}


def test_a_key_that_has_no_policy_has_the_service_s_notification() -> None:
    vault = Vault()
    vault.json("POST", "/keys/a/create", {"kty": "EC"})
    shown = vault.json("GET", "/keys/a/rotationpolicy")
    assert shown == {
        "id": "https://kv-one.vault.azure.net/keys/a/rotationpolicy",
        "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
        "attributes": {"created": SECONDS, "updated": SECONDS},
    }


def test_a_key_is_rotated_when_its_time_comes_and_once() -> None:
    vault = Vault()
    vault.json("POST", "/keys/a/create", {"kty": "EC", "tags": {"t": "1"}, "key_ops": ["sign"]})
    vault.json("POST", "/keys/b/create", {"kty": "EC"})
    set_ = vault.json("PUT", "/keys/a/rotationpolicy", MONTHLY, now=later(days=1))
    assert set_["attributes"] == {"expiryTime": "P90D", "created": SECONDS + DAY, "updated": SECONDS + DAY}
    again = vault.json("PUT", "/keys/a/rotationpolicy", MONTHLY, now=later(days=2))
    assert again["attributes"]["created"] == SECONDS + DAY
    assert len(vault.json("GET", "/keys/a/versions", now=later(days=30, seconds=-1))["value"]) == 1
    made = vault.json("GET", "/keys/a", now=later(days=500))
    assert (made["key"]["key_ops"], made["tags"]) == (["sign"], {"t": "1"})
    assert made["attributes"]["exp"] == SECONDS + (500 + 90) * DAY
    assert len(vault.json("GET", "/keys/a/versions", now=later(days=501))["value"]) == 2
    assert len(vault.json("GET", "/keys/b/versions", now=later(days=501))["value"]) == 1


def test_a_key_is_rotated_ahead_of_its_end() -> None:
    vault = Vault()
    vault.json("POST", "/keys/a/create", {"kty": "RSA", "attributes": {"exp": SECONDS + 100 * DAY}})
    policy = {
        "lifetimeActions": [
            {"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}},
            {"trigger": {"timeBeforeExpiry": "P10D"}, "action": {"type": "Rotate"}},
        ],
        "attributes": {"expiryTime": "P2M"},
    }
    assert len(vault.json("PUT", "/keys/a/rotationpolicy", policy)["lifetimeActions"]) == 2
    assert len(vault.json("GET", "/keys/a/versions", now=later(days=89))["value"]) == 1
    assert len(vault.json("GET", "/keys/a/versions", now=later(days=90))["value"]) == 2


def test_rotation_on_demand_needs_no_policy() -> None:
    vault = Vault()
    old = vault.json("POST", "/keys/a/create", {"kty": "EC", "crv": "P-384"})
    new = vault.json("POST", "/keys/a/rotate")
    assert new["key"]["kid"] != old["key"]["kid"]
    assert (new["key"]["crv"], "exp" in new["attributes"]) == ("P-384", False)


def _policy(kind: str = "Rotate", expiry: str | None = "P90D", **trigger: str) -> dict[str, Any]:
    return {"lifetimeActions": [{"trigger": trigger, "action": {"type": kind}}], "attributes": {"expiryTime": expiry}}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param(_policy(expiry="P27D", timeAfterCreate="P30D"), "expiryTime", id="life-too-short"),
        pytest.param(_policy(expiry="90 days", timeAfterCreate="P30D"), "expiryTime", id="no-duration"),
        pytest.param(_policy("Fly", timeAfterCreate="P30D"), "type", id="unknown-action"),
        pytest.param(_policy(), "timeBeforeExpiry", id="no-time"),
        pytest.param(_policy(timeAfterCreate="P30D", timeBeforeExpiry="P30D"), "timeBeforeExpiry", id="two-times"),
        pytest.param(_policy("Notify", timeAfterCreate="P30D"), "timeBeforeExpiry", id="notice-after-creation"),
        pytest.param(_policy(timeAfterCreate="P6D"), "timeAfterCreate", id="too-soon"),
        pytest.param(_policy(timeBeforeExpiry="P6D"), "timeBeforeExpiry", id="too-late"),
        pytest.param(_policy(expiry=None, timeBeforeExpiry="P30D"), "expiryTime", id="no-end-to-be-ahead-of"),
        pytest.param({"lifetimeActions": _policy(timeAfterCreate="P30D")["lifetimeActions"] * 2}, "twice", id="twice"),
    ],
)
def test_refuses_a_policy(body: dict[str, Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        rotation.parse(Body(body))
