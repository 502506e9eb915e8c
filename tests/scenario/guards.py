"""Admission webhooks of a story's own: servers on loopback with certificates of the lab's authority."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Self

import msgspec
from aiohttp import web

from keyferry.lab.serve.authority import Authority

HOST: Final = "127.0.0.1"
GROUP: Final = "admissionregistration.k8s.io/v1"
CONFIG_MAPS: Final[Mapping[str, Any]] = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE", "DELETE"],
    "resources": ["configmaps"],
}

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Guard:
    """A webhook that answers what `answer` makes of a request, after `delay` seconds. It keeps the reviews."""

    def __init__(self, authority: Authority) -> None:
        self.answer: Answer = lambda _request: {}
        self.delay = 0.0
        self.reviews: list[dict[str, Any]] = []
        self.connections: list[object] = []
        self.port = 0
        self._authority = authority

    @classmethod
    @asynccontextmanager
    async def open(cls, authority: Authority) -> AsyncIterator[Self]:
        """Listen while the context lasts."""
        guard = cls(authority)
        runner = web.ServerRunner(web.Server(guard._serve, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        context = authority.server_context(HOST)
        await web.TCPSite(runner, HOST, 0, ssl_context=context).start()
        guard.port = runner.addresses[0][1]
        try:
            yield guard
        finally:
            await runner.cleanup()

    def configuration(self, kind: str, name: str, rule: Mapping[str, Any] = CONFIG_MAPS, **fields: Any) -> Any:
        """Return the configuration `Validating…` or `Mutating…` that has this webhook asked."""
        config = {
            "url": f"https://{HOST}:{self.port}/",
            "caBundle": base64.b64encode(self._authority.certificate_pem).decode(),
        }
        usual = {"sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 5}
        entry = {"name": f"{name}.example.com", "clientConfig": config, "rules": [rule], **usual, **fields}
        return {
            "apiVersion": GROUP,
            "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [entry],
        }

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        review = msgspec.json.decode(await request.read())
        self.reviews.append(review)
        if request.transport not in self.connections:
            self.connections.append(request.transport)
        await asyncio.sleep(self.delay)
        response = {"uid": review["request"]["uid"], "allowed": True, **self.answer(review["request"])}
        head = {"apiVersion": review["apiVersion"], "kind": review["kind"]}
        return web.json_response({**head, "response": response})


def patched(*operations: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer that changes the object."""
    return {"patchType": "JSONPatch", "patch": base64.b64encode(msgspec.json.encode(operations)).decode()}
