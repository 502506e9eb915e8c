"""Workloads in the fake cluster: nodes that are ready, and a kubelet that is told what its pods do."""

from typing import Any

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FakeCluster

NODES = "/api/v1/nodes"
PODS = "/api/v1/namespaces/default/pods"
APPS = "/apis/apps/v1/namespaces/default"
EVENTS = "/api/v1/namespaces/default/events"
LABELS = {"app": "web"}


def template(image: str = "web:1", **spec: Any) -> Object:
    """Return a pod template whose pods run `image`."""
    return {"metadata": {"labels": dict(LABELS)}, "spec": {"containers": [{"name": "web", "image": image}], **spec}}


def workload(name: str = "web", **spec: Any) -> Object:
    """Return a workload of any kind, by the fields of its specification."""
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": LABELS}, "template": template()} | spec}


class Workshop:
    """A cluster with nodes, where a test is the kubelet."""

    def __init__(self, *nodes: str) -> None:
        self.cluster = FakeCluster(history=1000)
        for name in nodes:
            self.add_node(name)

    def add_node(self, name: str, **spec: Any) -> None:
        status = {"conditions": [{"type": "Ready", "status": "True"}]}
        answer = self.cluster.post(NODES, {"metadata": {"name": name}, "spec": spec, "status": status})
        assert answer.status == 201, answer.document

    def make(self, plural: str, body: Object) -> None:
        answer = self.cluster.post(f"{APPS}/{plural}", body)
        assert answer.status == 201, answer.document

    def read(self, plural: str, name: str = "web") -> Object:
        document: Object = self.cluster.get(f"{APPS}/{plural}/{name}").document
        return document

    def change(self, plural: str, spec: Object, name: str = "web") -> None:
        answer = self.cluster.patch(f"{APPS}/{plural}/{name}", {"spec": spec})
        assert answer.status == 200, answer.document

    def pods(self) -> list[Object]:
        """Return the pods that nobody deleted, in order of their names."""
        every = self.cluster.get(PODS).document["items"]
        return [pod for pod in every if "deletionTimestamp" not in pod["metadata"]]

    def images(self) -> list[str]:
        """Return what the pods run, sorted."""
        return sorted(pod["spec"]["containers"][0]["image"] for pod in self.pods())

    def run(self, *names: str) -> None:
        """Let the pods of these names run and be ready, all that have a node where none is named."""
        for pod in self.pods():
            if pod["spec"].get("nodeName") and (not names or pod["metadata"]["name"] in names):
                self.report(pod["metadata"]["name"], "Running", ready="True")

    def report(self, name: str, phase: str, *, ready: str = "False") -> None:
        """Write what the kubelet of the pod would say."""
        now = self.cluster.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        pod = self.cluster.get(f"{PODS}/{name}").document
        present = [one for one in pod["status"].get("conditions", []) if one["type"] != "Ready"]
        condition = {"type": "Ready", "status": ready, "lastTransitionTime": now}
        former = next((one for one in pod["status"].get("conditions", []) if one["type"] == "Ready"), None)
        if former is not None and former["status"] == ready:
            condition = former
        status = {"phase": phase, "conditions": [*present, condition]}
        assert self.cluster.patch(f"{PODS}/{name}/status", {"status": status}).status == 200

    def reap(self) -> None:
        """Let go of the pods that were deleted, as their kubelets do once the containers have ended."""
        for pod in self.cluster.get(PODS).document["items"]:
            if "deletionTimestamp" in pod["metadata"]:
                self.cluster.delete(f"{PODS}/{pod['metadata']['name']}?gracePeriodSeconds=0")

    def events(self, kind: str) -> list[tuple[str, str]]:
        """Return reason and message of each event about objects of `kind`."""
        found = self.cluster.get(EVENTS).document["items"]
        return [(one["reason"], one["message"]) for one in found if one["involvedObject"]["kind"] == kind]
