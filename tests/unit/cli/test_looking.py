"""What a person sees of a cluster, against the fake API server."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from keyferry.cli import looking
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, Unavailable
from keyferry.spec.conditions import ConditionStatus
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld

DB = Key(namespace="default", name="db")
CANARY = "canary-9f3b"


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    async with FakeKubeApi(KubeWorld((EXTERNAL_SECRETS,))) as made:
        yield made


@pytest.fixture
async def client(api: FakeKubeApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setenv("SSL_CERT_FILE", "none.pem")
    async with Client(api.config()) as made:
        yield made


async def test_a_secret_without_its_values(api: FakeKubeApi, client: Client) -> None:
    assert await looking.secret(client, DB) is None
    data = {"A": base64.b64encode(CANARY.encode()).decode()}
    stored = api.world.seed(SECRETS, {"metadata": {"name": "db", "namespace": "default"}, "data": data})
    seen = await looking.secret(client, DB)
    assert seen is not None
    assert seen.uid == stored["metadata"]["uid"]
    assert seen.line("A") == f"A: {len(CANARY)} characters, digest {seen.digests['A']}"
    assert len(seen.digests["A"]) == 12
    assert CANARY not in repr(seen)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param({}, None, id="none-yet"),
        pytest.param(
            {"conditions": [{"type": "Ready", "status": "False", "reason": "r", "message": "m"}]},
            (ConditionStatus.FALSE, "r", "m"),
            id="told",
        ),
    ],
)
async def test_ready(api: FakeKubeApi, client: Client, status: dict[str, Any], expected: object) -> None:
    api.world.seed(EXTERNAL_SECRETS, {"metadata": {"name": "db", "namespace": "default"}, "status": status})
    condition = await looking.ready(client, DB)
    assert (condition and (condition.status, condition.reason, condition.message)) == expected


async def test_ready_of_what_is_not_there(client: Client) -> None:
    with pytest.raises(NotFound):
        await looking.ready(client, DB)


async def test_until_looks_again() -> None:
    answers = iter([None, None, "there"])

    async def look() -> str | None:
        return next(answers)

    assert await looking.until(look, seconds=5, what="it") == "there"


async def test_until_gives_up() -> None:
    async def look() -> str | None:
        return None

    with pytest.raises(Unavailable, match=r"it did not happen within 0\.01 s") as caught:
        await looking.until(look, seconds=0.01, what="it")
    assert "operator.log" in caught.value.remedy
