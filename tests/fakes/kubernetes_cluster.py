"""The lab's API server driven by values: a clock that stands still until moved, and UIDs that count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission.asking import Ask, Heard, Unreachable
from keyferry.lab.kubernetes.apiserver import ApiServer, Dialogue
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.world.http import Request, Response, Streaming

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ISSUER = "https://issuer.example/tenant/1/"
ADMIN_TOKEN = "admin"
MERGE = "application/merge-patch+json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
SECRETS = "/api/v1/namespaces/default/secrets"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
FERRIES = "/apis/example.com/v1/namespaces/default/ferries"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; `document` is the body read as JSON."""

    status: int
    document: Any
    headers: tuple[tuple[str, str], ...]

    @property
    def warnings(self) -> list[str]:
        return [value for name, value in self.headers if name == "Warning"]


class Watch:
    """An open watch."""

    def __init__(self, cluster: "FakeCluster", streaming: Streaming) -> None:
        self._cluster = cluster
        self.streaming = streaming

    def events(self) -> list[tuple[str, Object]]:
        """Return what happened since the last look."""
        text = self.streaming.read(self._cluster.now) or b""
        lines = [objects.decode(line) for line in text.splitlines()]
        return [(line["type"], line["object"]) for line in lines]

    def told(self) -> list[tuple[str, str]]:
        """Return the same, as types and names alone."""
        return [(type_, document.get("metadata", {}).get("name", "")) for type_, document in self.events()]


def converse(dialogue: Dialogue, hear: Callable[[Ask], Heard]) -> Response | Streaming:
    """Carry a dialogue to its end."""
    try:
        asks = next(dialogue)
        while True:
            asks = dialogue.send(tuple(hear(ask) for ask in asks))
    except StopIteration as end:
        answer: Response | Streaming = end.value
        return answer


def nobody(ask: Ask) -> Heard:
    """Answer as an address where nobody listens."""
    return Unreachable(why=f'Post "{ask.url}": dial tcp 127.0.0.1:9: connect: connection refused')


class FakeCluster:
    """The API server with its controllers run after every request. `hear` is where its webhooks are asked."""

    def __init__(self, history: int = 100) -> None:
        self.now = START
        self.hear: Callable[[Ask], Heard] = nobody
        self._ids = (f"uid-{number}" for number in count(1))
        self.api = ApiServer(
            ISSUER, START, lambda: next(self._ids), admin_token=ADMIN_TOKEN, history=history, key=_key()
        )

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        media: str = "application/json",
        token: str = ADMIN_TOKEN,
        **headers: str,
    ) -> Answer:
        """Send a request; header names are given with underscores."""
        answer = self.open(method, path, body, media=media, token=token, **headers)
        assert isinstance(answer, Response)
        text = answer.body
        document = objects.decode(text) if text[:1] in (b"{", b"[") else text.decode()
        return Answer(status=answer.status, document=document, headers=answer.headers)

    def open(
        self, method: str, path: str, body: Any, *, media: str = "", token: str = ADMIN_TOKEN, **headers: str
    ) -> Response | Streaming:
        place = urlsplit(path)
        text = body if isinstance(body, bytes) else b"" if body is None else objects.encode(body)
        request = Request(
            method=method,
            path=place.path,
            query=tuple(parse_qsl(place.query, keep_blank_values=True)),
            headers={
                "content-type": media,
                **({"authorization": f"Bearer {token}"} if token else {}),
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            body=text,
        )
        answer = converse(self.api.handle(request, self.now), self.hear)
        self.api.run_controllers(self.now)
        return answer

    def settle(self) -> None:
        """Ask webhooks what control loops wait for, until none waits."""
        while errands := self.api.errands():
            for errand in errands:
                errand.heard = tuple(self.hear(ask) for ask in errand.asks)
            self.advance(milliseconds=1)
            self.api.run_controllers(self.now)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any, media: str = MERGE) -> Answer:
        return self.send("PATCH", path, body, media=media)

    def delete(self, path: str, body: Any = None) -> Answer:
        return self.send("DELETE", path, body)

    def watch(self, path: str, **headers: str) -> Watch:
        joined = f"{path}{'&' if '?' in path else '?'}watch=1"
        answer = self.open("GET", joined, None, **headers)
        assert isinstance(answer, Streaming), answer
        return Watch(self, answer)

    def names(self, path: str) -> list[str]:
        return [item["metadata"]["name"] for item in self.get(path).document["items"]]

    def with_ferries(self, **spec: Any) -> "FakeCluster":
        """Serve a custom resource."""
        answer = self.post(DEFINITIONS, ferry_definition(**spec))
        assert answer.status == 201, answer.document
        return self


def secret(name: str, **fields: Any) -> Object:
    """Return a Secret with metadata from `labels`, `annotations`, `finalizers` and the rest at the top."""
    metadata: Object = {"name": name}
    for field in ("labels", "annotations", "finalizers", "ownerReferences", "resourceVersion"):
        if field in fields:
            metadata[field] = fields.pop(field)
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **fields}


def ferry(name: str, **spec: Any) -> Object:
    """Return a custom resource of the definition below."""
    wanted = spec or {"harbour": "Bodo"}
    return {"apiVersion": "example.com/v1", "kind": "Ferry", "metadata": {"name": name}, "spec": wanted}


def ferry_definition(**changes: Any) -> Object:
    """Return a definition with two served versions; `changes` replace fields of its spec."""
    v1: Object = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "selectableFields": [{"jsonPath": ".spec.harbour"}],
        "additionalPrinterColumns": [
            {"name": "Harbour", "type": "string", "jsonPath": ".spec.harbour"},
            {"name": "Seats", "type": "integer", "jsonPath": ".spec.seats", "priority": 1},
        ],
        "schema": {"openAPIV3Schema": _schema()},
    }
    beta: Object = {
        "name": "v1beta1",
        "served": True,
        "storage": False,
        "deprecated": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    spec: Object = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "ferries", "kind": "Ferry", "shortNames": ["fy"], "categories": ["all"]},
        "versions": [v1, beta],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "ferries.example.com"},
        "spec": spec | changes,
    }


def _schema() -> Object:
    return {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["harbour"],
                "properties": {
                    "harbour": {"type": "string"},
                    "seats": {"type": "integer", "default": 12, "minimum": 1},
                },
            },
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    }
