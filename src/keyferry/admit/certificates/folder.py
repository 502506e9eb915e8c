"""The webhook's certificate from files, taken anew when they change. The process goes on meanwhile.

Whoever writes the files, cert-manager or a person, writes the caBundle, too; it is looked at and never changed.
"""

import asyncio
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from keyferry.admit.certificates import glance
from keyferry.admit.certificates.key_pair import CERTIFICATE, KEY
from keyferry.admit.certificates.observe import Observer
from keyferry.admit.certificates.readiness import Readiness
from keyferry.admit.certificates.shown import Shown
from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock

_LOG: Final = structlog.get_logger(__name__)

POLL_SECONDS: Final = 5.0
ASK: Final = timedelta(minutes=1)  # between looks at the configurations, while all is well


class FolderCertificates:
    """A TLS context whose certificate follows the files of a folder. Without any, handshakes fail."""

    def __init__(self, folder: Path, clock: Clock, observer: Observer | None, readiness: Readiness) -> None:
        """Without an `observer` nobody can tell whether API servers would take it, so that counts for nothing."""
        self._folder = folder
        self._clock = clock
        self._observer = observer
        self._readiness = readiness
        self._shown = Shown()
        self._seen: tuple[bytes, bytes] | None = None
        self._problem = f"{CERTIFICATE} and {KEY} are not in {folder} yet"
        self._refusal = ""
        self._asked_at: datetime | None = None

    @property
    def context(self) -> ssl.SSLContext:
        """What a server serves with."""
        return self._shown.context

    @property
    def problem(self) -> str:
        """Say why no client could be served now, "" where one could."""
        return self._problem or self._shown.ended(self._clock.now()) or self._refusal

    def register(self, registry: CollectorRegistry) -> None:
        """Tell metrics of it."""
        self._shown.register(registry)

    async def look(self) -> None:
        """Take the certificate of the files, where it is another one. A broken pair leaves the one that was good."""
        await asyncio.to_thread(self._read)
        now = self._clock.now()
        if self._observer is not None and (self._refusal or self._asked_at is None or now - self._asked_at >= ASK):
            try:
                self._readiness.seen(await self._observer.registered())
                self._asked_at = now
            except KeyferryError as problem:
                _LOG.warning("webhook.registration_unknown", cause=str(problem))
        self._refusal = self._readiness.problem(self._shown)

    async def keep_looking(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(POLL_SECONDS)

    def _read(self) -> None:
        try:
            found = (self._folder / CERTIFICATE).read_bytes(), (self._folder / KEY).read_bytes()
            if found == self._seen:
                return
            self._shown.show(pair := glance.pair(found[0], SecretValue(found[1])))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as refusal:
            cause = str(refusal) if isinstance(refusal, ValueError) else type(refusal).__name__
            self._problem = "" if self._seen else cause
            self._shown.takings.failed += 1
            _LOG.warning("certificate.unusable", folder=str(self._folder), cause=cause)
            return
        self._seen, self._problem = found, ""
        _LOG.info("certificate.loaded", ends=pair.ends.isoformat())
