"""What the parts of one kubelet share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keyferry.lab.serve.kubelet.cluster import Cluster
from keyferry.lab.serve.kubelet.events import Recorder
from keyferry.lab.serve.kubelet.logs import Logs
from keyferry.lab.serve.kubelet.mirror import Mirror
from keyferry.lab.serve.kubelet.plugins import Plugins
from keyferry.lab.serve.kubelet.references import References
from keyferry.lab.serve.kubelet.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`republish_seconds` are the least and the most between two calls for a volume that its driver wants repeated.

    The real kubelet's are 60 and 90: its pods are looked at every minute, up to half a minute later. `environment` is
    what processes in pods need to meet the lab.
    """

    republish_seconds: tuple[float, float] = (60.0, 90.0)
    environment: Callable[[], Mapping[str, str]] = dict


@dataclass(slots=True, kw_only=True)
class Counters:
    """How long the calls of drivers took that succeeded, in seconds, and how many failed."""

    publishes: list[float] = field(default_factory=list)
    republishes: list[float] = field(default_factory=list)
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node: its name, its root folder, and who serves its pods."""

    name: str
    address: str
    root: Path
    settings: Settings
    cluster: Cluster
    drivers: Mirror
    plugins: Plugins
    tokens: Tokens
    references: References
    logs: Logs
    recorder: Recorder
    counters: Counters
