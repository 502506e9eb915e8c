"""Whatever is posted, there is an answer: a review or a Status, without anything of what was asked; never a crash.

Bodies are made from good reviews: cut, flipped, with pieces doubled, with values of any kind in the place of others.
"""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from keyferry.admit.settings import InjectionFlags
from keyferry.kube.client import Client
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from tests.fakes import external_secrets
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld
from tests.fakes.webhook_clients import ADVICE, INJECTION, VALIDATION, ApiServer, certify, review, serving
from tests.fakes.webhook_clients import settings as webhook_settings

Json: TypeAlias = dict[str, Any]
SESAME = "open-sesame-12345"  # stands for a value: it is in every pod, and in no answer
PATHS = (INJECTION, VALIDATION, ADVICE)
LABELS = {"azure.workload.identity/use": "true"}


def pod(containers: int = 2, **spec: Any) -> Json:
    """Return a pod with a value in each of its variables."""
    env = [{"name": "PASSWORD", "value": SESAME}, {"name": "AZURE_CLIENT_SECRET", "value": SESAME}]
    mounts = [{"name": "v", "mountPath": "/etc/v", "subPath": "a"}]
    made = [{"name": f"c-{n}", "image": "app", "env": env, "volumeMounts": mounts} for n in range(containers)]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "api-", "labels": LABELS, "annotations": {"note": SESAME}},
        "spec": {"serviceAccountName": "reader", "containers": made, "initContainers": made[:1], **spec},
    }


def secret() -> Json:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": SESAME}}


DOCUMENTS = (pod(), secret(), external_secrets.document())
NASTY: tuple[Any, ...] = (
    *([], {}, "", None, True, -1, 2**63, 2**200, 1.5, [[]], [None], {"": ""}, {"a": {"b": []}}),
    *("\x00", "a\nb", "\u202e", "é" * 5000, "../..", "a/b", "%2e%2e", "{{", "x" * 300, "-1", "9" * 400, "3600s", ";;"),
    *([{}] * 300, [{"name": 1}] * 3, {"name": None}, "azure.workload.identity/use"),
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in entries:
        yield from places(inner, (*path, step))


def with_value(document: Json, path: tuple[str | int, ...], value: Any) -> Json:
    made = copy.deepcopy(document)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return made


REVIEWS = [json.loads(review(document)) for document in DOCUMENTS]
PLACES = [(document, path) for document in REVIEWS for path in places(document)]


@asynccontextmanager
async def webhook(folder: Path) -> AsyncIterator[ApiServer]:
    world = KubeWorld()
    world.seed(NAMESPACES, {"metadata": {"name": "apps"}})
    world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "apps"}})
    made = webhook_settings(folder, injection=InjectionFlags(), advice=True)
    async with FakeKubeApi(world) as api, Client(api.config()) as client, serving(made, client) as api_server:
        yield api_server


def check(status: int, text: str) -> Json:
    """Return the answer, which is one and tells nothing."""
    answer: Json = json.loads(text)
    assert SESAME not in text
    if status == 200:
        assert answer["kind"] == "AdmissionReview"
        assert answer["apiVersion"] in {"admission.k8s.io/v1", "admission.k8s.io/v1beta1"}
        response: Json = answer["response"]
        assert response["allowed"] or (400 <= response["status"]["code"] < 500 and response["status"]["message"])
        assert sum(map(len, response.get("warnings", ()))) <= 4096
    else:
        assert (answer["kind"], answer["code"], 400 <= status < 500) == ("Status", status, True)
    return answer


async def ask_all(folder: Path, bodies: list[tuple[str, bytes]]) -> None:
    """Post each body; what is logged tells nothing either."""
    certify(folder)
    with capture_logs() as logs:
        async with webhook(folder) as api_server:
            for path, body in bodies:
                check(*await api_server.post(path, body))
    assert SESAME not in str(logs)
    assert "review.failed" not in {entry["event"] for entry in logs}


def corpus() -> Iterator[tuple[str, bytes]]:
    """Bodies that people and fuzzers have sent to webhooks, at every path."""
    good = review(pod())
    made: dict[str, bytes] = {
        "empty": b"",
        "null": b"null",
        "list": b"[]",
        "bom": b"\xef\xbb\xbf" + good,
        "utf-16": good.decode().encode("utf-16"),
        "yaml": b"apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n",
        "protobuf": b"k8s\x00\n\x18\n\x0badmission.k8s.io/v1",
        "nul-bytes": b"\x00" * 5000,
        "half": good[: len(good) // 2],
        "twice": good + good,
        "trailing": good + b"}",
        "deep-lists": b"[" * 200_000,
        "deep-object": good.replace(b'"spec":', b'"spec": ' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b', "x":'),
        "duplicate-keys": good.replace(b'"uid":', b'"uid": "1", "uid":'),
        "lone-surrogate": good.replace(b'"api-"', rb'"\ud800"'),
        "nan": good.replace(b'"7"', b"NaN"),
        "beta": review(pod(), "admission.k8s.io/v1beta1"),
        "future": review(pod(), "admission.k8s.io/v2"),
        "response": json.dumps(
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {}}
        ).encode(),
        "no-object": review(None),
        "many-containers": review(pod(containers=400)),
        "no-containers": review(pod(containers=0)),
        "hostile-names": review(pod(serviceAccountName="../../secrets/x"), namespace="..\x00\u202e"),
        "long-names": review(pod(serviceAccountName="a" * 100_000)),
        "delete": review(None, operation="DELETE", oldObject=pod()),
    }
    return ((path, body) for path in PATHS for body in made.values())


async def test_the_corpus_is_answered(tmp_path: Path) -> None:
    await ask_all(tmp_path, list(corpus()))


def bodies() -> st.SearchStrategy[tuple[str, bytes]]:
    """A path, and a body that was a review once."""
    spoilt = st.builds(
        lambda place, value: json.dumps(with_value(place[0], place[1], value)).encode(),
        st.sampled_from(PLACES),
        st.sampled_from(NASTY),
    )
    whole = st.sampled_from([json.dumps(each).encode() for each in REVIEWS])
    cut = st.builds(lambda body, at: body[: at % len(body)], whole, st.integers(0))
    flipped = st.builds(
        lambda body, at, byte: body[: at % len(body)] + bytes([byte]) + body[at % len(body) + 1 :],
        whole,
        st.integers(0),
        st.integers(0, 255),
    )
    return st.tuples(st.sampled_from(PATHS), st.one_of(spoilt, spoilt, cut, flipped, st.binary(max_size=200)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("webhook")


@settings(max_examples=15)
@given(st.lists(bodies(), min_size=40, max_size=80))
def test_what_was_a_review_once_is_answered(folder: Path, made: list[tuple[str, bytes]]) -> None:
    asyncio.run(ask_all(folder, made))
