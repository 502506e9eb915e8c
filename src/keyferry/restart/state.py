"""The types that pass between the steps of restart: what is watched, known of it, and to be done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum, StrEnum

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource


class SourceKind(StrEnum):
    """What a workload takes values from, in the words of the annotations."""

    SECRET = "secret"  # noqa: S105  (a word, not a password)
    CLASS = "class"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A Secret or a SecretProviderClass of the workload's namespace; as text `secret/db`."""

    kind: SourceKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Terms(IntEnum):
    """When a change of a source counts. Where two annotations name it, the lower one holds."""

    ALWAYS = 0
    UNLESS_IGNORED = 1  # Reloader's: the Secret may say "not me"
    IF_MATCHED = 2  # Reloader's search: the Secret must say "me too"


class Hold(Enum):
    """Why a patch of the template rolls no pod now."""

    NONE = "none"
    PAUSED = "paused"  # it would roll later
    BY_HAND = "by hand"  # the update strategy OnDelete
    EMPTY = "empty"  # no pod to roll


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How a workload's pods stand. `restarted_at` is the last restart that anybody asked for.

    `by_restart_at` tells an Argo Rollout that shall be restarted by its own field, without its steps.
    """

    is_moving: bool = False
    restarted_at: datetime | None = None
    hold: Hold = Hold.NONE
    by_restart_at: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the pods of a workload were last known to run with: a mark for each source.

    `origin` tells the workload and the key of the marks: a copy of the workload has not seen anything.
    """

    origin: str
    marks: Mapping[Source, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A workload that asks to be rolled. `notes` say what of its annotations does nothing here, and why."""

    resource: Resource
    key: Key
    uid: str
    resource_version: str
    watched: Mapping[Source, Terms]
    seen: Seen | None
    rollout: Rollout
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.resource.plural}/{self.key.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A source as it is now. `versions` says in words what of the vault it holds, where that is known."""

    mark: str
    is_matched: bool = False
    is_ignored: bool = False
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such source, or no pod has mounted it."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """It cannot be said now: a read failed, or the pods are about to take new versions, one after another."""


Reading = Known | Absent | Unsettled


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A workload, a reading of each source that it watches, and the origin of the marks in these readings."""

    workload: Workload
    origin: str
    readings: Mapping[Source, Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell people, by an event on the workload. `once`: not again in the same words, for as long as it goes on."""

    workload: Workload
    reason: str
    message: str
    warning: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Write down what the workload has seen, roll nothing, and tell `then` where somebody must act."""

    workload: Workload
    seen: Seen
    then: Tell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Roll the workload, and write down what it has seen, in one patch of the version that was looked at; then tell."""

    workload: Workload
    seen: Seen
    at: datetime
    then: Tell


Action = Mark | Restart | Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do in one namespace, in order. `waiting` workloads shall roll and may not yet; look again by then."""

    actions: tuple[Action, ...] = ()
    waiting: int = 0
    again_after: timedelta | None = None
