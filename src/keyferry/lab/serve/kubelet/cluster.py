"""The API server as a kubelet asks it: requests as values, in this process, with the node's own token."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.world.http import Answer, Request, Streaming

MERGE: Final = "application/merge-patch+json"
_JSON: Final = "application/json"
_AGENT: Final = "kubelet"


class Refused(Exception):
    """The API server refused; the text is its message, which holds no value of a Secret."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Cluster:
    """Sends requests with one token. `now` is the lab's clock."""

    def __init__(self, answer: Callable[[Request], Awaitable[Answer]], token: str, now: Callable[[], datetime]) -> None:
        self._answer = answer
        self._token = token
        self.now = now

    async def get(self, path: str) -> Object:
        """Return the object at `path`; Refused where there is none."""
        return await self.send("GET", path)

    async def post(self, path: str, document: Object) -> Object:
        """Create an object, or ask a subresource, and return the answer."""
        return await self.send("POST", path, document)

    async def merge(self, path: str, patch: Object) -> Object:
        """Merge `patch` into the object at `path`."""
        return await self.send("PATCH", path, patch, media=MERGE)

    async def send(self, method: str, path: str, body: Any = None, *, media: str = _JSON) -> Object:
        """Send one request and return the document of its answer."""
        answer = await self._ask(method, path, {}, b"" if body is None else objects.encode(body), media)
        assert not isinstance(answer, Streaming)
        return answer

    async def watch(self, path: str, query: Mapping[str, str]) -> Streaming:
        """Return the stream of a collection's changes, which begins with what is there."""
        answer = await self._ask("GET", path, {**query, "watch": "1"}, b"", _JSON)
        assert isinstance(answer, Streaming)
        return answer

    async def _ask(
        self, method: str, path: str, query: Mapping[str, str], body: bytes, media: str
    ) -> Object | Streaming:
        headers = {"authorization": f"Bearer {self._token}", "content-type": media, "user-agent": _AGENT}
        request = Request(method=method, path=path, query=tuple(query.items()), headers=headers, body=body)
        answer = await self._answer(request)
        if isinstance(answer, Streaming):
            return answer
        status = getattr(answer, "status", 0)
        document: Object = objects.decode(getattr(answer, "body", b"{}"))
        if not 200 <= status < 300:
            raise Refused(status, str(document.get("message") or f"status {status}"))
        return document
