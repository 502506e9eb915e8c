import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.entra import assertion
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import entra_clients, lab_azure
from tests.fakes.lab_azure import NOW, later, rsa_key


def _part(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def _unsigned(header: object, claims: object) -> str:
    return f"{_part(header)}.{_part(claims)}.{_part('x')}"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.dictionaries(
        st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "alg", "crit"]), inner, max_size=6
    ),
)
_PARTS = _JSON.map(_part) | st.text(max_size=6)


def test_reads_what_a_kubelet_writes() -> None:
    read = assertion.read(lab_azure.assertion() + "\n")
    assert (read.issuer, read.subject) == (lab_azure.ISSUER, lab_azure.READER_SUBJECT)
    assert read.audiences == (lab_azure.AUDIENCE,)
    assert read.kid == rsa_key("issuer").thumbprint()
    assertion.verify_signature(read, rsa_key("issuer").public_key)
    assertion.verify_time(read, NOW)


@pytest.mark.parametrize(
    ("claims", "audiences"),
    [
        pytest.param({"aud": "one"}, ("one",), id="text"),
        pytest.param({"aud": ["one", "two"]}, ("one", "two"), id="list"),
        pytest.param({"aud": None}, (), id="absent"),
        pytest.param({"aud": [1]}, (), id="no-text"),
    ],
)
def test_audience_may_be_a_text_or_a_list(claims: dict[str, Any], audiences: tuple[str, ...]) -> None:
    assert assertion.read(lab_azure.assertion(**claims)).audiences == audiences


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param("", 50027, id="empty"),
        pytest.param("a.b.c", 50027, id="not-a-token"),
        pytest.param("ä.ö.ü", 50027, id="not-ascii"),
        pytest.param(_unsigned({"alg": "RS256"}, ["claims"]), 50027, id="claims-no-object"),
        pytest.param(_unsigned({"typ": "JWT"}, {}), 50027, id="no-alg"),
        pytest.param(_unsigned({"alg": "RS256", "crit": ["b64"]}, {}), 50027, id="crit"),
        pytest.param(_unsigned(["header"], {}), 50027, id="header-no-object"),
        pytest.param("e30.e30.a.b", 50027, id="four-parts"),
        pytest.param(f"{_part({'alg': 'RS256'})}.{_part({'iss': 'i', 'sub': 's', 'exp': 1})}.!", 50027, id="no-base64"),
        pytest.param(lab_azure.assertion(iss=None), 50027, id="no-issuer"),
        pytest.param(lab_azure.assertion(sub=""), 50027, id="empty-subject"),
        pytest.param(lab_azure.assertion(exp=None), 50027, id="no-expiry"),
        pytest.param(lab_azure.assertion(nbf="now"), 50027, id="nbf-no-number"),
        pytest.param(lab_azure.assertion(nbf=True), 50027, id="nbf-a-flag"),
        pytest.param(_unsigned({"alg": "RS256"}, {"iss": "i", "sub": "s", "exp": 10**400}), 50027, id="exp-too-large"),
        pytest.param(
            f"{_part({'alg': 'RS256'})}.{base64.b64encode(b'[' * 30_000).decode()}.{_part('x')}",
            50027,
            id="claims-nested-without-end",
        ),
    ],
)
def test_refuses(token: str, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        assertion.read(token)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("header", "algorithms", "code"),
    [
        pytest.param({"alg": "none"}, assertion.FEDERATED, 5002738, id="none"),
        pytest.param({"alg": "HS256"}, assertion.FEDERATED, 5002738, id="hs256"),
        pytest.param({"alg": "PS256"}, assertion.FEDERATED, 5002738, id="ps256-of-an-issuer"),
        pytest.param({"alg": "ES256"}, assertion.SELF_SIGNED, 5002738, id="es256-of-a-client"),
        pytest.param({"alg": "RS256", "typ": "JWE"}, assertion.FEDERATED, 5002727, id="type"),
        pytest.param({"alg": "PS256", "typ": "JWT"}, assertion.SELF_SIGNED, None, id="ps256-of-a-client"),
        pytest.param({"alg": "RS256"}, assertion.FEDERATED, None, id="no-type"),
    ],
)
def test_the_header_must_be_one_of_its_kind(
    header: dict[str, str], algorithms: tuple[str, ...], code: int | None
) -> None:
    read = assertion.read(_unsigned(header, {"iss": "i", "sub": "s", "exp": 1}))
    if code is None:
        assertion.check_header(read, algorithms)
    else:
        with pytest.raises(RefusedError) as refusal:
            assertion.check_header(read, algorithms)
        assert refusal.value.code == code


def test_reads_how_the_header_names_its_certificate() -> None:
    read = assertion.read(lab_azure.assertion(header={"x5t": "o-n_e", "x5t#S256": "t+w/o="}))
    assert read.thumbprints == ("o-n_e", "t-w_o")


def test_a_signature_by_another_key_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        assertion.verify_signature(assertion.read(lab_azure.assertion("somebody")), rsa_key("issuer").public_key)
    assert refusal.value.code == 700027


@pytest.mark.parametrize("name", ["app", "other"])
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_padding_is_part_of_what_was_signed(name: str, algorithm: str) -> None:
    padded = entra_clients.padded_assertion("app", algorithm)
    assert "=" in padded
    read, key = assertion.read(padded), entra_clients.public_key(name)
    assert read.thumbprints == (entra_clients.client_key().sha256,)
    if name == "app":
        assertion.verify_signature(read, key)
    else:
        with pytest.raises(RefusedError, match="AADSTS700027"):
            assertion.verify_signature(read, key)


@given(st.text(max_size=40) | st.tuples(_PARTS, _PARTS, _PARTS).map(".".join))
def test_any_text_is_read_or_refused(token: str) -> None:
    try:
        read = assertion.read(token)
    except RefusedError:
        return
    assert read.issuer


@pytest.mark.parametrize(
    ("claims", "now", "in_time"),
    [
        pytest.param({}, later(seconds=3599), True, id="last-second"),
        pytest.param({}, later(seconds=3600), False, id="expired"),
        pytest.param({}, later(seconds=-1), False, id="not-yet"),
        pytest.param({"nbf": None}, later(seconds=-1), True, id="nbf-may-be-absent"),
        pytest.param({}, later(seconds=-0.5), True, id="nbf-rounded-up"),
        pytest.param({"exp": 10.0**30}, later(days=400), True, id="never-expires"),
        pytest.param({"nbf": 10.0**30}, later(days=400), False, id="never-begins"),
    ],
)
def test_time(claims: dict[str, Any], now: Any, in_time: bool) -> None:
    read = assertion.read(lab_azure.assertion(**claims))
    if in_time:
        assertion.verify_time(read, now)
    else:
        with pytest.raises(RefusedError) as refusal:
            assertion.verify_time(read, now)
        assert refusal.value.code == 700024
