"""The status of a ClusterExternalSecret or ClusterPushSecret: read, compared, and built again for the API server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyferry.spec import conditions
from keyferry.spec.conditions import READY, Condition, ConditionStatus
from keyferry.spec.fanout import CLUSTER_EXTERNAL_SECRET, FanoutKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedNamespace:
    """A namespace that has not what it should, and why."""

    namespace: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FanoutStatus:
    """What was done last. Both lists are sorted by name. `ready` has no time where the kind's schema has none."""

    child_name: str = ""
    failed: tuple[FailedNamespace, ...] = ()
    provisioned: tuple[str, ...] = ()
    ready: Condition | None = None

    @classmethod
    def read(cls, kind: FanoutKind, document: Mapping[str, Any]) -> "FanoutStatus":
        """Return the status that an object carries; what does not have the form of the API counts as absent."""
        found = document.get("status")
        status: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        failed = (each for each in _list(status.get("failedNamespaces")) if isinstance(each, Mapping))
        return cls(
            child_name=_text(status.get(f"{kind.stem}Name")),
            failed=tuple(
                FailedNamespace(namespace=_text(each.get("namespace")), reason=_text(each.get("reason")))
                for each in failed
            ),
            provisioned=tuple(_text(each) for each in _list(status.get("provisionedNamespaces"))),
            ready=conditions.find(conditions.SecretStoreStatus.read(document).conditions, READY),
        )

    def to_document(self, kind: FanoutKind) -> dict[str, Any]:
        """Return the content of `status` as the API server takes it; an empty list is written, to empty what was."""
        fields: dict[str, Any] = {f"{kind.stem}Name": self.child_name}
        fields["failedNamespaces"] = [{"namespace": each.namespace, "reason": each.reason} for each in self.failed]
        fields["provisionedNamespaces"] = list(self.provisioned)
        if self.ready is not None:
            fields["conditions"] = [_condition(kind, self.ready)]
        return fields


def has_reasons(kind: FanoutKind) -> bool:
    """Tell whether conditions of the kind have a reason and a time: those of ClusterExternalSecret have neither."""
    return kind is not CLUSTER_EXTERNAL_SECRET


def _condition(kind: FanoutKind, ready: Condition) -> dict[str, Any]:
    if has_reasons(kind):
        return ready.to_document()
    return {"type": ready.type, "status": ConditionStatus(ready.status).value, "message": ready.message}


def _list(found: object) -> Sequence[Any]:
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
