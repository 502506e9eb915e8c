"""Deployment, ReplicaSet, StatefulSet, DaemonSet."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.pods import POD_TEMPLATE
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    boolean,
    int_or_string,
    integer,
    list_of,
    opaque,
    string,
    struct,
)

_REPLICAS = integer("How many pods; 1 if not given.")
_HISTORY = integer("How many old versions are kept.")
_MIN_READY = integer("Seconds that a new pod must be ready to count.")
_ROLLING = struct(
    "How fast to replace.",
    {
        "maxSurge": int_or_string("Pods above the wished-for number."),
        "maxUnavailable": int_or_string("Pods below the wished-for number."),
        "partition": integer("Only pods from this number on are replaced."),
    },
)


def _strategy(description: str) -> Schema:
    return struct(description, {"type": string("Kind of strategy."), "rollingUpdate": _ROLLING})


def _workload(name: str, description: str, spec: dict[str, Schema], counters: tuple[str, ...]) -> Schema:
    shared = {"selector": metadata.LABEL_SELECTOR, "template": POD_TEMPLATE}
    status = {
        "observedGeneration": integer("The generation that the status is about.", bits=64),
        "conditions": metadata.CONDITIONS,
        "collisionCount": integer("How often a name was taken."),
        **{counter: integer("A number of pods.") for counter in counters},
    }
    return metadata.kind(
        ("apps", "v1", name),
        description,
        {
            "spec": struct("What it should be.", shared | spec, required=("selector",)),
            "status": struct("What it is.", status),
        },
    )


DEPLOYMENT = _workload(
    "Deployment",
    "Pods that are all alike, replaced step by step when their template changes.",
    {
        "replicas": _REPLICAS,
        "strategy": _strategy("How old pods are replaced.") | {"x-kubernetes-patch-strategy": "retainKeys"},
        "minReadySeconds": _MIN_READY,
        "revisionHistoryLimit": _HISTORY,
        "progressDeadlineSeconds": integer("Seconds after which a stuck change is called failed."),
        "paused": boolean("True holds changes back."),
    },
    ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "terminatingReplicas"),
)

REPLICA_SET = _workload(
    "ReplicaSet",
    "A number of pods that are all alike.",
    {"replicas": _REPLICAS, "minReadySeconds": _MIN_READY},
    ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "terminatingReplicas"),
)

_STATEFUL_SET = _workload(
    "StatefulSet",
    "Pods with fixed names and storage of their own.",
    {
        "replicas": _REPLICAS,
        "serviceName": string("Service that gives the pods their names."),
        "updateStrategy": _strategy("How old pods are replaced."),
        "podManagementPolicy": string("OrderedReady or Parallel."),
        "volumeClaimTemplates": list_of("Claims to make for each pod.", opaque("One claim.")),
        "persistentVolumeClaimRetentionPolicy": opaque("When the claims go."),
        "ordinals": opaque("Number of the first pod."),
        "minReadySeconds": _MIN_READY,
        "revisionHistoryLimit": _HISTORY,
    },
    ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
)

_REVISION = string("Name of a revision.")
STATEFUL_SET: Schema = _STATEFUL_SET | {
    "properties": _STATEFUL_SET["properties"]
    | {
        "status": struct(
            "What it is.",
            _STATEFUL_SET["properties"]["status"]["properties"]
            | {"currentRevision": _REVISION, "updateRevision": _REVISION},
        )
    }
}

DAEMON_SET = _workload(
    "DaemonSet",
    "One pod on every node.",
    {
        "updateStrategy": _strategy("How old pods are replaced."),
        "minReadySeconds": _MIN_READY,
        "revisionHistoryLimit": _HISTORY,
    },
    (
        "currentNumberScheduled",
        "desiredNumberScheduled",
        "numberMisscheduled",
        "numberReady",
        "numberAvailable",
        "numberUnavailable",
        "updatedNumberScheduled",
    ),
)
