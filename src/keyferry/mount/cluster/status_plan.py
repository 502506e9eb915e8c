"""The SecretProviderClassPodStatus of a pod and class: what it shall say, and what to do about the one there. Pure.

Called by pod_statuses. Two volumes of one pod that name one class share it, as upstream's do: it says what the one
written last shows, and keeps the path of either, so that they do not write in turns for ever. Its owner is the Pod,
with which it goes.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference, partial
from keyferry.model.wellknown import PROBLEM_ANNOTATION, SECRETS_STORE_NODE_LABEL
from keyferry.mount.state import ObjectVersion, PodRef
from keyferry.spec import pod_status
from keyferry.spec.pod_status import About, Status

LONGEST_PROBLEM: Final = 1_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """The object as the API server has it."""

    metadata: ObjectMeta
    status: Status

    @property
    def owner(self) -> OwnerReference:
        """The object as the owner of another."""
        meta = self.metadata
        return OwnerReference(api_version=pod_status.API_VERSION, kind=pod_status.KIND, name=meta.name, uid=meta.uid)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedStatus:
    """What the object of a pod on the node `node_id` shall say, and why its files stay as they are, if they do."""

    pod: PodRef
    node_id: str
    status: Status
    problem: str = ""

    @property
    def key(self) -> Key:
        """The object's namespace and name."""
        class_name, namespace = self.status.secret_provider_class_name, self.pod.namespace
        name = pod_status.name_of(pod=self.pod.name, namespace=namespace, class_name=class_name)
        return Key(namespace=namespace, name=name)

    def document(self, resource_version: str = "") -> bytes:
        """Return the whole object, or with a resource version the patch of the one that was seen."""
        about = About(namespace=self.pod.namespace, pod_uid=self.pod.uid, node=self.node_id, problem=self.problem)
        return msgspec.json.encode(pod_status.document(self.status, about, resource_version=resource_version))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStatus:
    """Make it."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchStatus:
    """Bring the one that was seen up to date; its other labels stay."""

    patch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToSay:
    """It says so already."""

    live: LiveStatus


StatusAction = CreateStatus | PatchStatus | NothingToSay


def decode(document: bytes) -> LiveStatus:
    """Decode the object; msgspec.MsgspecError when it has no metadata. A status of another form counts as empty."""
    return LiveStatus(metadata=partial(document).metadata, status=pod_status.read(document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a volume of the class shows, and where. `problem` is why that is not the newest, "" while it is."""

    class_name: str
    target_path: str
    versions: tuple[ObjectVersion, ...]
    problem: str = ""


def wanted(pod: PodRef, shown: Shown, *, node_id: str) -> WantedStatus:
    """Return what the object shall say."""
    told = ((each.id, each.version) for each in shown.versions)
    status = pod_status.status(pod=pod.name, class_name=shown.class_name, target_path=shown.target_path, versions=told)
    return WantedStatus(pod=pod, node_id=node_id, status=status, problem=shown.problem[:LONGEST_PROBLEM])


def plan(live: LiveStatus | None, desired: WantedStatus) -> StatusAction:
    """Return what to do about the object that was seen."""
    if live is None:
        return CreateStatus(body=desired.document())
    pod = OwnerReference(api_version="v1", kind="Pod", name=desired.pod.name, uid=desired.pod.uid)
    is_met = (
        _beside(live.status, desired) == desired.status
        and live.metadata.labels.get(SECRETS_STORE_NODE_LABEL) == pod_status.node_label(desired.node_id)
        and live.metadata.owner_references == [pod]
        and live.metadata.annotations.get(PROBLEM_ANNOTATION, "") == desired.problem
    )
    return NothingToSay(live=live) if is_met else PatchStatus(patch=desired.document(live.metadata.resource_version))


def _beside(status: Status, desired: WantedStatus) -> Status:
    """Return the status with the path that is desired where it has that of another volume of the same pod."""
    if f"/{desired.pod.uid}/" not in status.target_path:
        return status
    return msgspec.structs.replace(status, target_path=desired.status.target_path)
