"""SecretProviderClassPodStatus: what a pod has mounted of a class, read from the API server and built for it.

Called by mount.cluster.pod_statuses. The object has no spec and no status subresource: `status` is part of the whole.
https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclasspodstatus
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.model.wellknown import (
    PROBLEM_ANNOTATION,
    SECRETS_STORE_GROUP,
    SECRETS_STORE_NODE_LABEL,
    SECRETS_STORE_VERSION,
)

KIND: Final = "SecretProviderClassPodStatus"
API_VERSION: Final = f"{SECRETS_STORE_GROUP}/{SECRETS_STORE_VERSION}"
MAX_NAME: Final = 253
_MAX_LABEL: Final = 63
_HASH_DIGITS: Final = 16


class MountedObject(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One object and the version that is mounted: `secret/db-password` and 32 hex digits."""

    id: str = ""
    version: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`status`. Two of them are equal where no write is needed, as `objects` are sorted by id."""

    pod_name: str = ""
    secret_provider_class_name: str = ""
    mounted: bool = False
    target_path: str = ""
    objects: tuple[MountedObject, ...] = ()


class _Document(msgspec.Struct, frozen=True):
    status: Status = Status()


_DECODER: Final = msgspec.json.Decoder(_Document)


def name_of(*, pod: str, namespace: str, class_name: str) -> str:
    """Return the name of a pod's status for a class: `<pod>-<namespace>-<class>`, as upstream has it.

    Where that is longer than a name can be, which upstream's mounts fail at, its end gives way to a hash of it.
    """
    return _shortened(f"{pod}-{namespace}-{class_name}", MAX_NAME)


def node_label(node: str) -> str:
    """Return the value of the node's label: its name, cut and with a hash where it is too long for a label."""
    return _shortened(node, _MAX_LABEL)


def status(
    *, pod: str, class_name: str, target_path: str, versions: Iterable[tuple[str, str]], mounted: bool = True
) -> Status:
    """Return the status that says this. `versions` are ids and versions; of two with one id the last counts."""
    return Status(
        pod_name=pod,
        secret_provider_class_name=class_name,
        mounted=mounted,
        target_path=target_path,
        objects=tuple(MountedObject(id=id_, version=version) for id_, version in sorted(dict(versions).items())),
    )


def read(document: bytes) -> Status:
    """Return the status of a whole object; one that does not have the form of the API counts as empty."""
    try:
        return _DECODER.decode(document).status
    except (msgspec.MsgspecError, RecursionError):
        return Status()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a status has beside itself. `problem` is why the files stay as they are, "" while all is well."""

    namespace: str
    pod_uid: str
    node: str
    problem: str = ""


def document(status: Status, about: About, *, resource_version: str = "") -> dict[str, Any]:
    """Return the whole object as the API server takes it: to create, or with a resource version to merge.

    Its one owner is the pod, so it goes with the pod.
    """
    name = name_of(pod=status.pod_name, namespace=about.namespace, class_name=status.secret_provider_class_name)
    owner = {"apiVersion": "v1", "kind": "Pod", "name": status.pod_name, "uid": about.pod_uid}
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": about.namespace,
        "labels": {SECRETS_STORE_NODE_LABEL: node_label(about.node)},
        "ownerReferences": [owner],
    }
    if about.problem or resource_version:
        metadata["annotations"] = {PROBLEM_ANNOTATION: about.problem or None}  # null takes it away
    if resource_version:
        metadata["resourceVersion"] = resource_version
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "status": msgspec.to_builtins(status)}


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
    return f"{text[: limit - _HASH_DIGITS - 1].rstrip('.-_')}-{digest}"
