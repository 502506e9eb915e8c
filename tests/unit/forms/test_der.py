import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from keyferry.forms import der
from tests.fakes.chains import chain

CHAIN = chain(2)
MAC_ROUNDS = der.rounds(CHAIN.pkcs12())


def encrypted(rounds: int, algorithm: pkcs12.PBES) -> bytes:
    build = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).key_cert_algorithm(algorithm)
    build = build.hmac_hash(hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(b"x", CHAIN.key, CHAIN.certificates[0], None, build.build(b"p"))


@pytest.mark.parametrize("algorithm", [pkcs12.PBES.PBESv2SHA256AndAES256CBC, pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC])
@pytest.mark.parametrize("rounds", [1_000, 70_000])
def test_key_certificates_and_sum_are_counted(rounds: int, algorithm: pkcs12.PBES) -> None:
    assert 2 * rounds < der.rounds(encrypted(rounds, algorithm)) <= 2 * rounds + max(rounds, MAC_ROUNDS)


def test_without_encryption_the_sum_alone_is() -> None:
    assert 0 < MAC_ROUNDS <= 2048


def element(tag: int, body: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(body).to_bytes(4) + body


SALT, COUNT = element(0x04, b"salt"), element(0x02, b"\x07\xd0")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", 0, id="nothing"),
        pytest.param(element(0x30, SALT + COUNT), 2_000, id="count-after-salt"),
        pytest.param(element(0x30, COUNT + SALT), 0, id="number-before"),
        pytest.param(element(0x30, SALT + b"\x05\x00" + COUNT), 0, id="not-right-after"),
        pytest.param(element(0xA0, element(0x04, element(0x30, SALT + COUNT))), 2_000, id="in-the-content-of-a-part"),
        pytest.param(element(0x30, element(0x04, element(0x30, SALT + COUNT))), 0, id="in-other-bytes"),
        pytest.param(element(0x30, SALT + element(0x02, b"\xff" * 9)), 2**72 - 1, id="more-than-any-number"),
    ],
)
def test_a_count_is_a_number_after_bytes(content: bytes, expected: int) -> None:
    assert der.rounds(content) == expected


def nested(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = element(0x30, content)
    return content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x30", id="no-length"),
        pytest.param(b"\x30\x05\x00", id="cut-short"),
        pytest.param(b"\x30\x80\x02\x01\x00\x00\x00", id="indefinite"),
        pytest.param(b"\x30\x85\x00\x00\x00\x00\x00", id="length-of-a-length"),
        pytest.param(element(0xA0, element(0x04, b"words")), id="a-part-that-is-none"),
        pytest.param(nested(der.MOST_DEPTH + 2), id="too-deep"),
    ],
)
def test_what_is_not_der_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut short|length|deeply"):
        der.rounds(content)
    assert der.rounds(nested(der.MOST_DEPTH)) == 0


@given(st.binary(max_size=200))
def test_any_bytes_have_a_sum_or_none(content: bytes) -> None:
    try:
        assert der.rounds(content) >= 0
    except ValueError:
        return


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", False, id="nothing"),
        pytest.param(element(0x30, COUNT + SALT), False, id="version-and-content"),
        pytest.param(element(0x30, COUNT + SALT + element(0x30, b"")), True, id="and-a-sum"),
    ],
)
def test_a_sum_stands_last(content: bytes, expected: bool) -> None:
    assert der.has_sum(content) is expected


OID = element(0x06, bytes.fromhex("2a864886f70d010c0a0102"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", None, id="nothing"),
        pytest.param(element(0x30, OID), None, id="named-alone"),
        pytest.param(element(0x30, OID + element(0xA0, b"\x05\x00")), 2, id="one"),
        pytest.param(element(0x30, (OID + element(0xA0, b"\x05\x00" * 2)) * 2), 4, id="two"),
        pytest.param(encrypted(1_000, pkcs12.PBES.PBESv2SHA256AndAES256CBC), 247, id="a-file"),
    ],
)
def test_keys_are_measured(content: bytes, expected: int | None) -> None:
    assert der.key_bytes(content) == expected
