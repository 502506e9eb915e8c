"""Pod, and the pod template that the workloads share."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.containers import CONTAINER, EPHEMERAL_CONTAINER, QUANTITIES, RESOURCES
from keyferry.lab.kubernetes.schemas.shapes import (
    atomic,
    boolean,
    int_or_string,
    integer,
    keyed,
    labels,
    list_of,
    map_of,
    opaque,
    string,
    struct,
    time,
)
from keyferry.lab.kubernetes.schemas.volumes import VOLUME

_ENTRY = "One entry."

POD_SPEC = struct(
    "What the pod should be.",
    {
        "containers": keyed("The programs.", CONTAINER, "name"),
        "initContainers": keyed("Programs that run before the others, one after the other.", CONTAINER, "name"),
        "ephemeralContainers": keyed("Programs added to look into a running pod.", EPHEMERAL_CONTAINER, "name"),
        "volumes": keyed("Directories for the containers.", VOLUME, "name", strategy="merge,retainKeys"),
        "serviceAccountName": string("The ServiceAccount that the pod runs as; `default` if empty."),
        "serviceAccount": string("Old name of serviceAccountName."),
        "automountServiceAccountToken": boolean("False keeps the token for the API server out of the pod."),
        "restartPolicy": string("Always, OnFailure or Never."),
        "terminationGracePeriodSeconds": integer("Seconds that the pod may take to end.", bits=64),
        "activeDeadlineSeconds": integer("Seconds that the pod may live.", bits=64),
        "nodeName": string("The node that it runs on."),
        "nodeSelector": atomic(labels("Labels that the node must have.")),
        "affinity": opaque("Wishes about nodes and neighbours."),
        "tolerations": list_of("Taints of nodes that do not matter.", opaque("One toleration.")),
        "topologySpreadConstraints": keyed("How to spread pods.", opaque(_ENTRY), "topologyKey", "whenUnsatisfiable"),
        "imagePullSecrets": keyed("Secrets to fetch images with.", metadata.LOCAL_REFERENCE, "name"),
        "securityContext": struct(
            "Rights of all containers.",
            {
                "fsGroup": integer("Group that owns the files of volumes.", bits=64),
                "fsGroupChangePolicy": string("Always or OnRootMismatch."),
                "runAsGroup": integer("Group id.", bits=64),
                "runAsNonRoot": boolean("True refuses to start as root."),
                "runAsUser": integer("User id.", bits=64),
                "supplementalGroups": list_of("Further group ids.", integer("A group id.", bits=64)),
                "supplementalGroupsPolicy": string("Merge or Strict."),
                "sysctls": list_of("Kernel settings.", opaque("One setting.")),
                "appArmorProfile": opaque("AppArmor profile."),
                "seLinuxChangePolicy": string("MountOption or Recursive."),
                "seLinuxOptions": opaque("SELinux labels."),
                "seccompProfile": opaque("Filter of system calls."),
                "windowsOptions": opaque("Settings on Windows."),
            },
        ),
        "hostNetwork": boolean("True uses the node's network."),
        "hostPID": boolean("True sees the node's processes."),
        "hostIPC": boolean("True shares the node's IPC."),
        "hostUsers": boolean("False maps users to others on the node."),
        "hostname": string("Host name of the pod."),
        "hostnameOverride": string("Host name in place of all rules."),
        "hostAliases": keyed("Lines for /etc/hosts.", opaque(_ENTRY), "ip"),
        "subdomain": string("Domain of the pod."),
        "setHostnameAsFQDN": boolean("True makes the full name the host name."),
        "shareProcessNamespace": boolean("True lets containers see each other's processes."),
        "dnsPolicy": string("Which DNS settings the pod gets."),
        "dnsConfig": opaque("Further DNS settings."),
        "enableServiceLinks": boolean("Whether Services appear as environment variables."),
        "priority": integer("Rank of the pod."),
        "priorityClassName": string("Class that gives the rank."),
        "preemptionPolicy": string("Whether it may push out others."),
        "runtimeClassName": string("Container runtime."),
        "schedulerName": string("Scheduler that places the pod."),
        "schedulingGates": keyed("What must happen before the pod is placed.", opaque(_ENTRY), "name"),
        "readinessGates": list_of("Further conditions for readiness.", opaque(_ENTRY)),
        "overhead": map_of(QUANTITIES, int_or_string("An amount.")),
        "os": opaque("Operating system."),
        "resources": RESOURCES,
        "resourceClaims": keyed("Claims of devices.", opaque(_ENTRY), "name", strategy="merge,retainKeys"),
        "evictionResponders": keyed("Who acts on an eviction.", opaque(_ENTRY), "name"),
        "schedulingGroup": opaque("Group that is placed together."),
        "workloadRef": opaque("The workload that it belongs to."),
    },
    required=("containers",),
)

_STATUSES = list_of("State of each container.", opaque("State of one container."))

POD_STATUS = struct(
    "What the pod is.",
    {
        "phase": string("Pending, Running, Succeeded, Failed or Unknown."),
        "conditions": metadata.CONDITIONS,
        "message": string("Why, for people."),
        "reason": string("Why, as one word."),
        "hostIP": string("Address of the node."),
        "hostIPs": list_of("Addresses of the node.", opaque("One address.")),
        "podIP": string("Address of the pod."),
        "podIPs": keyed(
            "Addresses of the pod.", struct("One address.", {"ip": string("The address.")}, required=("ip",)), "ip"
        ),
        "startTime": time("When the kubelet took it."),
        "containerStatuses": _STATUSES,
        "initContainerStatuses": _STATUSES,
        "ephemeralContainerStatuses": _STATUSES,
        "qosClass": string("Guaranteed, Burstable or BestEffort."),
        "nominatedNodeName": string("Node that is being cleared for it."),
        "observedGeneration": integer("The generation that the status is about.", bits=64),
        "allocatedResources": map_of(QUANTITIES, int_or_string("An amount.")),
        "resources": RESOURCES,
        "extendedResourceClaimStatus": opaque("Claims made for extended resources."),
        "nodeAllocatableResourceClaimStatuses": keyed(
            "Claims of resources of the node.", opaque("One claim."), "resourceClaimName"
        ),
        "volumeHealth": keyed("Health of the volumes.", opaque("One volume."), "name", strategy=""),
        "resize": string("State of a change of resources."),
        "resourceClaimStatuses": keyed(
            "State of the claims.", opaque("One claim."), "name", strategy="merge,retainKeys"
        ),
    },
)

POD = metadata.kind(
    ("", "v1", "Pod"),
    "Containers that run together on one node.",
    {"spec": POD_SPEC, "status": POD_STATUS},
)

POD_TEMPLATE = struct(
    "The pods to make.",
    {"metadata": metadata.OBJECT_META | {"description": "Labels and annotations of the pods."}, "spec": POD_SPEC},
)
