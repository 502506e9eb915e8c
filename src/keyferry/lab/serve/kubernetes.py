"""The lab's cluster on a socket: HTTPS around `lab.kubernetes.apiserver`.

It answers requests, lets the controllers run after each, and writes the kubeconfig. It decides nothing itself.
"""

import asyncio
import base64
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import yaml

from keyferry.lab.kubernetes.admission.errands import Errand
from keyferry.lab.kubernetes.apiserver import ApiServer
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.listener import LOOPBACK, Listener
from keyferry.lab.serve.webhooks import Webhooks
from keyferry.lab.world.http import Request, Response, Streaming

TICK_SECONDS = 0.5
NAMES = ("127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


class KubernetesServer:
    """A cluster that listens. `now` is the lab's clock."""

    def __init__(self, issuer: str, authority: Authority, now: Callable[[], datetime]) -> None:
        self.authority = authority
        self._now = now
        self._issuer_host = urlsplit(issuer).hostname or LOOPBACK
        self.admin_token = secrets.token_urlsafe(32)
        self.api = ApiServer(issuer, now(), lambda: str(uuid.uuid4()), admin_token=self.admin_token)
        self.api.publish_root_ca(authority.certificate_pem.decode(), now())
        self._listener = Listener(self.answer, now)
        self._ticking: asyncio.Task[None] | None = None
        self._webhooks = Webhooks()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where it listens, 0 before `open`."""
        return self._listener.port

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"https://{LOOPBACK}:{self.port}"

    async def open(self, port: int = 0) -> None:
        """Listen on loopback; PortInUseError when the port is taken."""
        context = self.authority.server_context(*NAMES, self._issuer_host)
        await self._listener.open(context=context, port=port)
        self._ticking = asyncio.create_task(self._tick())

    async def close(self) -> None:
        """End the watches and stop listening."""
        if self._ticking is not None:
            self._ticking.cancel()
        await self._listener.close()
        for errand in tuple(self._running):
            errand.cancel()
        await self._webhooks.close()

    async def answer(self, request: Request) -> Response | Streaming:
        """Answer one request, webhooks being asked where they are to be, then let the controllers run."""
        answer = await self._webhooks.converse(self.api.handle(request, self._now()))
        self._control()
        return answer

    def lead(self, namespace: str, service: str, port: int) -> None:
        """Let webhooks behind that Service be asked on that port of loopback from now on."""
        self.api.lead(namespace, service, port)

    def node_token(self, name: str) -> str:
        """Return a new bearer token for the kubelet of the node `name`: user system:node:<name>, group system:nodes."""
        token = secrets.token_urlsafe(32)
        self.api.admit_node(name, token)
        return token

    async def _tick(self) -> None:
        """Let the controllers run even when nobody asks anything."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._control()

    def _control(self) -> None:
        """Let the controllers run, and ask the webhooks that some of them wait for."""
        self.api.run_controllers(self._now())
        for errand in self.api.errands():
            task = asyncio.create_task(self._run(errand))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, errand: Errand) -> None:
        await self._webhooks.run(errand)
        self._control()

    def kubeconfig(self, ca_pem: bytes | None = None) -> str:
        """Return a kubeconfig of the administrator that trusts `ca_pem` (the lab's own authority when not given)."""
        pem = ca_pem if ca_pem is not None else self.authority.certificate_pem
        return kubeconfig(self.url, pem, self.admin_token)


def kubeconfig(url: str, ca_pem: bytes, token: str) -> str:
    """Return a kubeconfig with one cluster, one user and one context, all named `keyferry-lab`."""
    name = "keyferry-lab"
    cluster = {"server": url, "certificate-authority-data": base64.b64encode(ca_pem).decode()}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": "default"}}],
        "current-context": name,
    }
    return yaml.safe_dump(document, sort_keys=False)
