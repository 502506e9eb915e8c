"""How long a deleted object may take to end. Only pods on a node take any time.

Called by `lifecycle`. Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination and
`k8s.io/apiserver/pkg/registry/rest`, BeforeDelete.
"""

from datetime import datetime, timedelta

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

PERIOD = "deletionGracePeriodSeconds"
_TIMESTAMP = "deletionTimestamp"
_FINISHED = ("Succeeded", "Failed")


def period(document: Object, asked: int | None) -> int:
    """Return the seconds that the object gets: what was `asked` for or its own, none where nothing runs."""
    if document.get("kind") != "Pod" or not objects.dig(document, "spec", "nodeName"):
        return 0
    if objects.dig(document, "status", "phase") in _FINISHED:
        return 0
    own = objects.dig(document, "spec", "terminationGracePeriodSeconds")
    seconds = int(asked if asked is not None else own or 0)
    return 1 if seconds < 0 else seconds


def begun(seconds: int, now: datetime) -> Object:
    """Return the metadata of a deletion that begins: the instant by which it is to be over, and the period."""
    return {_TIMESTAMP: objects.stamp(now + timedelta(seconds=seconds)), PERIOD: seconds}


def shortened(metadata: Object, asked: int | None) -> Object:
    """Return the metadata of a deletion under way after another request: it can only come sooner."""
    present = metadata.get(PERIOD) or 0
    if asked is None or asked >= present:
        return {}
    ends = objects.instant(metadata[_TIMESTAMP])
    assert ends is not None
    return begun(asked, ends - timedelta(seconds=present))
