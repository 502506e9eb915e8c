from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.replication import workloads
from tests.fakes.kubernetes_cluster import START, FakeCluster


def test_has_nothing_to_do_in_an_empty_cluster() -> None:
    api = Loopback(cluster=FakeCluster().api.cluster, agent="tester")
    assert [loop.settle(START) for loop in workloads.loops(api)].count(True) == 0
