from datetime import timedelta
from itertools import count

import pytest
from joserfc import jwt

from keyferry.lab.azure.access_tokens import REMEMBERED_TOKENS, AccessTokens, TokenRefusedError
from keyferry.lab.azure.signing_keys import SigningKeys
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later, rsa_key

CLAIMS = {
    "oid": "o",
    "appid": "a",
    "tid": "t",
    "iss": "https://sts.windows.net/t/",
    "aud": "https://vault.azure.net",
    "nbf": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
}


KEYS = SigningKeys(rsa_key, None, timedelta(0), NOW)


def _tokens() -> AccessTokens:
    return AccessTokens(KEYS)


def test_what_was_signed_is_verified() -> None:
    tokens = _tokens()
    caller = tokens.verify(tokens.sign(CLAIMS, NOW), NOW)
    assert (caller.object_id, caller.client_id, caller.tenant_id) == ("o", "a", "t")
    assert (caller.issuer, caller.audience) == (CLAIMS["iss"], CLAIMS["aud"])


def test_the_newer_format_names_its_client_otherwise() -> None:
    tokens = _tokens()
    claims = {name: value for name, value in CLAIMS.items() if name != "appid"}
    assert tokens.verify(tokens.sign({**claims, "azp": "b"}, NOW), NOW).client_id == "b"


@pytest.mark.parametrize(
    "moment", [pytest.param(later(seconds=-1), id="before-nbf"), pytest.param(later(seconds=60), id="at-exp")]
)
def test_a_token_outside_its_time_is_refused_though_it_was_seen_before(moment: object) -> None:
    tokens = _tokens()
    token = tokens.sign(CLAIMS, NOW)
    tokens.verify(token, NOW)
    with pytest.raises(TokenRefusedError, match="valid time"):
        tokens.verify(token, moment)  # type: ignore[arg-type]  # pytest's params have no type


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("no.jwt.atall", id="not-a-token"),
        pytest.param("eyJjcml0IjpudWxsLCJhbGciOiJSUzI1NiJ9.e30.", id="crit-that-is-no-list"),
        pytest.param(lab_azure.assertion("somebody"), id="key-not-published"),
        pytest.param(
            jwt.encode({"alg": "RS256", "kid": KEYS.keys[0].kid}, CLAIMS, rsa_key("somebody")),
            id="signed-by-another-key",
        ),
    ],
)
def test_a_token_that_is_not_genuine_is_refused(token: str) -> None:
    with pytest.raises(TokenRefusedError):
        _tokens().verify(token, NOW)


def test_remembers_a_bounded_number_of_tokens() -> None:
    tokens = _tokens()
    signed = tokens.sign(CLAIMS, NOW)
    tokens.verify(signed, NOW)
    tokens._genuine.update({f"other {number}": ("kid", CLAIMS) for number in range(REMEMBERED_TOKENS - 1)})
    tokens.verify(tokens.sign({**CLAIMS, "oid": "p"}, NOW), NOW)
    assert len(tokens._genuine) == REMEMBERED_TOKENS


def test_a_retired_key_vouches_for_nothing_though_its_token_was_seen_before() -> None:
    number = count()
    keys = SigningKeys(lambda: rsa_key(f"term {next(number)}"), None, timedelta(hours=1), NOW)
    tokens = AccessTokens(keys)
    token = tokens.sign({**CLAIMS, "exp": int(later(hours=9).timestamp())}, NOW)
    keys.rotate(NOW)
    assert tokens.verify(token, later(minutes=59)).object_id == "o"
    with pytest.raises(TokenRefusedError, match="not published"):
        tokens.verify(token, later(hours=1))
