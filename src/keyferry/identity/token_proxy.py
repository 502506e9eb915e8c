"""The way to Entra for AKS identity bindings: the cluster's token proxy, behind the API server's own address.

Called by identity.credentials. The proxy takes Entra's own requests, at another address and by its own name in TLS:
https://learn.microsoft.com/azure/aks/identity-bindings-concepts
"""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec
from yarl import URL

from keyferry.identity import federation, refusals
from keyferry.identity.answers import Answer
from keyferry.identity.exchange import Applicant, Entra
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.refusals import Explain
from keyferry.identity.tally import Tally
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable, Where

SHOW_SECONDS: Final = 5.0  # for the API server to show its certificate
_ELSEWHERE: Final = "identity bindings are a feature of AKS: elsewhere set clientID without useAzureTokenProxy"
_REFUSALS: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenProxy:
    """Where the proxy is. `sni_name` is its name in TLS; "" where the API server's certificate shall tell it."""

    url: str = "https://kubernetes.default.svc.cluster.local"
    sni_name: str = ""
    ca_file: Path = Path("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
    api_host: str = "kubernetes.default.svc"
    api_port: int = 443

    @property
    def where(self) -> Where:
        """The proxy in an error."""
        return Where(kind="token proxy", name=self.url)


class _Told(msgspec.Struct):
    error: str = ""


class ProxyTransport(SharedTransport):
    """Sends what is meant for Entra to the token proxy instead, trusting the cluster's authority alone.

    What the way needs is found out when it is first used: a node without identity bindings never fails for them. The
    authority's file is looked at before each request, because clusters replace it.
    """

    def __init__(self, session: aiohttp.ClientSession, settings: TokenProxy) -> None:
        super().__init__(session, Proxies({}))
        self._settings = settings
        self._address = URL(settings.url)
        self._trust: tuple[int, ssl.SSLContext] | None = None
        self._sni_name = settings.sni_name

    async def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request to the proxy. Raises azure-core's errors, and SpecError or Unavailable."""
        context = await self._context()
        if not self._sni_name:
            self._sni_name = await self._discovered(context)
        request.url = str(_through(self._address, URL(request.url)))
        return await super().send(request, ssl=context, server_hostname=self._sni_name, **kwargs)

    async def _context(self) -> ssl.SSLContext:
        try:
            self._trust = await asyncio.to_thread(_trusting, self._settings.ca_file, self._trust)
        except OSError:  # a certificate that is none, too: ssl.SSLError is one
            error: KeyferryError = self._without_authority()
        else:
            return self._trust[1]
        raise error

    async def _discovered(self, context: ssl.SSLContext) -> str:
        try:
            names = await _names_shown(self._settings.api_host, self._settings.api_port, context)
        except (OSError, TimeoutError) as failure:
            raise Unavailable(
                what="the API server does not show its certificate, which tells the token proxy's name",
                cause=type(failure).__name__,
                remedy="see that this process reaches the API server, or set --sni-name",
                where=self._settings.where,
            ) from None
        name = federation.proxy_name(names)
        if not name:
            raise SpecError(
                what="this cluster has no token proxy for identity bindings",
                cause="the API server's certificate is not that of an AKS control plane",
                remedy=f"{_ELSEWHERE}; or set --sni-name",
                where=self._settings.where,
            )
        return name

    def _without_authority(self) -> KeyferryError:
        return SpecError(
            what="the certificate authority of the token proxy cannot be read",
            cause=f"{self._settings.ca_file} is missing or holds no certificate",
            remedy="let Kubernetes mount the ServiceAccount's token into this pod (automountServiceAccountToken)",
            where=self._settings.where,
        )


class BoundEntra(Entra):
    """Entra as the token proxy shows it: what the cluster refuses is told from what Entra refuses."""

    def __init__(self, session: aiohttp.ClientSession, settings: TokenProxy, tally: Tally) -> None:
        super().__init__(ProxyTransport(session, settings), tally)
        self._settings = settings

    def translated(
        self, failure: Exception, answer: Answer | None, applicant: Applicant, explain: Explain
    ) -> KeyferryError:
        """Return our error for a request that brought no token."""
        if answer is None or answer.status not in _REFUSALS or _is_of_entra(answer.body):
            return refusals.translated(failure, answer, self._settings.url, applicant.where, explain)
        return GrantError(
            what=f"the cluster's token proxy does not let {applicant.who} in",
            cause=f"HTTP {answer.status}",
            remedy=federation.bind(applicant.client_id, str(applicant.where)),
            where=applicant.where,
        )


def _trusting(ca_file: Path, before: tuple[int, ssl.SSLContext] | None) -> tuple[int, ssl.SSLContext]:
    changed = ca_file.stat().st_mtime_ns
    if before is not None and before[0] == changed:
        return before
    return changed, ssl.create_default_context(cafile=ca_file)


async def _names_shown(host: str, port: int, context: ssl.SSLContext) -> list[str]:
    async with asyncio.timeout(SHOW_SECONDS):
        _, writer = await asyncio.open_connection(host, port, ssl=context)
        try:
            certificate = writer.get_extra_info("peercert") or {}
        finally:
            writer.close()
    return [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"]


def _through(proxy: URL, url: URL) -> URL:
    """Return `url` at the proxy's address; a retry's request is there already."""
    if url.origin() == proxy.origin():
        return url
    return proxy.with_path(proxy.path.rstrip("/") + url.path).with_query(url.query)


def _is_of_entra(body: bytes) -> bool:
    """Tell an OAuth error, which has words of its own, from the cluster's refusal."""
    try:
        return bool(msgspec.json.decode(body, type=_Told).error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
