"""The API server's way to admission webhooks: HTTPS on loopback, and errors in the words of Go's client."""

import asyncio
import ssl
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from keyferry.lab.kubernetes.admission.asking import Ask, Asks, Heard, Unreachable
from keyferry.lab.kubernetes.admission.errands import Errand
from keyferry.lab.kubernetes.apiserver import Dialogue
from keyferry.lab.world.http import Response, Streaming

MAX_ANSWER_BYTES: Final = 3 * 1024 * 1024
KEPT_SECONDS: Final = 90  # an idle connection, as by Go's client
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json, */*",
    "User-Agent": "kube-apiserver-admission",
}
_VERIFY: Final = {
    10: "certificate has expired or is not yet valid",
    18: "certificate signed by unknown authority",
    19: "certificate signed by unknown authority",
    20: "certificate signed by unknown authority",
    21: "certificate signed by unknown authority",
    62: "certificate is not valid for the name in the URL",
    64: "certificate is not valid for the address in the URL",
}  # https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/


class BundleError(Exception):
    """A caBundle holds no certificate."""


class Webhooks:
    """Asks webhooks over connections that it keeps, one set for each address, name and caBundle.

    Nothing but loopback is reached: the lab never speaks to the world outside. Where a webhook closes a connection
    while a question is on its way, it is not asked again, as by Go's client: it may have been heard.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def converse(self, dialogue: Dialogue) -> Response | Streaming:
        """Carry a dialogue of the API server to its end."""
        try:
            asks = next(dialogue)
            while True:
                asks = dialogue.send(await self.ask(asks))
        except StopIteration as end:
            answer: Response | Streaming = end.value
            return answer

    async def run(self, errand: Errand) -> None:
        """Ask what a control loop waits for, and tell it."""
        errand.heard = await self.ask(errand.asks)

    async def ask(self, asks: Asks) -> tuple[Heard, ...]:
        """Ask all at the same time."""
        return tuple(await asyncio.gather(*(self._one(ask) for ask in asks)))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # the transports end in the next turn of the loop

    async def _one(self, ask: Ask) -> Heard:
        url = URL(ask.url, encoded=True)
        host, port = ask.address or (url.host or "", url.port or 443)
        if host not in LOOPBACK:
            return Unreachable(why=f'Post "{ask.url}": dial tcp: lookup {host}: no such host')
        try:
            async with asyncio.timeout(ask.timeout_seconds):
                return await self._post(ask, url, host, port)
        except BundleError:
            why = "unable to load root certificates: unable to parse bytes as PEM block"
            return Unreachable(why=why, failed="could not get REST client")
        except TimeoutError:
            why = "context deadline exceeded"
        except aiohttp.ClientConnectorCertificateError as refusal:
            why = f"tls: failed to verify certificate: x509: {_unverified(refusal.certificate_error)}"
        except aiohttp.ClientConnectorError as refusal:
            is_refused = isinstance(refusal.os_error, ConnectionRefusedError)
            refused = f"dial tcp {host}:{port}: connect: connection refused"
            why = refused if is_refused else "remote error: tls: handshake failure"
        except (aiohttp.ClientError, OSError, ValueError):
            why = "EOF"
        return Unreachable(why=f'Post "{ask.url}": {why}')

    async def _post(self, ask: Ask, url: URL, host: str, port: int) -> Response:
        async with self._opened().post(
            url.with_host(host).with_port(port),
            data=ask.body,
            headers={**HEADERS, "Host": url.authority},
            ssl=_trusting(ask.ca_pem),
            server_hostname=url.host,
            allow_redirects=False,
        ) as answer:
            return Response(status=answer.status, body=await _whole(answer.content))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(use_dns_cache=False, limit=0, keepalive_timeout=KEPT_SECONDS)
            timeout = aiohttp.ClientTimeout(total=None)  # each ask has its own
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self._session


@lru_cache(maxsize=16)
def _trusting(ca_pem: bytes) -> ssl.SSLContext:
    """Return a context that trusts those authorities alone, or the machine's where none are given."""
    context = ssl.create_default_context() if not ca_pem else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_pem:
        try:
            context.load_verify_locations(cadata=ca_pem.decode(errors="replace"))
        except (ssl.SSLError, ValueError) as refusal:
            raise BundleError from refusal
    return context


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """Return the body of an answer; ValueError for one that is too long."""
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ValueError
    return bytes(body)


def _unverified(error: Exception) -> str:
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else 0
    return _VERIFY.get(code, "certificate is not valid")
