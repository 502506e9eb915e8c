from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.events import Recorder
from tests.fakes.kubelet_node import KubeletNode, kubelet_node

EVENTS = "/api/v1/namespaces/default/events"
POD = {"metadata": {"name": "app", "namespace": "default", "uid": "u"}}


async def events(cluster: KubeletNode) -> list[Object]:
    return list((await cluster.admin.get(EVENTS))["items"])


async def test_what_happens_again_is_counted() -> None:
    async with kubelet_node() as cluster:
        recorder = Recorder(cluster.admin, "node-1")
        for _ in range(3):
            await recorder.record(POD, "FailedMount", "no vault")
        await recorder.record(POD, "FailedMount", "no driver")
        found = await events(cluster)
        assert sorted((one["message"], one["count"]) for one in found) == [("no driver", 1), ("no vault", 3)]


async def test_an_event_that_is_refused_is_lost_and_the_next_one_is_not() -> None:
    async with kubelet_node() as cluster:
        recorder = Recorder(cluster.admin, "node-1")
        await recorder.record({"metadata": {**POD["metadata"], "namespace": "none"}}, "Started", "up")
        await recorder.record(POD, "Started", "up")
        (event,) = await events(cluster)
        await cluster.admin.send("DELETE", f"{EVENTS}/{event['metadata']['name']}")
        await recorder.record(POD, "Started", "up")
        await recorder.record(POD, "Started", "up")
        assert [one["count"] for one in await events(cluster)] == [1]
        recorder.forget("u")
        await recorder.record(POD, "Started", "up")
        assert [one["count"] for one in await events(cluster)] == [1, 1]
