"""All the loops that make pods, each with what wakes it."""

from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.replication import daemon_sets, deployments, replica_sets, stateful_sets
from keyferry.lab.kubernetes.replication.daemon_sets import DaemonSets
from keyferry.lab.kubernetes.replication.deployments import Deployments
from keyferry.lab.kubernetes.replication.loop import Loop
from keyferry.lab.kubernetes.replication.replica_sets import ReplicaSets
from keyferry.lab.kubernetes.replication.stateful_sets import StatefulSets

_PODS = ("", "pods")


def loops(api: Loopback) -> tuple[Loop, ...]:
    """Return the loops, those that make others' owners first."""
    store = api.store
    return (
        Loop(store, Deployments(api), kind=deployments.KIND, dependents=replica_sets.KIND),
        Loop(store, DaemonSets(api), kind=daemon_sets.KIND, dependents=_PODS, everywhere=daemon_sets.NODES),
        Loop(store, StatefulSets(api), kind=stateful_sets.KIND, dependents=_PODS),
        Loop(store, ReplicaSets(api), kind=replica_sets.KIND, dependents=_PODS),
    )
