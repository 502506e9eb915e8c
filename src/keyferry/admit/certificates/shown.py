"""The certificate that clients are shown: exchanged while the server serves, without a refused handshake."""

import os
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry

from keyferry.admit.certificates.key_pair import Pair
from keyferry.admit.certificates.metrics import CertificateCollector, Takings
from keyferry.model.secrets import SecretValue


class Shown:
    """A TLS context for a server. Until the first `show`, handshakes fail."""

    def __init__(self) -> None:
        self.pair: Pair | None = None
        self.takings = Takings()
        self.good: ssl.SSLContext | None = None
        self.context = _context()
        self.context.sni_callback = self._choose

    def show(self, pair: Pair) -> None:
        """Show this from the next handshake on. ValueError where OpenSSL does not take it; then all is as before.

        OpenSSL forgets the old key when it is given half of a new pair, so each pair has a context of its own.
        """
        if self.pair == pair:
            return
        try:
            self.good = server(pair.chain_pem, pair.key_pem)
        except ssl.SSLError as refusal:
            raise ValueError(f"OpenSSL does not take tls.crt and tls.key ({refusal.reason})") from None
        self.pair = pair
        self.takings.taken += 1

    def register(self, registry: CollectorRegistry) -> None:
        """Tell metrics of it."""
        registry.register(CertificateCollector(self.takings, lambda: self.pair.ends if self.pair else None))

    def ended(self, now: datetime) -> str:
        """Say that what is shown is good no longer, or not yet; "" where it is good."""
        if self.pair is None:
            return ""
        if self.pair.ends <= now:
            return f"the certificate ended at {self.pair.ends.isoformat()}"
        return f"the certificate begins at {self.pair.begins.isoformat()}" if self.pair.begins > now else ""

    def _choose(self, handshake: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        """Show the certificate that is good now; this is called whether or not the client names a host."""
        if self.good is not None:
            handshake.context = self.good


def server(chain_pem: bytes, key_pem: SecretValue) -> ssl.SSLContext:
    """Return a context that shows this. ssl.SSLError where the two do not belong together, or the key is encrypted."""
    context = _context()
    with _file(chain_pem + b"\n" + key_pem.reveal()) as path:
        context.load_cert_chain(path, password="")  # else OpenSSL asks for one at the terminal
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _file(content: bytes) -> Iterator[Path]:
    """Give a file for OpenSSL, which reads a key from a file alone: one in memory, and for this process.

    Where the system has none such (macOS), it is in a folder that nobody else can enter.
    """
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("keyferry", os.MFD_CLOEXEC), "wb") as file:
            file.write(content)
            file.flush()
            yield Path(f"/proc/self/fd/{file.fileno()}")
    else:
        with TemporaryDirectory(prefix="keyferry-") as folder:
            path = Path(folder) / "server.pem"
            path.touch(mode=0o600)
            path.write_bytes(content)
            yield path
