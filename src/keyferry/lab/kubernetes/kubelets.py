"""What the API server asks of kubelets, and who answers: whoever runs the pods sets `Kubelets.logs`.

Called by `verbs.logs`. Without a kubelet the answer is that of an API server which cannot reach one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from keyferry.lab.kubernetes import status
from keyferry.lab.world.http import Response, Streaming


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which container's log, and how much of it. None is no limit."""

    namespace: str
    pod: str
    uid: str
    node: str
    container: str
    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail_lines: int | None = None
    limit_bytes: int | None = None
    since: datetime | None = None


LogSource = Callable[[LogQuery, datetime], Response | Streaming]
"""What a kubelet answers, at an instant. It may raise StatusError, as for a container that has not started."""


def nobody(query: LogQuery, _now: datetime) -> Response:
    """Refuse: no kubelet answers for the node."""
    message = f'Get "https://{query.node}:10250/containerLogs": dial tcp: lookup {query.node}: no such host'
    raise status.StatusError(500, "InternalError", message)


@dataclass(slots=True, kw_only=True)
class Kubelets:
    """The cluster's way to its kubelets."""

    logs: LogSource = nobody
