"""Events that control loops write: one object for a thing that happens again and again, with a count."""

from datetime import datetime

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.objects import Object

NORMAL = "Normal"
WARNING = "Warning"
MAX_MESSAGE = 1024
_EVENTS = ("", "events")
_SUFFIX_LENGTH = 16
_INVOLVED = ("name", "namespace", "uid", "resourceVersion")


class Recorder:
    """Records for one program. It remembers what it said, so that it can say that it says so again."""

    def __init__(self, api: Loopback, component: str) -> None:
        self._api = api
        self._component = component
        self._told: dict[tuple[str, str, str], tuple[str, str]] = {}

    def record(self, about: Object, type_: str, reason: str, message: str, now: datetime) -> None:
        """Say that something happened to `about`."""
        thing = (str(objects.metadata(about)["uid"]), reason, message)
        found = self._api.store.get(_EVENTS, self._told[thing]) if thing in self._told else None
        if found is not None:
            again = objects.copy(found.document)
            again |= {"count": int(again.get("count") or 1) + 1, "lastTimestamp": objects.stamp(now)}
            self._api.update(again, now)
            return
        stored = self._api.create(self._event(about, type_, reason, message, now), now)
        self._told[thing] = stored.key

    def _event(self, about: Object, type_: str, reason: str, message: str, now: datetime) -> Object:
        metadata = objects.metadata(about)
        namespace = metadata.get("namespace") or "default"
        suffix = self._api.cluster.ids().replace("-", "")[:_SUFFIX_LENGTH]
        involved = {field: metadata[field] for field in _INVOLVED if field in metadata}
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{metadata['name']}.{suffix}", "namespace": namespace},
            "involvedObject": {"apiVersion": about["apiVersion"], "kind": about["kind"], **involved},
            "type": type_,
            "reason": reason,
            "message": message[:MAX_MESSAGE],
            "source": {"component": self._component},
            "reportingComponent": self._component,
            "reportingInstance": "",
            "firstTimestamp": objects.stamp(now),
            "lastTimestamp": objects.stamp(now),
            "count": 1,
        }
