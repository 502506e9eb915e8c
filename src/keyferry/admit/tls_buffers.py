"""Smaller buffers for TLS: asyncio gives each connection 256 KiB to read into, and an API server keeps dozens of them.

A record of TLS is 16 KiB at most (RFC 8446 §5.1), and a review is mostly a few of these.
"""

from asyncio import sslproto
from typing import Final

READ_BYTES: Final = 32 * 1024


def shrink() -> None:
    """Let every TLS connection that this process makes or takes from now on read into `READ_BYTES`."""
    sslproto.SSLProtocol.max_size = READ_BYTES
