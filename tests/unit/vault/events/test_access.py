from functools import cache
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import EVENT_GRID_APPLICATION as EVENT_GRID
from keyferry.vault.events.access import Expected, claims_of, is_expected, is_known_key

ISSUER = "https://sts.windows.net/tenant/"
EXPECTED = Expected(issuers=(ISSUER, "https://login.microsoftonline.com/tenant/v2.0"), audience="api://events")
CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": "api://events", "appid": EVENT_GRID, "nbf": 1000, "exp": 2000}


@pytest.mark.parametrize(
    ("presented", "known"),
    [
        pytest.param("first", True, id="the-first"),
        pytest.param("second", True, id="the-one-it-is-changed-to"),
        pytest.param("firs", False, id="a-part"),
        pytest.param("", False, id="none"),
        pytest.param("fïrst", False, id="no-ascii"),
        pytest.param("\udcff\udcfe", False, id="no-utf-8"),
    ],
)
def test_a_key_is_known_or_not(presented: str, known: bool) -> None:
    assert is_known_key(presented, [SecretValue(b"first"), SecretValue(b"second")]) is known


def test_without_keys_none_is_known() -> None:
    assert not is_known_key("", [])


@cache
def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


def _token(key: RSAKey | ECKey, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": "a"}, CLAIMS, key, algorithms=[algorithm])


def test_a_genuine_token_has_claims() -> None:
    assert claims_of(_token(_key("a")), KeySet([_key("a")])) == CLAIMS


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="garbage"),
        pytest.param("eyJhbGciOiJub25lIn0.e30.", id="unsigned"),
        pytest.param(lambda: _token(_key("b")), id="another-key"),
        pytest.param(lambda: _token(_key("a"), "PS256"), id="another-algorithm"),
        pytest.param(lambda: _token(_key("a"))[:-8] + "AAAAAAAA", id="tampered"),
    ],
)
def test_no_other_token_has_claims(token: Any) -> None:
    assert claims_of(token if isinstance(token, str) else token(), KeySet([_key("a")])) is None


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"null", id="nothing"),
        pytest.param(b"\xff", id="no-text"),
        pytest.param(b"[" * 10_000, id="too-deep"),
        pytest.param(b'{"exp":' + b"9" * 10_000 + b"}", id="a-number-without-end"),
    ],
)
def test_what_is_signed_and_no_claims_has_none(payload: bytes) -> None:
    token = jws.serialize_compact({"alg": "RS256", "kid": "a"}, payload, _key("a"), algorithms=["RS256"])
    assert claims_of(token, KeySet([_key("a")])) is None


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        pytest.param({}, 1500.0, True, id="as-it-should-be"),
        pytest.param({"aud": ["x", "api://events"]}, 1500.0, True, id="several-audiences"),
        pytest.param({"azp": EVENT_GRID, "appid": None}, 1500.0, True, id="version-2"),
        pytest.param({"iss": EXPECTED.issuers[1]}, 1500.0, True, id="the-other-issuer"),
        pytest.param({}, 2299.0, True, id="just-over-within-the-skew"),
        pytest.param({}, 2300.0, False, id="over"),
        pytest.param({}, 699.0, False, id="not-yet"),
        pytest.param({"exp": None}, 1500.0, False, id="without-an-end"),
        pytest.param({"exp": "2000"}, 1500.0, False, id="an-end-that-is-no-number"),
        pytest.param({"exp": 10**400}, 1500.0, True, id="a-far-end"),
        pytest.param({"nbf": 10**400}, 1500.0, False, id="a-far-beginning"),
        pytest.param({"exp": float("nan")}, 1500.0, False, id="an-end-that-is-not-a-number"),
        pytest.param({"nbf": float("nan")}, 1500.0, False, id="a-beginning-that-is-not-a-number"),
        pytest.param({"iss": [ISSUER]}, 1500.0, False, id="issuers"),
        pytest.param({"aud": {"api://events": 1}}, 1500.0, False, id="audiences-by-name"),
        pytest.param({"aud": None}, 1500.0, False, id="no-audience"),
        pytest.param({"appid": [EVENT_GRID]}, 1500.0, False, id="applications"),
        pytest.param({"iss": "https://sts.windows.net/other/"}, 1500.0, False, id="another-tenant"),
        pytest.param({"aud": "api://other"}, 1500.0, False, id="another-audience"),
        pytest.param({"appid": "somebody"}, 1500.0, False, id="another-application"),
        pytest.param({"appid": None}, 1500.0, False, id="no-application"),
    ],
)
def test_claims_are_those_of_event_grid_for_us(change: dict[str, Any], now: float, expected: bool) -> None:
    assert is_expected(CLAIMS | change, EXPECTED, now) is expected
