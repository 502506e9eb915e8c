"""The types that pass between the steps of a push. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretValue
from keyferry.spec.keys import ObjectKey
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.push_status import PushSecretStatus, Record
from keyferry.spec.sources import StoreRef
from keyferry.sync.stores.holding import Holder
from keyferry.vault.writing.wish import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What indexes and wakes need of a spec, before and even without its validation.

    `secret` is the source's name, `selector` chooses sources by label; neither is there with a generator. `stores` are
    those that are named, a ClusterSecretStore without a namespace. `templates` are the ConfigMaps and Secrets that hold
    its templates, by kind.
    """

    secret: str = ""
    selector: LabelSelector | None = None
    stores: frozenset[Key] = frozenset()
    templates: frozenset[tuple[str, Key]] = frozenset()
    holder: Holder = Holder(deletes=False)  # noqa: RUF009  (frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPushSecret:
    """A PushSecret as the cluster has it; `spec` is still the user's JSON."""

    metadata: ObjectMeta
    spec: bytes
    status: PushSecretStatus
    outline: Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVersion:
    """A Secret without its content: which version it has, and when that was written last, None where nobody says."""

    version: str
    labels: Mapping[str, str]
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSecret:
    """A Secret, or what a generator made up, as it was read for one push. `version` is "" for a generator's."""

    name: str
    version: str
    data: Mapping[str, SecretValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreToWrite:
    """A store that a PushSecret writes to, with its labels, which `dataTo` may choose by."""

    reference: StoreRef
    labels: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name under which the status lists what was pushed."""
        return f"{self.reference.kind}/{self.reference.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushItem:
    """One object of a vault as it shall be; `record` stands in the status under `name` once it is."""

    store: StoreRef
    name: str
    object: ObjectKey
    value: SecretValue
    metadata: PushMetadata
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One object of a vault that shall go. `store` and `name` are its place in the status."""

    store: str
    name: str
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What became of one item or removal: an outcome, or why there is none."""

    store: str
    name: str
    record: Record
    outcome: Outcome | KeyferryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What to tell of a PushSecret: its status, None where it stands there already, and an event, if any."""

    status: PushSecretStatus | None
    reason: str = ""
    message: str = ""
    is_warning: bool = False
    failure: KeyferryError | None = None


def as_store_ref(name: str) -> StoreRef | None:
    """Return the store that a status lists as Kind/name, None where it is no such name."""
    kind, slash, rest = name.partition("/")
    return StoreRef(kind=kind, name=rest) if slash and kind and rest else None
