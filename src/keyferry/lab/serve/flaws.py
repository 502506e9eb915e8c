"""Certificates with a flaw, shown in TLS handshakes while a fault says so."""

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.serve.authority import Authority
from keyferry.lab.world.faults import Flaw

DAY: Final = timedelta(days=1)
ANOTHER_NAME: Final = "another-name.keyferry-lab.test"


class Flaws:
    """Chooses the certificate of each handshake. `flaw_of` says what is wrong with the one for a host name."""

    def __init__(self, authority: Authority, names: tuple[str, ...], flaw_of: Callable[[str], Flaw | None]) -> None:
        self._authority = authority
        self._names = names
        self._flaw_of = flaw_of
        self._contexts: dict[Flaw, ssl.SSLContext] = {}

    def context(self) -> ssl.SSLContext:
        """Return the context to listen with: its certificate is good for the names, until a fault says otherwise."""
        context = self._authority.server_context(*self._names)
        context.sni_callback = self._choose
        return context

    def _choose(self, handshake: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> None:
        """Put a flawed certificate in place; the name is the one in TLS (SNI, RFC 6066 §3)."""
        flaw = self._flaw_of((name or "").lower())
        if flaw is not None:
            handshake.context = self._flawed(flaw)

    def _flawed(self, flaw: Flaw) -> ssl.SSLContext:
        if flaw not in self._contexts:
            self._contexts[flaw] = self._made(flaw)
        return self._contexts[flaw]

    def _made(self, flaw: Flaw) -> ssl.SSLContext:
        made: datetime = self._authority.now
        match flaw:
            case Flaw.EXPIRED:
                return self._authority.server_context(*self._names, valid=(made - 8 * DAY, made - DAY))
            case Flaw.NOT_YET_VALID:
                return self._authority.server_context(*self._names, valid=(made + 365 * DAY, made + 372 * DAY))
            case Flaw.WRONG_NAME:
                return self._authority.server_context(ANOTHER_NAME)
