import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from keyferry.forms import der, pfx
from tests.fakes.chains import chain

CHAIN = chain(2)


def test_the_keys_certificate_comes_first() -> None:
    bundle = pfx.opened(CHAIN.pkcs12())
    assert bundle is not None
    assert bundle.certificates == CHAIN.certificates
    assert bundle.key is not None


def _locked() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"x", CHAIN.key, CHAIN.certificates[0], None, BestAvailableEncryption(b"p")
    )


def _without_a_sum() -> bytes:
    """The same file, with neither encryption nor a sum over all."""
    content = CHAIN.pkcs12()
    body = content[4 : content.rindex(b"\x30\x41\x30\x31")]
    return b"\x30\x82" + len(body).to_bytes(2) + body


def test_a_password_opens_what_is_locked_with_it() -> None:
    assert pfx.opened(_locked(), b"p") is not None
    assert pfx.opened(_locked(), b"q") is None


def test_a_password_is_not_taken_where_it_cannot_be_checked() -> None:
    assert pfx.opened(_without_a_sum()) is not None
    assert pfx.opened(_without_a_sum(), b"p") is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hunter2", id="words"),
        pytest.param(CHAIN.pkcs12()[:200], id="cut-short"),
        pytest.param(CHAIN.pkcs12() + b"\x00", id="with-a-rest"),
        pytest.param(_locked(), id="with-a-password"),
        pytest.param(CHAIN.pkcs12()[:-2] + b"\x7f\xff", id="with-many-rounds-but-a-wrong-sum"),
    ],
)
def test_all_else_is_none(content: bytes) -> None:
    assert pfx.opened(content) is None


def test_what_takes_too_long_is_not_even_tried() -> None:
    content = CHAIN.pkcs12()
    sum_, count = content[content.rindex(b"\x30\x41\x30\x31") :], b"\x02\x02\x08\x00"
    assert sum_.endswith(count), "the count of the sum over all is the last thing in it"
    body = content[4 : -len(sum_)] + b"\x30\x43" + sum_[2:-4] + b"\x02\x04\x7f\xff\xff\xff"
    slow = b"\x30\x82" + len(body).to_bytes(2) + body
    assert der.rounds(slow) > pfx.MOST_ROUNDS
    assert pfx.opened(slow) is None


def test_a_key_that_takes_seconds_to_check_is_not_even_tried() -> None:
    key_bag = bytes.fromhex("060b2a864886f70d010c0a0102") + b"\xa0\x82\x0b\x00" + b"\x04\x82\x0a\xfc" + bytes(0xAFC)
    content = b"\x30\x82" + len(key_bag).to_bytes(2) + key_bag
    assert der.key_bytes(content) == 0xB00 > pfx.MOST_KEY_BYTES
    assert pfx.opened(content) is None
    hidden = b"\x30\x82\x0b\x04\x80\x82\x0b\x00" + bytes(0xB00)
    assert pfx.opened(hidden) is None


def test_a_file_is_opened_once_for_all_who_hold_it() -> None:
    content = chain(1).pkcs12()
    first = pfx.opened(content)
    assert pfx.opened(bytes(bytearray(content))) is first
    assert pfx.opened(chain(3).pkcs12()) is not first
