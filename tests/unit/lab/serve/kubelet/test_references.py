from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.serve.kubelet.references import References
from tests.fakes.kubelet_node import kubelet_node, until
from tests.fakes.kubernetes_cluster import SECRETS, secret

ONE = Reference(kind="secrets", namespace="default", name="one")


async def test_follows_what_somebody_holds() -> None:
    told: list[Reference] = []
    async with kubelet_node() as cluster:
        references = References(cluster.admin, told.append)
        await references.hold("pod-1", {ONE})
        await references.hold("pod-2", {ONE})
        assert references.get(ONE) is None
        await cluster.admin.post(SECRETS, secret("one", data={"a": "MQ=="}))
        await until(lambda: told == [ONE])
        found = references.get(ONE)
        assert found is not None
        assert found["data"] == {"a": "MQ=="}
        references.release("pod-1")
        assert references.get(ONE) is not None
        references.release("pod-2")
        await cluster.admin.send("DELETE", f"{SECRETS}/one")
        await references.hold("pod-3", {ONE})
        assert references.get(ONE) is None
        await references.close()
        assert told == [ONE]
