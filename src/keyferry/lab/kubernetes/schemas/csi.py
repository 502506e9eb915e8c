"""CSIDriver and CSINode: which volume drivers there are, and on which nodes."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.shapes import boolean, integer, keyed, list_of, set_of, string, strings, struct

_STORAGE = "storage.k8s.io"

_TOKEN_REQUEST = struct(
    "One token.",
    {
        "audience": string("Who the token is for; the API server if empty."),
        "expirationSeconds": integer("Lifetime, at least 600; 3600 if not given.", bits=64),
    },
    required=("audience",),
)

CSI_DRIVER = metadata.kind(
    (_STORAGE, "v1", "CSIDriver"),
    "A CSI driver and how the cluster is to treat it; its name is the driver's.",
    {
        "spec": struct(
            "How to treat it.",
            {
                "attachRequired": boolean("True waits until the volume is attached to the node. Cannot be changed."),
                "podInfoOnMount": boolean("True tells the driver about the pod."),
                "volumeLifecycleModes": set_of("Persistent, Ephemeral. Cannot be changed.", {"type": "string"}),
                "storageCapacity": boolean("True asks how much room there is before placing a pod."),
                "fsGroupPolicy": string("ReadWriteOnceWithFSType, File or None."),
                "tokenRequests": list_of("Tokens of the pod's ServiceAccount for the driver.", _TOKEN_REQUEST),
                "requiresRepublish": boolean("True calls the driver again and again while the pod lives."),
                "seLinuxMount": boolean("True lets volumes be mounted with SELinux labels."),
                "nodeAllocatableUpdatePeriodSeconds": integer("Seconds between updates of CSINode.", bits=64),
                "serviceAccountTokenInSecrets": boolean("True sends the tokens among the secrets."),
            },
        ),
    },
)

CSI_NODE = metadata.kind(
    (_STORAGE, "v1", "CSINode"),
    "The CSI drivers of one node; its name is the node's.",
    {
        "spec": struct(
            "The drivers.",
            {
                "drivers": keyed(
                    "Those that are registered.",
                    struct(
                        "One driver.",
                        {
                            "name": string("Name of the driver."),
                            "nodeID": string("The driver's own name for the node."),
                            "topologyKeys": strings("Labels that tell where a volume can be reached."),
                            "allocatable": struct("Limits.", {"count": integer("Volumes at most.")}),
                        },
                        required=("name", "nodeID"),
                    ),
                    "name",
                ),
            },
            required=("drivers",),
        ),
    },
)
