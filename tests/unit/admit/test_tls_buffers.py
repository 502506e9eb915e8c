import inspect
from asyncio import sslproto
from collections.abc import Iterator

import pytest

from keyferry.admit import tls_buffers


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Put back the size that there was: the other tests' connections are none of ours."""
    size = sslproto.SSLProtocol.max_size
    yield
    sslproto.SSLProtocol.max_size = size


def test_buffers_are_of_the_size_that_asyncio_is_told() -> None:
    sslproto.SSLProtocol.max_size = 8 * tls_buffers.READ_BYTES
    tls_buffers.shrink()
    assert sslproto.SSLProtocol.max_size == tls_buffers.READ_BYTES
    assert "bytearray(self.max_size)" in inspect.getsource(sslproto.SSLProtocol.__init__), "asyncio still asks for it"
