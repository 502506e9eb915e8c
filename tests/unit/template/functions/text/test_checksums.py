"""Checksums as everybody computes them."""

import pytest

from keyferry.template.functions.text.checksums import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param("sha1sum", b"a9993e364706816a", id="sha1"),
        pytest.param("sha256sum", b"ba7816bf8f01cfea", id="sha256"),
        pytest.param("sha512sum", b"ddaf35a193617aba", id="sha512"),
        pytest.param("adler32sum", b"38600999", id="adler32"),
    ],
)
def test_of_abc(name: str, start: bytes) -> None:
    assert call(FUNCTIONS, name, b"abc").startswith(start)
