import json
from collections.abc import Generator
from datetime import datetime, timedelta

import pytest
from joserfc.jwk import RSAKey

from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.issuers import MAX_KEYS, RETRY, Issuers
from keyferry.lab.world.http import Fetch, Response
from tests.fakes.lab_azure import ISSUER, NOW, drive, issuer_answers, rsa_key

KEPT = timedelta(minutes=30)
KID = rsa_key("issuer").thumbprint()
CONFIGURATION = f"{ISSUER}.well-known/openid-configuration"
JWKS = f"{ISSUER}openid/v1/jwks"


def _run(
    dialogue: Generator[Fetch, Response | None, RSAKey], answers: dict[str, Response]
) -> tuple[RSAKey | None, list[str]]:
    """The key, None where it is not published; and the URLs that were fetched."""
    fetched: list[str] = []
    try:
        fetch = next(dialogue)
        while True:
            fetched.append(fetch.url)
            fetch = dialogue.send(answers.get(fetch.url))
    except StopIteration as end:
        return end.value, fetched
    except RefusedError:
        return None, fetched


def _key(issuers: Issuers, kid: str, now: datetime, *published: str) -> tuple[bool, int]:
    key, fetched = _run(issuers.key(ISSUER, kid, now), issuer_answers(ISSUER, *published))
    return key is not None, len(fetched)


def test_fetches_discovery_then_keys_and_remembers_them() -> None:
    issuers = Issuers(KEPT)
    key, fetched = _run(issuers.key(ISSUER, KID, NOW), issuer_answers())
    assert key is not None
    assert fetched == [CONFIGURATION, JWKS]
    assert _key(issuers, KID, NOW + KEPT - timedelta(seconds=1)) == (True, 0)
    assert _key(issuers, KID, NOW + KEPT) == (True, 2)


def test_looks_again_for_an_unknown_key_but_not_at_once() -> None:
    issuers, new = Issuers(KEPT), rsa_key("rotated").thumbprint()
    assert _key(issuers, KID, NOW) == (True, 2)
    assert _key(issuers, new, NOW + timedelta(seconds=1), "issuer", "rotated") == (False, 0)
    assert _key(issuers, new, NOW + RETRY, "issuer", "rotated") == (True, 2)
    assert _key(issuers, KID, NOW + RETRY, "issuer", "rotated") == (True, 0)


def test_how_long_keys_are_kept_can_be_set_and_forgotten() -> None:
    issuers = Issuers(KEPT)
    assert _key(issuers, KID, NOW) == (True, 2)
    issuers.kept = timedelta(seconds=1)
    assert _key(issuers, KID, NOW + timedelta(seconds=1)) == (True, 2)
    issuers.kept = KEPT
    issuers.forget()
    assert _key(issuers, KID, NOW + timedelta(seconds=1)) == (True, 2)


def test_an_unknown_key_is_looked_for_at_least_as_often_as_a_known_one() -> None:
    issuers, new = Issuers(timedelta(seconds=1)), rsa_key("rotated").thumbprint()
    assert _key(issuers, KID, NOW) == (True, 2)
    assert _key(issuers, new, NOW + timedelta(seconds=1), "issuer", "rotated") == (True, 2)


def test_reads_a_hundred_keys_and_no_more() -> None:
    (jwk,) = json.loads(issuer_answers()[JWKS].body)["keys"]
    keys = [{**jwk, "kid": f"k{number}"} for number in range(MAX_KEYS + 1)]
    answers = {**issuer_answers(), JWKS: _document({"keys": keys})}
    assert _run(Issuers(KEPT).key(ISSUER, f"k{MAX_KEYS - 1}", NOW), answers)[0] is not None
    assert _run(Issuers(KEPT).key(ISSUER, f"k{MAX_KEYS}", NOW), answers)[0] is None


def _document(body: object) -> Response:
    return Response(status=200, body=json.dumps(body).encode())


PUBLIC = json.loads(issuer_answers()[JWKS].body)["keys"][0]


@pytest.mark.parametrize(
    ("issuer", "changes", "code"),
    [
        pytest.param("http://plain/", {}, 50166, id="not-https"),
        pytest.param(ISSUER, {CONFIGURATION: None}, 90061, id="unreachable"),
        pytest.param(ISSUER, {CONFIGURATION: Response(status=404)}, 90061, id="not-found"),
        pytest.param(ISSUER, {CONFIGURATION: Response(status=200, body=b"<html>")}, 900612, id="not-json"),
        pytest.param(ISSUER, {CONFIGURATION: _document([])}, 900612, id="no-object"),
        pytest.param(
            ISSUER,
            {CONFIGURATION: _document({"issuer": ISSUER[:-1], "jwks_uri": JWKS})},
            50166,
            id="names-another-issuer",
        ),
        pytest.param(ISSUER, {CONFIGURATION: _document({"issuer": ISSUER})}, 50166, id="no-jwks-uri"),
        pytest.param(ISSUER, {JWKS: None}, 90061, id="keys-unreachable"),
        pytest.param(ISSUER, {JWKS: _document({"keys": "none"})}, 900612, id="keys-no-list"),
        pytest.param(
            ISSUER,
            {JWKS: _document({"keys": [{"kty": "RSA", "kid": KID, "n": 5, "e": "AQAB"}]})},
            900612,
            id="key-unreadable",
        ),
        pytest.param(ISSUER, {JWKS: _document({"keys": [{**PUBLIC, "use": "enc"}]})}, 700027, id="key-for-encryption"),
        pytest.param(ISSUER, {JWKS: _document({"keys": [{"kty": "EC", "kid": KID}, "x"]})}, 700027, id="no-rsa-key"),
    ],
)
def test_refuses(issuer: str, changes: dict[str, Response | None], code: int) -> None:
    answers = {url: answer for url, answer in {**issuer_answers(), **changes}.items() if answer is not None}

    def trade() -> Generator[Fetch, Response | None, Response]:
        yield from Issuers(KEPT).key(issuer, KID, NOW)
        raise AssertionError("a key was found")

    with pytest.raises(RefusedError) as refusal:
        drive(trade(), answers)
    assert refusal.value.code == code
