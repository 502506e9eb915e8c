"""What admission does to a new pod: it must run as a ServiceAccount that exists, and gets a token for the API server.

Called by `create`. Source: https://kubernetes.io/docs/concepts/security/service-accounts/#assign-to-pod and
`kubernetes/plugin/pkg/admission/serviceaccount`.
"""

from typing import Any

from keyferry.lab.kubernetes import names, objects, status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.verbs.call import Call

PODS = ("", "pods")
ACCOUNTS = ("", "serviceaccounts")
DEFAULT = "default"
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
ROOT_CA = "kube-root-ca.crt"
LIFETIME_SECONDS = 3607  # an hour, and something that tells these tokens from those that somebody asked for
VOLUME_PREFIX = "kube-api-access-"
_AUTOMOUNT = "automountServiceAccountToken"


def admit(call: Call, pod: Object) -> bool:
    """Complete a new pod in place, and tell whether it is one. A second time adds nothing.

    Forbidden where its ServiceAccount does not exist.
    """
    spec = pod.get("spec")
    if call.resource.storage_key != PODS or not isinstance(spec, dict):
        return False
    name = spec.get("serviceAccountName") or spec.get("serviceAccount") or DEFAULT
    spec["serviceAccountName"] = name
    namespace = objects.namespace(pod)
    account = call.store.get(ACCOUNTS, (namespace, name))
    if account is None:
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        name = objects.name(pod) or str(objects.metadata(pod).get("generateName") or "")
        raise status.forbidden("", "pods", name, why)
    secrets = account.document.get("imagePullSecrets")
    if secrets and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = objects.copy({"of": secrets})["of"]
    if _automounts(spec, account.document):
        _mount(spec, _volume(spec) or f"{VOLUME_PREFIX}{names.suffix(call.cluster.ids())}")
    return True


def _automounts(spec: Object, account: Object) -> bool:
    own = spec.get(_AUTOMOUNT)
    return bool(own if own is not None else account.get(_AUTOMOUNT, True))


def _volume(spec: Object) -> str:
    """Return the name of the volume that an earlier admission added, "" for none."""
    found = (str(volume.get("name")) for volume in objects.items(spec.get("volumes")))
    return next((name for name in found if name.startswith(VOLUME_PREFIX)), "")


def _mount(spec: Object, volume: str) -> None:
    """Mount the token in each container that mounts nothing at its place."""
    mounted = False
    for container in [*objects.items(spec.get("initContainers")), *objects.items(spec.get("containers"))]:
        mounts: list[Any] = container.get("volumeMounts") or []
        if all(one.get("mountPath") != MOUNT_PATH for one in objects.items(mounts)):
            container["volumeMounts"] = [*mounts, {"name": volume, "readOnly": True, "mountPath": MOUNT_PATH}]
            mounted = True
    if mounted and not _volume(spec):
        spec["volumes"] = [*(spec.get("volumes") or []), {"name": volume, "projected": _projected()}]


def _projected() -> Object:
    namespace = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    return {
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": LIFETIME_SECONDS, "path": "token"}},
            {"configMap": {"name": ROOT_CA, "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
        ]
    }
