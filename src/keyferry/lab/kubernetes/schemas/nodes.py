"""Node."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    boolean,
    int_or_string,
    keyed,
    list_of,
    map_of,
    opaque,
    set_of,
    string,
    strings,
    struct,
    time,
)

_TAINT = struct(
    "Something that keeps pods away that do not tolerate it.",
    {
        "key": string("Name of the taint."),
        "value": string("Value of the taint."),
        "effect": string("NoSchedule, PreferNoSchedule or NoExecute."),
        "timeAdded": time("When it was added."),
    },
    required=("key", "effect"),
)

_ADDRESS = struct(
    "One address.",
    {"type": string("InternalIP, ExternalIP, Hostname and others."), "address": string("The address.")},
    required=("type", "address"),
)

_CONDITION: Schema = metadata.CONDITION | {
    "properties": metadata.CONDITION["properties"] | {"lastHeartbeatTime": time("When the node last said so.")}
}

_INFO = struct(
    "The node's software.",
    {
        name: string(description)
        for name, description in (
            ("machineID", "Identifier of the machine."),
            ("systemUUID", "UUID of the machine."),
            ("bootID", "Identifier of this boot."),
            ("kernelVersion", "The kernel."),
            ("osImage", "The operating system."),
            ("containerRuntimeVersion", "The container runtime."),
            ("kubeletVersion", "The kubelet."),
            ("kubeProxyVersion", "No longer used."),
            ("operatingSystem", "Such as linux."),
            ("architecture", "Such as amd64."),
        )
    }
    | {"swap": opaque("Swap of the node.")},
)

_AMOUNTS = map_of("Amounts by resource, such as pods: 110.", int_or_string("An amount."))

NODE = metadata.kind(
    ("", "v1", "Node"),
    "A machine that runs pods.",
    {
        "spec": struct(
            "What the node should be.",
            {
                "podCIDR": string("Addresses of its pods."),
                "podCIDRs": set_of("Addresses of its pods.", {"type": "string"}),
                "providerID": string("The machine's name at the cloud."),
                "unschedulable": boolean("True takes no new pods."),
                "taints": list_of("What keeps pods away.", _TAINT),
                "configSource": opaque("No longer used."),
                "externalID": string("No longer used."),
            },
        ),
        "status": struct(
            "What the node is.",
            {
                "capacity": _AMOUNTS,
                "allocatable": _AMOUNTS,
                "phase": string("No longer used."),
                "conditions": keyed("What holds at present.", _CONDITION, "type"),
                "addresses": keyed("Its addresses.", _ADDRESS, "type"),
                "daemonEndpoints": opaque("The kubelet's port."),
                "nodeInfo": _INFO,
                "images": list_of("Images that it holds.", opaque("One image.")),
                "volumesInUse": strings("Volumes that are mounted."),
                "volumesAttached": list_of("Volumes that are attached.", opaque("One volume.")),
                "config": opaque("Its configuration."),
                "runtimeHandlers": list_of("Its runtimes.", opaque("One runtime.")),
                "features": opaque("Features of the runtime."),
                "declaredFeatures": strings("Features that it declares."),
            },
        ),
    },
)
