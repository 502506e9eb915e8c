"""The webhook's certificate, taken from files and taken anew when they change. The process goes on meanwhile."""

import asyncio
import ssl
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509

from keyferry.model.errors import foreign
from keyferry.runtime.clock import Clock

_LOG = structlog.get_logger(__name__)

POLL_SECONDS: Final = 5.0
CERTIFICATE: Final = "tls.crt"
KEY: Final = "tls.key"


class Certificates:
    """A TLS context whose certificate follows the files of a folder. Without any, handshakes fail."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._seen: tuple[bytes, bytes] | None = None
        self._ends: datetime | None = None
        self._problem = f"{CERTIFICATE} and {KEY} are not in {folder} yet"
        self._good: ssl.SSLContext | None = None
        self.context = _context()
        self.context.sni_callback = self._choose

    @property
    def problem(self) -> str:
        """Say why no client could be served now, "" where one could."""
        if self._ends is not None and self._ends <= self._clock.now():
            return f"the certificate ended at {self._ends.isoformat()}"
        return self._problem

    def look(self) -> None:
        """Take the certificate of the files, where it is another one. A broken pair leaves the one that was good."""
        files = self._folder / CERTIFICATE, self._folder / KEY
        try:
            found = files[0].read_bytes(), files[1].read_bytes()
            if found == self._seen:
                return
            ends = x509.load_pem_x509_certificate(found[0]).not_valid_after_utc
            fresh = _context()  # OpenSSL forgets the old key when it is given half of a new pair
            fresh.load_cert_chain(*files)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as refusal:
            self._problem = (
                "" if self._seen else f"{CERTIFICATE} and {KEY} are no pair: {foreign(type(refusal).__name__)}"
            )
            _LOG.warning("certificate.unusable", folder=str(self._folder), cause=type(refusal).__name__)
            return
        self._good, self._seen, self._ends, self._problem = fresh, found, ends, ""
        _LOG.info("certificate.loaded", ends=ends.isoformat())

    async def keep_looking(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(POLL_SECONDS)

    def _choose(self, handshake: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        """Show the certificate that is good now; this is called whether or not the client names a host."""
        if self._good is not None:
            handshake.context = self._good


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
