"""Which ReplicaSet of a Deployment has the present template, and which number each of them has."""

from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import ownership, pods

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


def present(deployment: Object, replica_sets: list[Object]) -> Object | None:
    """Return the oldest ReplicaSet with the Deployment's template, None where there is none yet."""
    wanted = deployment["spec"]["template"]
    found = [one for one in replica_sets if _without_hash(one["spec"]["template"]) == _without_hash(wanted)]
    return min(found, key=age, default=None)


def age(document: Object) -> tuple[str, str]:
    """Return the key that puts the oldest first."""
    metadata = objects.metadata(document)
    return str(metadata["creationTimestamp"]), str(metadata["name"])


def number(document: Object) -> int:
    """Return the revision of a ReplicaSet or Deployment, 0 where it has none."""
    text = str((objects.metadata(document).get("annotations") or {}).get(REVISION, ""))
    return int(text) if text.isdecimal() else 0


def made_of(deployment: Object, replicas: int, revision: int) -> Object:
    """Return the ReplicaSet for the Deployment's present template."""
    template = objects.copy(deployment["spec"]["template"])
    digest = pods.template_hash([template, objects.metadata(deployment)["uid"]])
    metadata = template["metadata"]
    metadata["labels"] = {**(metadata.get("labels") or {}), HASH_LABEL: digest}
    selector = objects.copy(deployment["spec"]["selector"])
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH_LABEL: digest}
    spec: Object = {"replicas": replicas, "selector": selector, "template": template}
    if deployment["spec"].get("minReadySeconds"):
        spec["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{objects.name(deployment)}-{digest}",
            "namespace": objects.namespace(deployment),
            "labels": dict(metadata["labels"]),
            "annotations": {REVISION: str(revision)},
            "ownerReferences": [ownership.reference(deployment)],
        },
        "spec": spec,
    }


def _without_hash(template: Any) -> Any:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL}
    return [labels, metadata.get("annotations") or {}, template["spec"]]
