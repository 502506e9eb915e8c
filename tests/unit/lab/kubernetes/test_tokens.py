import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from keyferry.lab.kubernetes import tokens
from keyferry.lab.kubernetes.tokens import Account, Bound, InvalidToken, InvalidTokenRequest, Issuer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://cluster.example/"
API = Account(namespace="payments", name="api", uid="u-1")
POD = Bound(kind="Pod", name="api-0", uid="p-1")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(URL, key=KEY)


def test_a_token_has_the_claims_of_kube_apiserver_and_no_more(issuer: Issuer) -> None:
    header, claims = _parts(issuer.sign(API, ["aud-1", "aud-2"], now=NOW, token_id="id-1", bound=POD))

    spki = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert header == {
        "alg": "RS256",
        "kid": base64.urlsafe_b64encode(hashlib.sha256(spki).digest()).rstrip(b"=").decode(),
    }
    assert claims == {
        "aud": ["aud-1", "aud-2"],
        "exp": int(NOW.timestamp()) + 3600,
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()),
        "iss": URL,
        "jti": "id-1",
        "sub": "system:serviceaccount:payments:api",
        "kubernetes.io": {
            "namespace": "payments",
            "serviceaccount": {"name": "api", "uid": "u-1"},
            "pod": {"name": "api-0", "uid": "p-1"},
        },
    }


def test_its_documents_let_a_stranger_verify_a_token(issuer: Issuer) -> None:
    token = issuer.sign(API, ["x"], now=NOW, token_id="id-1")

    assert jwt.decode(token, KeySet.import_key_set(issuer.jwks()), ["RS256"]).claims["sub"] == API.username  # type: ignore[arg-type]  # the library's type is narrower than its documentation
    assert issuer.jwks()["keys"][0].keys() == {"use", "kty", "kid", "alg", "n", "e"}
    assert issuer.discovery() == {
        "issuer": URL,
        "jwks_uri": "https://cluster.example/openid/v1/jwks",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def test_verifies_what_it_signed(issuer: Issuer) -> None:
    verified = issuer.verify(issuer.sign(API, [URL, "x"], now=NOW, token_id="id-1", bound=POD), now=NOW)

    assert (verified.account, verified.bound, verified.audiences) == (API, POD, (URL,))
    assert (verified.token_id, verified.expires) == ("id-1", NOW + timedelta(hours=1))
    assert verified.account.groups == (
        "system:serviceaccounts",
        "system:serviceaccounts:payments",
        "system:authenticated",
    )


def test_verifies_for_the_audiences_that_are_asked_for(issuer: Issuer) -> None:
    token = issuer.sign(API, ["x", "y"], now=NOW, token_id="id-1")

    assert issuer.verify(token, audiences=["y", "z"], now=NOW).audiences == ("y",)
    assert issuer.verify(token, audiences=["y"], now=NOW).bound is None
    with pytest.raises(InvalidToken, match="audience"):
        issuer.verify(token, now=NOW)


@pytest.mark.parametrize(
    ("after", "good"),
    [
        pytest.param(timedelta(seconds=-60), True, id="a-clock-a-minute-behind"),
        pytest.param(timedelta(seconds=-61), False, id="not-valid-yet"),
        pytest.param(timedelta(seconds=3660), True, id="a-clock-a-minute-ahead"),
        pytest.param(timedelta(seconds=3661), False, id="expired"),
    ],
)
def test_a_token_holds_for_its_time_give_or_take_a_minute(issuer: Issuer, after: timedelta, good: bool) -> None:
    token = issuer.sign(API, [URL], now=NOW, token_id="id-1")
    if good:
        assert issuer.verify(token, now=NOW + after).account == API
    else:
        with pytest.raises(InvalidToken, match=r"expired|yet"):
            issuer.verify(token, now=NOW + after)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda claims: claims.update(iss="https://other"), "issuer", id="other-issuer"),
        pytest.param(lambda claims: claims.update(sub="system:serviceaccount:a:b"), "subject", id="other-subject"),
        pytest.param(lambda claims: claims.pop("exp"), "when", id="no-expiry"),
        pytest.param(lambda claims: claims.pop("aud"), "audience", id="no-audience"),
        pytest.param(lambda claims: claims.update(aud="x"), "audience", id="one-other-audience"),
        pytest.param(lambda claims: claims.pop("kubernetes.io"), "ServiceAccount", id="no-account"),
        pytest.param(lambda claims: claims["kubernetes.io"].update(pod={}), "ServiceAccount", id="pod-without-name"),
    ],
)
def test_refuses_a_signed_token_with_wrong_claims(
    issuer: Issuer, spoil: Callable[[dict[str, Any]], object], message: str
) -> None:
    header, claims = _parts(issuer.sign(API, [URL], now=NOW, token_id="id-1"))
    spoil(claims)
    token = jwt.encode(header, claims, RSAKey.import_key(KEY))

    with pytest.raises(InvalidToken, match=message):
        issuer.verify(token, now=NOW)


@pytest.mark.parametrize("token", ["", "a.b.c", "no token", "eyJhbGciOiJub25lIn0.e30."])
def test_refuses_what_is_no_token(issuer: Issuer, token: str) -> None:
    with pytest.raises(InvalidToken):
        issuer.verify(token, now=NOW)


def test_refuses_a_token_of_a_foreign_key(issuer: Issuer) -> None:
    forged = Issuer(URL, key=OTHER_KEY).sign(API, [URL], now=NOW, token_id="id-1")

    with pytest.raises(InvalidToken, match="signature"):
        issuer.verify(forged, now=NOW)


def test_rotation_keeps_the_old_key_until_it_retires(issuer: Issuer) -> None:
    old = issuer.sign(API, [URL], now=NOW, token_id="id-1")
    issuer.rotate(OTHER_KEY)
    new = issuer.sign(API, [URL], now=NOW, token_id="id-2")

    assert [key["kid"] for key in issuer.jwks()["keys"]] == [_parts(new)[0]["kid"], _parts(old)[0]["kid"]]
    assert issuer.verify(old, now=NOW).token_id == "id-1"
    issuer.retire()
    assert issuer.verify(new, now=NOW).token_id == "id-2"
    with pytest.raises(InvalidToken):
        issuer.verify(old, now=NOW)


def test_makes_its_own_keys() -> None:
    issuer = Issuer("https://cluster.example", jwks_url="https://elsewhere/jwks")
    issuer.rotate()

    assert issuer.discovery()["jwks_uri"] == "https://elsewhere/jwks"
    assert len({key["kid"] for key in issuer.jwks()["keys"]}) == 2


def test_answers_a_token_request_with_its_defaults(issuer: Issuer) -> None:
    answer = issuer.answer({"spec": {}}, API, now=NOW, token_id="id-1")

    assert issuer.verify(answer["status"].pop("token"), now=NOW).account == API
    assert answer == {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": "api", "namespace": "payments", "creationTimestamp": "2026-11-22T12:00:00Z"},
        "spec": {"audiences": [URL], "expirationSeconds": 3600},
        "status": {"expirationTimestamp": "2026-11-22T13:00:00Z"},
    }


def test_answers_a_token_request_as_it_was_asked(issuer: Issuer) -> None:
    reference = {"kind": "Pod", "apiVersion": "v1", "name": "api-0", "uid": "p-1"}
    spec = {"audiences": ["x"], "expirationSeconds": 600, "boundObjectRef": reference}
    answer = issuer.answer({"spec": spec}, API, now=NOW, token_id="id-1")

    verified = issuer.verify(answer["status"]["token"], audiences=["x"], now=NOW)
    assert (verified.bound, verified.expires) == (POD, NOW + timedelta(minutes=10))
    assert answer["spec"] == spec


@pytest.mark.parametrize("seconds", [599, 0, -1, 2**32 + 1, True, "600"])
def test_refuses_a_lifetime_that_is_not_allowed(issuer: Issuer, seconds: Any) -> None:
    with pytest.raises(InvalidTokenRequest) as refusal:
        issuer.answer({"spec": {"expirationSeconds": seconds}}, API, now=NOW, token_id="id-1")

    assert (refusal.value.field, refusal.value.value) == ("spec.expirationSeconds", seconds)
    assert str(refusal.value).startswith(f"spec.expirationSeconds: Invalid value: {seconds}: ")


def test_allows_the_longest_lifetime(issuer: Issuer) -> None:
    spec = {"expirationSeconds": int(tokens.MAX_LIFETIME.total_seconds())}

    assert issuer.answer({"spec": spec}, API, now=NOW, token_id="id-1")["spec"]["expirationSeconds"] == 2**32


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, claims
