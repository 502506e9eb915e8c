"""The volumes of a pod: those that keyferry meets in full, the others kept as they are."""

from keyferry.lab.kubernetes.schemas import metadata
from keyferry.lab.kubernetes.schemas.containers import FIELD_REFERENCE, RESOURCE_FIELD_REFERENCE
from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    boolean,
    int_or_string,
    integer,
    labels,
    list_of,
    opaque,
    string,
    struct,
)

_MODE = "Permission bits of the files, 0644 if not given."
_USER = integer("User id that owns the files.", bits=64)
_OPTIONAL = "True starts the pod even where it is missing."

KEY_TO_PATH = struct(
    "A key and the file that it becomes.",
    {
        "key": string("The key."),
        "path": string("File, relative to the volume."),
        "mode": integer("Permission bits of the file."),
        "user": _USER,
    },
    required=("key", "path"),
)
ITEMS = list_of("Only these keys; all of them if not given.", KEY_TO_PATH)

DOWNWARD_FILES = list_of(
    "Files with fields of the pod.",
    struct(
        "One file.",
        {
            "path": string("File, relative to the volume."),
            "fieldRef": FIELD_REFERENCE,
            "resourceFieldRef": RESOURCE_FIELD_REFERENCE,
            "mode": integer("Permission bits of the file."),
            "user": _USER,
        },
        required=("path",),
    ),
)

TOKEN_PROJECTION = struct(
    "A token of the pod's ServiceAccount, renewed by the kubelet.",
    {
        "audience": string("Who the token is for; the API server if empty."),
        "expirationSeconds": integer("Lifetime asked for, at least 600.", bits=64),
        "path": string("File, relative to the volume."),
        "user": _USER,
    },
    required=("path",),
)

PROJECTED = struct(
    "Several sources in one directory.",
    {
        "defaultMode": integer(_MODE),
        "defaultUser": _USER,
        "sources": list_of(
            "The sources.",
            struct(
                "One source.",
                {
                    "serviceAccountToken": TOKEN_PROJECTION,
                    "secret": struct(
                        "A Secret.",
                        {"name": string("Name.", default=""), "items": ITEMS, "optional": boolean(_OPTIONAL)},
                    ),
                    "configMap": struct(
                        "A ConfigMap.",
                        {"name": string("Name.", default=""), "items": ITEMS, "optional": boolean(_OPTIONAL)},
                    ),
                    "downwardAPI": struct("Fields of the pod.", {"items": DOWNWARD_FILES}),
                    "clusterTrustBundle": opaque("Certificates that the cluster trusts."),
                    "podCertificate": opaque("A certificate for the pod."),
                },
            ),
        ),
    },
)

CSI = struct(
    "A volume that a CSI driver provides.",
    {
        "driver": string("Name of the driver."),
        "readOnly": boolean("True forbids writing."),
        "fsType": string("File system to make."),
        "volumeAttributes": labels("Settings for the driver."),
        "nodePublishSecretRef": metadata.LOCAL_REFERENCE,
    },
    required=("driver",),
)

_MODELLED: dict[str, Schema] = {
    "secret": struct(
        "Keys of a Secret as files.",
        {
            "secretName": string("Name."),
            "items": ITEMS,
            "defaultMode": integer(_MODE),
            "defaultUser": _USER,
            "optional": boolean(_OPTIONAL),
        },
    ),
    "configMap": struct(
        "Keys of a ConfigMap as files.",
        {
            "name": string("Name.", default=""),
            "items": ITEMS,
            "defaultMode": integer(_MODE),
            "defaultUser": _USER,
            "optional": boolean(_OPTIONAL),
        },
    ),
    "projected": PROJECTED,
    "csi": CSI,
    "downwardAPI": struct(
        "Fields of the pod as files.", {"items": DOWNWARD_FILES, "defaultMode": integer(_MODE), "defaultUser": _USER}
    ),
    "emptyDir": struct(
        "A directory that lives as long as the pod.",
        {
            "medium": string("Memory for a tmpfs."),
            "sizeLimit": int_or_string("Largest size."),
            "mode": integer("Permission bits of the directory."),
        },
    ),
    "hostPath": struct(
        "A path of the node.", {"path": string("The path."), "type": string("What must be there.")}, required=("path",)
    ),
    "persistentVolumeClaim": struct(
        "A claim of the namespace.",
        {"claimName": string("Name of the claim."), "readOnly": boolean("True forbids writing.")},
        required=("claimName",),
    ),
}

_KEPT = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "ephemeral",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "image",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
]

VOLUME = struct(
    "A directory that containers of the pod can mount; one source.",
    {"name": string("Name of the volume.")}
    | _MODELLED
    | {name: opaque(f"The source {name}; kept as it is.") for name in _KEPT},
    required=("name",),
)
