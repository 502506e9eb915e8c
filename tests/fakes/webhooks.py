"""Admission webhooks in memory: configurations, and programs that answer reviews."""

import base64
from collections.abc import Callable
from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission.asking import Ask, Heard
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.world.http import Response
from tests.fakes.kubernetes_cluster import FakeCluster, nobody

GROUP = "/apis/admissionregistration.k8s.io/v1"
VALIDATING = f"{GROUP}/validatingwebhookconfigurations"
MUTATING = f"{GROUP}/mutatingwebhookconfigurations"
ANY_SECRET: Object = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["secrets"]}
FERRIES_V1: Object = {"apiGroups": ["example.com"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]}


def hook(name: str, *rules: Object, **fields: Any) -> Object:
    """Return one webhook, for any Secret where no rules are given. It is asked at its own name."""
    return {
        "name": f"{name}.example.com",
        "clientConfig": {"url": f"https://127.0.0.1:9/{name}"},
        "rules": list(rules or (ANY_SECRET,)),
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **fields,
    }


def configuration(name: str, *hooks: Object) -> Object:
    """Return a configuration of either kind."""
    return {"metadata": {"name": name}, "webhooks": list(hooks)}


class Programs:
    """Answers for the webhooks of a cluster by their names, and keeps the reviews."""

    def __init__(self, cluster: FakeCluster) -> None:
        self.reviews: list[Object] = []
        self.asks: list[Ask] = []
        self._answers: dict[str, Callable[[Object], Object | Response]] = {}
        cluster.hear = self._hear

    def on(self, name: str, answer: Callable[[Object], Object | Response]) -> None:
        """Let the webhook `name` answer what `answer` makes of a request: a response, or an HTTP answer."""
        self._answers[name] = answer

    @property
    def asked(self) -> list[str]:
        """Return whose reviews came, in order."""
        return [ask.url.partition("?")[0].rpartition("/")[2] for ask in self.asks]

    @property
    def last(self) -> Object:
        """Return what was asked last."""
        request: Object = self.reviews[-1]["request"]
        return request

    def _hear(self, ask: Ask) -> Heard:
        name = ask.url.partition("?")[0].rpartition("/")[2]
        self.asks.append(ask)
        review = objects.decode(ask.body)
        self.reviews.append(review)
        if name not in self._answers:
            return nobody(ask)
        answer = self._answers[name](review["request"])
        if isinstance(answer, Response):
            return answer
        response = {"uid": review["request"]["uid"], "allowed": True, **answer}
        return Response(status=200, body=objects.encode({**_head(review), "response": response}))


def allow(_request: Object) -> Object:
    """Say yes."""
    return {}


def deny(message: str = "not here", **status: Any) -> Callable[[Object], Object]:
    """Say no, with a Status."""
    return lambda _request: {"allowed": False, "status": {"message": message, **status}}


def patched(*operations: Object) -> Callable[[Object], Object]:
    """Say yes, and change the object."""
    text = base64.b64encode(objects.encode(list(operations))).decode()
    return lambda _request: {"patch": text, "patchType": "JSONPatch"}


def labelled(key: str, value: str = "yes") -> Callable[[Object], Object]:
    """Say yes, and add a label."""

    def answer(request: Object) -> Object:
        labels = {**(request["object"]["metadata"].get("labels") or {}), key: value}
        return patched({"op": "add", "path": "/metadata/labels", "value": labels})(request)

    return answer


def _head(review: Object) -> Object:
    return {"apiVersion": review["apiVersion"], "kind": review["kind"]}
