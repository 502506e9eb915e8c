"""What the stories about mounted files apply: classes, pods and Deployments, and what exists in Azure."""

import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from keyferry.kube.wire.resources import Resource
from keyferry.mount.settings import DRIVER
from tests.scenario.stage import CANARY, READER, SEED, TENANT

VAULT: Final = "kv-stage"
SPARE: Final = "kv-spare"
HOST: Final = f"{VAULT}.vault.azure.net"
GROUP: Final = "secrets-store.csi.x-k8s.io/v1"
MOUNTED: Final = "/mnt/secrets"
LAB_PROCESS: Final = {"keyferry.io/lab-process": "true"}
DEPLOYMENTS: Final = Resource(group="apps", version="v1", plural="deployments", kind="Deployment")
CSI_NODES: Final = Resource(group="storage.k8s.io", version="v1", plural="csinodes", kind="CSINode", namespaced=False)

# It prints digests alone: of all its files at the start, then of what it is told of.
WATCHER: Final = """
import hashlib, signal, sys
from keyferry.files import SecretFiles

files = SecretFiles(sys.argv[1])

def tell(word, names):
    for name in sorted(names):
        print(word, name, hashlib.sha256(files.read(name)).hexdigest()[:12], flush=True)

with files.watch(lambda change: tell("told", change.added | change.changed)):
    tell("has", files.names())
    signal.pause()
"""


def seed() -> dict[str, Any]:
    """The usual stage, with a certificate, a spare vault, and an engineer who may also give and take roles."""
    made = deepcopy(SEED)
    first = made["vaults"][0]
    first["certificates"] = {"web": {"dnsNames": ["web.example"]}}
    values = {"db-password": {"value": f"{CANARY}-spare"}, "api-key": {"value": f"{CANARY}-spare-api"}}
    made["vaults"].append({"name": SPARE, "tenantId": TENANT, "secrets": values})
    made["roleAssignments"] += [
        {"identity": "reader", "role": "Key Vault Secrets User", "scope": f"vaults/{SPARE}"},
        {"identity": "platform-engineer", "role": "User Access Administrator", "scope": f"vaults/{VAULT}"},
    ]
    return made


def objects(names: Sequence[str]) -> str:
    """The `objects` of a class that mounts these secrets."""
    entries = "".join(f"  - |\n    objectName: {name}\n    objectType: secret\n" for name in names)
    return f"array:\n{entries}"


def secret_object(name: str, *, kind: str = "Opaque", **data: str) -> dict[str, Any]:
    """An entry of `secretObjects`: keys of the Secret, and the files that they are made of."""
    made = [{"key": key.replace("_", "."), "objectName": file} for key, file in data.items()]
    return {"secretName": name, "type": kind, "data": made}


def secret_class(
    namespace: str,
    name: str = "secrets",
    *,
    names: Sequence[str] = ("db-password", "api-key"),
    annotations: Mapping[str, str] | None = None,
    secret_objects: Sequence[Mapping[str, Any]] = (),
    **parameters: str,
) -> dict[str, Any]:
    """A class that mounts secrets of the stage's vault as `reader`, with these deviations of its parameters."""
    given = {"clientID": READER, "tenantID": TENANT, "keyvaultName": VAULT, "objects": objects(names)} | parameters
    return {
        "apiVersion": GROUP,
        "kind": "SecretProviderClass",
        "metadata": {"namespace": namespace, "name": name, "annotations": dict(annotations or {})},
        "spec": {"provider": "azure", "parameters": given, "secretObjects": list(secret_objects)},
    }


def pod(namespace: str, name: str, **changes: Any) -> dict[str, Any]:
    """A pod of the account `reader` with a volume; `changes` are those of `pod_template`."""
    template = pod_template(**changes)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        **template,
        "metadata": {**template["metadata"], "namespace": namespace, "name": name},
    }


def deployment(namespace: str, name: str, **changes: Any) -> dict[str, Any]:
    """A Deployment of one such pod."""
    template = pod_template(**changes)
    template["metadata"]["labels"] = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def pod_template(
    *,
    class_name: str = "secrets",
    account: str = "reader",
    driver: str = DRIVER,
    program: str = "",
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What pods are made of. `program` is Python that gets the folder; `environment` is NAME: "secret/key"."""
    container: dict[str, Any] = {
        "name": "web",
        "image": "registry.example/web:1.0",
        "volumeMounts": [{"name": "secrets", "mountPath": MOUNTED, "readOnly": True}],
        "env": [_variable(key, *source.split("/")) for key, source in (environment or {}).items()],
    }
    if program:
        container["command"] = [sys.executable, "-c", program, MOUNTED]
    csi = {"driver": driver, "readOnly": True, "volumeAttributes": {"secretProviderClass": class_name}}
    return {
        "metadata": {"annotations": LAB_PROCESS if program else {}},
        "spec": {
            "serviceAccountName": account,
            "terminationGracePeriodSeconds": 1,
            "containers": [container],
            "volumes": [{"name": "secrets", "csi": csi}],
        },
    }


def _variable(name: str, secret: str, key: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
