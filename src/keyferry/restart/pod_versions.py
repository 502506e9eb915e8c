"""Which versions of a class the pods of a workload have mounted, and whether they agree. Pure.

While files rotate, pods take new versions one after another, and nothing in their statuses says which of two sets is
the newer. So a class has changed when all pods of the workload whose mounts are well say the same, and something else
than before: one restart for each new set, after the last pod took it. A pod that keeps old files because its vault
fails (annotation `keyferry.io/problem`) is not waited for.

Statuses name their pod, not what made it; pods' names tell that.
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire import objects
from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import PROBLEM_ANNOTATION
from keyferry.restart import provenance
from keyferry.restart.kinds import DAEMON_SETS, STATEFUL_SETS
from keyferry.restart.seen import Marker
from keyferry.restart.state import Absent, Known, Reading, Source, SourceKind, Unsettled, Workload
from keyferry.spec import pod_status

_SIGNS: Final = "[bcdfghjklmnpqrstvwxz2456789]"  # of which Kubernetes makes names
_CUT: Final = 58  # what is left of a name before a suffix of five


@dataclass(frozen=True, slots=True, kw_only=True)
class PodVersions:
    """What one pod has mounted of one class. `is_stale` where its files could not be renewed."""

    namespace: str
    pod: str
    class_name: str
    versions: tuple[tuple[str, str], ...]
    is_stale: bool


def decode(document: bytes) -> PodVersions:
    """Decode a SecretProviderClassPodStatus; msgspec.MsgspecError when it has no metadata."""
    meta, status = objects.partial(document).metadata, pod_status.read(document)
    return PodVersions(
        namespace=meta.namespace,
        pod=status.pod_name,
        class_name=status.secret_provider_class_name,
        versions=tuple((each.id, each.version) for each in status.objects),
        is_stale=PROBLEM_ANNOTATION in meta.annotations,
    )


def reading(workload: Workload, class_name: str, statuses: Iterable[PodVersions], marker: Marker) -> Reading:
    """Return what the workload's pods have of a class, from all statuses of that class in the namespace."""
    pods = pods_of(workload.resource, workload.key.name)
    ours = [each for each in statuses if pods.fullmatch(each.pod)]
    if not ours:
        return Absent()
    agreed = {each.versions for each in ours if not each.is_stale}
    if len(agreed) != 1:
        return Unsettled()
    versions = agreed.pop()
    mark = marker.of(workload.key.namespace, Source(SourceKind.CLASS, class_name), dict(versions))
    return Known(mark=mark, versions=provenance.of_class(versions))


def pods_of(resource: Resource, name: str) -> re.Pattern[str]:
    """Return what the names of a workload's pods look like."""
    if resource == STATEFUL_SETS:
        return re.compile(rf"{re.escape(name)}-\d+")
    if resource == DAEMON_SETS:
        return re.compile(rf"{re.escape(f'{name}-'[:_CUT])}{_SIGNS}{{5}}")
    whole = f"{name}-"
    if len(whole) >= _CUT:
        return re.compile(rf"{re.escape(whole[:_CUT])}{_SIGNS}{{5}}")
    return re.compile(rf"{re.escape(whole)}{_SIGNS}{{1,10}}-?{_SIGNS}{{5}}")
