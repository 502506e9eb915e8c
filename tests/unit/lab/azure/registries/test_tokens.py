from datetime import timedelta

import pytest
from joserfc import jwt

from keyferry.lab.azure.registries import tokens
from keyferry.lab.azure.registries.tokens import ACCESS, REFRESH, Bearer, RegistryTokens
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

HOST = "examplereg.azurecr.io"
ACCESS_TO_APP = ({"type": "repository", "name": "app", "actions": ["pull"]},)
BEARER = Bearer(principal_id="p", client_id="c")


def made() -> RegistryTokens:
    return RegistryTokens(lab_azure.rsa_key, lambda: "id")


@pytest.mark.parametrize(
    ("kind", "bearer", "lives"),
    [
        pytest.param(REFRESH, BEARER, tokens.REFRESH_LIVES, id="refresh"),
        pytest.param(
            ACCESS, Bearer(principal_id="p", client_id="c", access=ACCESS_TO_APP), tokens.ACCESS_LIVES, id="access"
        ),
    ],
)
def test_reads_what_it_signed_while_it_lives(kind: str, bearer: Bearer, lives: timedelta) -> None:
    registry = made()
    token = registry.sign(kind, HOST, bearer, NOW)
    assert registry.read(kind, HOST, token, NOW) == bearer
    assert registry.read(kind, HOST, token, NOW + lives) is None
    assert registry.read(kind, HOST, token, NOW - timedelta(seconds=1)) is None


def test_a_token_is_good_for_its_kind_at_its_registry() -> None:
    registry = made()
    token = registry.sign(REFRESH, HOST, BEARER, NOW)
    assert registry.read(ACCESS, HOST, token, NOW) is None
    assert registry.read(REFRESH, "another.azurecr.io", token, NOW) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_what_is_no_token_proves_nothing(token: str) -> None:
    assert made().read(REFRESH, HOST, token, NOW) is None


def test_nobody_elses_signature_counts() -> None:
    forged = jwt.encode({"alg": "RS256"}, {"grant_type": REFRESH, "aud": HOST}, lab_azure.rsa_key("another"))
    assert made().read(REFRESH, HOST, forged, NOW) is None
