"""Certificates are read from PEM blocks, with all that is in them."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from keyferry.template.functions.crypto import certificates
from keyferry.template.functions.function import Fault
from tests.fakes.chains import chain
from tests.fakes.template_keys import certificate_pem, ec_key, pem, world

CHAIN = chain(2).certificates
TEXT = certificate_pem(*CHAIN)


def test_reads_the_first_and_all() -> None:
    assert certificates.of_pem(world(), TEXT) == CHAIN[0]
    assert certificates.every(world(), b"junk\n" + TEXT + b"junk\n") == list(CHAIN)
    assert certificates.every_strictly(world(), TEXT, 0) == list(CHAIN)
    assert certificates.every_strictly(world(), b"", 0) == []


def test_writes_what_it_read() -> None:
    assert certificates.pem(*certificates.every(world(), TEXT)) == TEXT


@pytest.mark.parametrize("text", [b"", b"junk", pem(ec_key())], ids=["nothing", "junk", "a-key"])
def test_refuses_what_is_no_certificate(text: bytes) -> None:
    with pytest.raises(Fault):
        certificates.of_pem(world(), text)


def test_says_nothing_of_an_odd_certificate() -> None:
    content = CHAIN[0].public_bytes(Encoding.DER)
    odd = content.replace(b"\xa0\x03\x02\x01\x02\x02\x01\x01", b"\xa0\x03\x02\x01\x02\x02\x01\x00")
    assert odd != content
    assert certificates.of_der(world(), odd).public_bytes(Encoding.DER) == odd


def test_refuses_blocks_that_hold_something_else() -> None:
    with pytest.raises(Fault):
        certificates.every(world(), TEXT + pem(ec_key()))


def test_refuses_a_line_end_after_the_last() -> None:
    with pytest.raises(Fault):
        certificates.every_strictly(world(), TEXT + b"\n", 0)
