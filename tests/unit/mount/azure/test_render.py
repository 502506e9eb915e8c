"""What lands in which file: the Azure provider's rules, and its faults told instead of copied."""

import base64
import json
from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, load_pem_public_key, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretVersion
from keyferry.mount.azure.render import Forms, Obtained, render
from keyferry.mount.state import ObjectVersion, Payload
from keyferry.spec.azure_mount import MountObject, ObjectEncoding, ObjectFormat
from keyferry.vault.forms import jwk, pem
from tests.fakes.bundles import bundle
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain
from tests.fakes.mount_source import wanted

CHAIN = chain(3)
PFX = base64.b64encode(CHAIN.pkcs12())
PAIR = b"".join(key_pair()[::-1])


def obtained(
    value: bytes = b"v",
    asked: MountObject | None = None,
    *,
    index: int | None = None,
    version: str = "1",
    **rest: object,
) -> Obtained:
    asked = asked or wanted()
    read = bundle(asked.name, value=value, version=SecretVersion(version), **rest)
    return Obtained(wanted=asked, bundle=read, index=index)


def backed(value: bytes, content_type: str = pem.PKCS12, **fields: Any) -> Obtained:
    return obtained(value, wanted("web", **fields), content_type=content_type, certificate_backed=True)


def files(payload: Payload) -> dict[str, bytes]:
    return {file.path: file.content.reveal() for file in payload.files}


def content(one: Obtained, forms: Forms | None = None) -> bytes:
    return files(render([one], forms or Forms(), mode=0o644))[one.path]


@pytest.mark.parametrize(
    ("value", "encoding", "expected"),
    [
        pytest.param(b"pass\n", ObjectEncoding.UTF_8, b"pass\n", id="as-it-is"),
        pytest.param(b"", ObjectEncoding.UTF_8, b"", id="nothing"),
        pytest.param(b"00ff", ObjectEncoding.HEX, b"\x00\xff", id="hex"),
        pytest.param(b"aGVs\r\nbG8=", ObjectEncoding.BASE64, b"hello", id="base64"),
    ],
)
def test_a_secret_is_its_decoded_value(value: bytes, encoding: ObjectEncoding, expected: bytes) -> None:
    assert content(obtained(value, wanted(encoding=encoding))) == expected


@pytest.mark.parametrize(
    ("asked", "index", "mode", "path", "identifier"),
    [
        pytest.param(wanted(), None, 0o644, "db", "secret/db", id="name"),
        pytest.param(wanted(path="conf/db.txt"), None, 0o644, "conf/db.txt", "secret/db", id="alias-in-a-folder"),
        pytest.param(wanted(mode=0o755), None, 0o755, "db", "secret/db", id="mode-of-its-own"),
        pytest.param(wanted(mode=0), None, 0, "db", "secret/db", id="mode-of-nothing"),
        pytest.param(wanted(history=3), 0, 0o644, "db/0", "secret/db/0", id="newest-of-a-history"),
        pytest.param(wanted(history=3, path="a/b"), 2, 0o644, "a/b/2", "secret/db/2", id="oldest-with-an-alias"),
    ],
)
def test_path_mode_and_id(asked: MountObject, index: int | None, mode: int, path: str, identifier: str) -> None:
    payload = render([obtained(b"v", asked, index=index, version="5f")], Forms(), mode=0o644)
    assert [(file.path, file.mode) for file in payload.files] == [(path, mode)]
    assert payload.versions == (ObjectVersion(id=identifier, version="5f"),)
    assert not payload.is_written


def test_an_object_that_is_listed_twice_has_one_version_the_last_ones() -> None:
    twice = [obtained(version="1"), obtained(version="2", asked=wanted(path="old")), obtained(asked=wanted("x"))]
    payload = render(twice, Forms(), mode=0o644)
    assert [file.path for file in payload.files] == ["db", "old", "x"]
    assert [(one.id, one.version) for one in payload.versions] == [("secret/db", "2"), ("secret/x", "1")]


@pytest.mark.parametrize("order", list(permutations((1, 2))), ids=str)
def test_pkcs12_becomes_the_key_and_then_leaf_to_root(order: tuple[int, ...]) -> None:
    made = content(backed(base64.b64encode(CHAIN.pkcs12(order))))
    assert made.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert load_pem_private_key(made, None).public_key() == CHAIN.key.public_key()
    assert tuple(x509.load_pem_x509_certificates(made)) == CHAIN.certificates


def test_the_order_may_be_left_as_it_is() -> None:
    made = content(backed(PFX), Forms(construct_pem_chain=False))
    assert set(x509.load_pem_x509_certificates(made)) == set(CHAIN.certificates)


@pytest.mark.parametrize("content_type", [pem.PKCS12, pem.PEM_FILE])
def test_pfx_is_the_text_in_the_vault(content_type: str) -> None:
    assert content(backed(PFX, content_type, format=ObjectFormat.PFX)) == PFX


def test_pfx_in_base64_is_the_file_that_programs_open() -> None:
    made = content(backed(PFX, format=ObjectFormat.PFX, encoding=ObjectEncoding.BASE64))
    key, certificate, above = pkcs12.load_key_and_certificates(made, b"")
    assert (certificate, set(above)) == (CHAIN.certificates[0], set(CHAIN.certificates[1:]))
    assert key is not None


def test_pem_is_never_touched() -> None:
    value = b"words\n" + PAIR
    assert content(backed(value, pem.PEM_FILE)) == value


def test_certificate_and_key_in_files_of_their_own() -> None:
    payload = render([backed(PFX, mode=0o400)], Forms(separate_files=True), mode=0o644)
    made = files(payload)
    assert list(made) == ["web.crt", "web.key", "web"]
    assert tuple(x509.load_pem_x509_certificates(made["web.crt"])) == CHAIN.certificates
    assert made["web"] == made["web.key"] + made["web.crt"]
    assert {file.mode for file in payload.files} == {0o400}
    assert [one.id for one in payload.versions] == ["secret/web"]


def test_of_pfx_the_files_of_their_own_are_empty() -> None:
    made = files(render([backed(PFX, format=ObjectFormat.PFX)], Forms(separate_files=True), mode=0o644))
    assert made == {"web.crt": b"", "web.key": b"", "web": PFX}


def test_of_pem_that_is_asked_for_as_pfx_they_are_not() -> None:
    value = backed(PAIR, pem.PEM_FILE, format=ObjectFormat.PFX)
    made = files(render([value], Forms(separate_files=True), mode=0o644))
    assert made["web"] == PAIR
    assert made["web.key"] + made["web.crt"] == PAIR


def test_a_plain_secret_has_one_file_whatever_its_content_type() -> None:
    assert files(render([obtained(PFX, content_type=pem.PKCS12)], Forms(separate_files=True), mode=0)) == {"db": PFX}


def test_a_certificate_is_its_leaf_alone() -> None:
    leaf = CHAIN.certificates[0]
    one = obtained(leaf.public_bytes(Encoding.DER), wanted("web", ObjectKind.CERTIFICATE))
    assert content(one) == leaf.public_bytes(Encoding.PEM)
    assert render([one], Forms(), mode=0).versions[0].id == "cert/web"


def _rsa() -> dict[str, bytes]:
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    return {"n": numbers.n.to_bytes(256), "e": numbers.e.to_bytes(3)}


def _elliptic(curve: ec.EllipticCurve) -> dict[str, bytes]:
    numbers = ec.generate_private_key(curve).public_key().public_numbers()
    return {"x": numbers.x.to_bytes(66), "y": numbers.y.to_bytes(66)}


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"kty": "RSA", **_rsa()}, id="rsa"),
        pytest.param({"kty": "RSA-HSM", **_rsa()}, id="rsa-hsm"),
        pytest.param({"kty": "EC", "crv": "P-256", **_elliptic(ec.SECP256R1())}, id="p-256"),
        pytest.param({"kty": "EC", "crv": "P-384", **_elliptic(ec.SECP384R1())}, id="p-384"),
        pytest.param({"kty": "EC-HSM", "crv": "P-521", **_elliptic(ec.SECP521R1())}, id="p-521-hsm"),
    ],
)
def test_a_key_is_its_public_half(members: dict[str, str | bytes]) -> None:
    one = obtained(jwk.to_json(members), wanted("signing", ObjectKind.KEY))
    made = content(one)
    assert made.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    load_pem_public_key(made)
    assert render([one], Forms(), mode=0).versions[0].id == "key/signing"


P256K = json.dumps({"kty": "EC", "crv": "P-256K", "x": "AA", "y": "AA"}).encode()


@pytest.mark.parametrize(
    ("one", "said"),
    [
        pytest.param(obtained(b"hunter2", wanted(encoding=ObjectEncoding.HEX)), "the value is not hex", id="hex"),
        pytest.param(obtained(b"hunter2", wanted(encoding=ObjectEncoding.BASE64)), "not base64", id="base64"),
        pytest.param(backed(PFX, encoding=ObjectEncoding.BASE64), "not base64", id="pem-is-no-base64"),
        pytest.param(backed(b"hunter2"), "not PKCS#12", id="pkcs12"),
        pytest.param(backed(b"hunter2", "text/plain"), "neither PKCS#12 nor PEM", id="content-type"),
        pytest.param(backed(PFX, "", format=ObjectFormat.PFX), "neither PKCS#12 nor PEM", id="content-type-of-pfx"),
        pytest.param(obtained(b"hunter2", wanted(kind=ObjectKind.CERTIFICATE)), "not a certificate", id="certificate"),
        pytest.param(obtained(P256K, wanted(kind=ObjectKind.KEY)), "P-256K", id="curve"),
        pytest.param(obtained(b'{"kty":"oct"}', wanted(kind=ObjectKind.KEY)), "oct", id="symmetric-key"),
    ],
)
def test_what_cannot_be_a_file_names_its_object_and_no_value(one: Obtained, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        render([obtained(asked=wanted("fine")), one], Forms(), mode=0o644)
    assert caught.value.what.startswith("objectType: ")
    assert f"objectName: {one.wanted.name}" in caught.value.what
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_files_that_get_in_each_others_way_are_told() -> None:
    both = [backed(PFX), obtained(asked=wanted(path="web.key"))]
    with pytest.raises(SpecError, match=r"do not go together: .*web\.key"):
        render(both, Forms(separate_files=True), mode=0o644)
    assert set(files(render(both, Forms(), mode=0o644))) == {"web", "web.key"}


GARBAGE = (
    st.binary(max_size=300)
    | st.binary(max_size=300).map(base64.b64encode)
    | st.integers(0, len(PFX)).map(lambda end: PFX[:end])
    | st.integers(0, len(PAIR)).map(lambda end: PAIR[:end])
    | st.tuples(st.integers(0, len(CHAIN.pkcs12()) - 1), st.integers(1, 255)).map(
        lambda flip: base64.b64encode(_flipped(CHAIN.pkcs12(), *flip))
    )
)


def _flipped(value: bytes, at: int, bits: int) -> bytes:
    return value[:at] + bytes([value[at] ^ bits]) + value[at + 1 :]


@settings(max_examples=150, deadline=None)
@given(
    GARBAGE,
    st.sampled_from(ObjectKind),
    st.sampled_from([pem.PKCS12, pem.PEM_FILE, "", "text/plain"]),
    st.booleans(),
    st.booleans(),
)
def test_whatever_a_vault_holds_becomes_files_or_a_problem(
    value: bytes, kind: ObjectKind, content_type: str, is_backed: bool, separate: bool
) -> None:
    if kind is ObjectKind.KEY:
        value = jwk.to_json({"kty": "RSA", "n": value, "e": b"\x01\x00\x01"})
    one = obtained(value, wanted(kind=kind), content_type=content_type, certificate_backed=is_backed)
    with suppress(SpecError):
        assert render([one], Forms(separate_files=separate), mode=0o644).files[-1].path == "db"


def test_a_huge_value_is_told_or_carried() -> None:
    huge = b"A" * (4 * 1024 * 1024)
    assert content(obtained(huge)) == huge
    with pytest.raises(SpecError):
        content(backed(huge))
