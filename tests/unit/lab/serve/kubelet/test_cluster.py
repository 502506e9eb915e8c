import pytest

from keyferry.lab.serve.kubelet.cluster import Cluster, Refused
from keyferry.lab.world.http import Answer, Request, Streaming
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, converse, nobody, secret


def cluster(fake: FakeCluster, token: str = "admin") -> Cluster:
    async def answer(request: Request) -> Answer:
        return converse(fake.api.handle(request, fake.now), nobody)

    return Cluster(answer, token, lambda: fake.now)


async def test_writes_and_reads() -> None:
    asking = cluster(FakeCluster())
    await asking.post(SECRETS, secret("a"))
    await asking.merge(f"{SECRETS}/a", {"metadata": {"labels": {"x": "y"}}})
    assert (await asking.get(f"{SECRETS}/a"))["metadata"]["labels"] == {"x": "y"}
    await asking.send("DELETE", f"{SECRETS}/a")
    with pytest.raises(Refused, match='secrets "a" not found') as refusal:
        await asking.get(f"{SECRETS}/a")
    assert refusal.value.code == 404


async def test_is_refused_without_a_good_token() -> None:
    with pytest.raises(Refused, match="Unauthorized") as refusal:
        await cluster(FakeCluster(), "bad").get(SECRETS)
    assert refusal.value.code == 401


async def test_watches_from_what_is_there() -> None:
    fake = FakeCluster()
    asking = cluster(fake)
    await asking.post(SECRETS, secret("a"))
    streaming = await asking.watch(SECRETS, {"fieldSelector": "metadata.name=a"})
    assert isinstance(streaming, Streaming)
    assert b'"ADDED"' in (streaming.read(fake.now) or b"")
