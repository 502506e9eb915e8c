"""DaemonSets: one pod on every node that takes it.

A pod is made for its node by a required affinity, and the scheduler binds it, as on a real cluster. Source:
https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/
"""

from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import pods, replica_sets, rollout
from keyferry.lab.kubernetes.replication.pods import PodControl
from keyferry.lab.kubernetes.scheduling import node_selection, tolerations

KIND = ("apps", "daemonsets")
NODES = ("", "nodes")
HASH_LABEL = "controller-revision-hash"
GENERATION_LABEL = "pod-template-generation"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_NO_EXECUTE = (tolerations.NOT_READY, "node.kubernetes.io/unreachable")
_NO_SCHEDULE = (
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/pid-pressure",
    tolerations.UNSCHEDULABLE,
)


class DaemonSets:
    """The reconciler of DaemonSets."""

    def __init__(self, api: Loopback) -> None:
        self._api = api
        self._control = PodControl(api, "daemonset-controller")

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        """Create pods on nodes that have none, delete those that are too much or of an old template, and count."""
        nodes = [stored.document for stored in self._api.store.journal(NODES).current.values()]
        template = _template(owner)
        wanted = {objects.name(node) for node in nodes if takes(node, template)}
        digest = pods.template_hash(owner["spec"]["template"])
        placed: dict[str, list[Object]] = {}
        for pod in dependents:
            placed.setdefault(node_of(pod), []).append(pod)
        try:
            if not lifecycle.is_ending(owner):
                self._place(owner, wanted, placed, digest, now)
                self._renew(owner, wanted, placed, digest, now)
        finally:
            pods.write_status(self._api, owner, _status(owner, wanted, placed, digest, now), now)
        active = [pod for pod in dependents if pods.is_active(pod)]
        return replica_sets.next_change(active, owner["spec"].get("minReadySeconds") or 0, now)

    def _place(
        self, owner: Object, wanted: set[str], placed: dict[str, list[Object]], digest: str, now: datetime
    ) -> None:
        labels = {HASH_LABEL: digest, GENERATION_LABEL: str(objects.metadata(owner)["generation"])}
        for node in sorted(wanted - placed.keys()):
            pod = pods.made_of(_template(owner), owner, labels=labels)
            _bind_to(pod, node)
            self._control.create(owner, pod, now)
        for node, present in placed.items():
            active = sorted((pod for pod in present if pods.is_active(pod)), key=_age)
            surplus = active[1:] if node in wanted else active
            finished = [pod for pod in present if objects.dig(pod, "status", "phase") in pods.FINISHED]
            for pod in (*surplus, *finished):
                if not lifecycle.is_ending(pod):
                    self._control.delete(owner, pod, now)

    def _renew(
        self, owner: Object, wanted: set[str], placed: dict[str, list[Object]], digest: str, now: datetime
    ) -> None:
        """Delete pods of an old template, as many as may be missing; those that are missing anyway come first."""
        strategy = owner["spec"]["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return
        present = [pod for node in sorted(wanted) for pod in placed.get(node, ())]
        old = [pod for pod in present if pods.is_active(pod) and _is_old(pod, digest)]
        available = sum(pods.is_active(pod) and pods.is_ready(pod) for pod in present)
        allowed = rollout.limits({"rollingUpdate": {"maxSurge": 0, **strategy.get("rollingUpdate", {})}}, len(wanted))
        spare = max(0, available - len(wanted) + allowed.unavailable)
        unready = [pod for pod in old if not pods.is_ready(pod)]
        ready = [pod for pod in old if pods.is_ready(pod)]
        for pod in (*unready, *ready[:spare]):
            self._control.delete(owner, pod, now)


def takes(node: Object, template: Object) -> bool:
    """Whether a pod of the template is to run on the node."""
    pod = {"spec": template["spec"]}
    kept_away = any(not tolerations.tolerated(pod, taint) for taint in tolerations.taints(node))
    return node_selection.wanted(pod, node) and not kept_away


def node_of(pod: Object) -> str:
    """Return the node that the pod runs on or was made for, "" for none."""
    bound = objects.dig(pod, "spec", "nodeName")
    terms = objects.dig(pod, "spec", "affinity", "nodeAffinity", _REQUIRED, "nodeSelectorTerms") or ()
    made_for = [field["values"][0] for term in objects.items(terms) for field in objects.items(term.get("matchFields"))]
    return str(bound or next(iter(made_for), ""))


def _template(owner: Object) -> Object:
    """Return the pods' template with the tolerations that every daemon has."""
    template = objects.copy(owner["spec"]["template"])
    added = [{"key": key, "operator": "Exists", "effect": "NoExecute"} for key in _NO_EXECUTE]
    added += [{"key": key, "operator": "Exists", "effect": "NoSchedule"} for key in _NO_SCHEDULE]
    template["spec"]["tolerations"] = [*objects.items(template["spec"].get("tolerations")), *added]
    return template


def _bind_to(pod: Object, node: str) -> None:
    """Make the pod ask for this node and no other; every other wish of it holds there as well."""
    chosen = [{"key": "metadata.name", "operator": "In", "values": [node]}]
    affinity = pod["spec"].setdefault("affinity", {}).setdefault("nodeAffinity", {})
    terms = objects.dig(affinity, _REQUIRED, "nodeSelectorTerms") or [{}]
    affinity[_REQUIRED] = {"nodeSelectorTerms": [{**term, "matchFields": chosen} for term in objects.items(terms)]}


def _is_old(pod: Object, digest: str) -> bool:
    return (objects.metadata(pod).get("labels") or {}).get(HASH_LABEL) != digest


def _age(pod: Object) -> tuple[bool, str]:
    return not objects.dig(pod, "spec", "nodeName"), str(objects.metadata(pod)["creationTimestamp"])


def _status(owner: Object, wanted: set[str], placed: dict[str, list[Object]], digest: str, now: datetime) -> Object:
    running = {node: [pod for pod in present if pods.is_active(pod)] for node, present in placed.items()}
    right = [present[0] for node, present in running.items() if node in wanted and present]
    seconds = owner["spec"].get("minReadySeconds") or 0
    available = sum(pods.is_available(pod, seconds, now) for pod in right)
    return {
        "currentNumberScheduled": len(right),
        "desiredNumberScheduled": len(wanted),
        "numberMisscheduled": sum(bool(present) and node not in wanted for node, present in running.items()),
        "numberReady": sum(pods.is_ready(pod) for pod in right),
        "updatedNumberScheduled": sum(not _is_old(pod, digest) for pod in right) or None,
        "numberAvailable": available or None,
        "numberUnavailable": len(wanted) - available or None,
        "observedGeneration": objects.metadata(owner).get("generation"),
    }
