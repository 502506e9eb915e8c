"""What Event Grid remembers. Plain data, so that it can be written down; keys of dictionaries are lower case."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from keyferry.lab.azure.eventgrid.definition import Definition


class Provisioning(StrEnum):
    """How far a subscription is."""

    CREATING = "Creating"
    UPDATING = "Updating"
    SUCCEEDED = "Succeeded"
    AWAITING_MANUAL_ACTION = "AwaitingManualAction"
    FAILED = "Failed"


class Progress(StrEnum):
    """How far an operation of ARM is."""

    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


@dataclass(slots=True, kw_only=True)
class Operation:
    """A long-running operation of ARM, which clients poll. `code` and `message` say why it failed."""

    id: str
    subscription_id: str  # of the Azure subscription
    location: str
    started: datetime
    progress: Progress = Progress.IN_PROGRESS
    ended: datetime | None = None
    code: str = ""
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Handshake:
    """The endpoint is being asked whether it wants these events. `definition` comes into force when it says yes."""

    code: str
    token: str = field(repr=False)
    operation: str
    definition: Definition
    deadline: datetime
    sent: bool = False


@dataclass(slots=True, kw_only=True)
class Subscription:
    """An event subscription. `id` is its ARM id, `source` the ARM id of the vault, `live` whether it gets events."""

    id: str
    name: str
    source: str
    location: str
    callback_host: str
    created: datetime
    definition: Definition
    provisioning: Provisioning = Provisioning.CREATING
    live: bool = False
    handshake: Handshake | None = None


@dataclass(slots=True, kw_only=True)
class SystemTopic:
    """A system topic: a vault's events as a resource of their own, with an address for subscriptions below it."""

    id: str
    name: str
    source: str
    location: str
    metric_resource_id: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event, whatever schema it is delivered in. `topic` is the vault's ARM id; `data` keeps its fields' order."""

    id: str
    topic: str
    subject: str
    type: str
    time: datetime
    data: tuple[tuple[str, str | int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An event that time brings. `made` is when the version was made, `current_only` whether a newer one cancels it."""

    event: Event
    made: datetime
    current_only: bool


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """One event on its way to one subscription. `dead` is why it was given up, "" while it is not."""

    id: str
    number: int
    subscription: str
    event: Event
    published: datetime
    due: datetime
    attempts: int = 0
    last_attempt: datetime | None = None
    outcome: str = ""
    dead: str = ""
    again: bool = False  # it will be delivered once more after it was delivered


@dataclass(slots=True, kw_only=True)
class State:
    """Everything, by id in lower case."""

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    topics: dict[str, SystemTopic] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    planned: dict[str, Planned] = field(default_factory=dict)  # by event id
    current: dict[str, str] = field(default_factory=dict)  # the newest version of each object told of
    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    published: int = 0  # how many have been put on their way, ever
