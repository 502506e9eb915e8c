"""The types that pass between the steps of sync: what is watched, read, desired, and to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretBundle, SecretName, SecretValue, VaultUrl
from keyferry.spec.conditions import ExternalSecretStatus, SecretStoreStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedExternalSecret:
    """An ExternalSecret as the cluster has it; `spec` is still the user's JSON.

    `stores` are those that it names, whether they exist or not; a ClusterSecretStore has no namespace.
    """

    metadata: ObjectMeta
    spec: bytes
    status: ExternalSecretStatus
    target_name: str
    templates: frozenset[tuple[str, Key]]  # the ConfigMaps and Secrets that hold its templates
    stores: frozenset[Key]

    @property
    def target(self) -> Key:
        """The Secret that it keeps."""
        return Key(namespace=self.metadata.namespace, name=self.target_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStore:
    """A SecretStore, or a ClusterSecretStore, which has no namespace, as the cluster has it; `spec` is the user's JSON.

    `account` is the ServiceAccount that it names, `credentials` the Secrets, before any validation. They have no
    namespace where that of whoever uses a ClusterSecretStore counts.
    """

    metadata: ObjectMeta
    spec: bytes
    status: SecretStoreStatus
    account: Key | None
    credentials: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedFields:
    """Keys, labels and annotations of a Secret that one ExternalSecret wrote."""

    keys: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    annotations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSecret:
    """A Secret as the cluster has it, without its values. `data_hash` is of the data, not what an annotation says."""

    metadata: ObjectMeta
    type: str
    immutable: bool
    keys: tuple[str, ...]
    data_hash: str
    # Known of a Secret that was read whole; a cache keeps neither.
    managed: ManagedFields | None = None
    values: Mapping[str, SecretValue] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Tell whether all is known that replacing it needs."""
        return self.managed is not None

    @property
    def owner(self) -> OwnerReference | None:
        """The controller that owns it, if any."""
        return next((owner for owner in self.metadata.owner_references if owner.controller), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One ExternalSecret and what the cluster holds for it, at one moment.

    `orphans` are Secrets that it owns under names that it no longer uses. `is_live`: `secret` was just read; a cache
    does not know Secrets that nobody manages. `settled` is what `desired_secret.mark` said when last nothing was to do.
    """

    external: WatchedExternalSecret
    secret: LiveSecret | None
    orphans: tuple[LiveSecret, ...] = ()
    is_live: bool = False
    settled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A read that failed, as data: plan decides what a failure means."""

    error: KeyferryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a read returned, and the vault that gave it."""

    bundle: SecretBundle
    vault_url: VaultUrl


Read = Got | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a generator made up."""

    values: Mapping[str, SecretValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The secrets that a `find` matched, each read or not. `error` stands where not even the list could be had."""

    reads: tuple[tuple[SecretName, Read], ...] = ()
    error: KeyferryError | None = None


# What `templateFrom` names, by kind (ConfigMap, Secret) and name.
Sources: TypeAlias = Mapping[tuple[str, str], Mapping[str, SecretValue] | Unread]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One outcome for each entry of `dataFrom` and of `data`, in their order, and for each of the template's `sources`.

    All of it holds at `at` or later, None where nothing was to be read. `fallbacks` say which vaults stood in, and why.
    """

    data_from: tuple[Read | Found | Made, ...]
    data: tuple[Read, ...]
    sources: Sources = field(default_factory=dict)
    at: datetime | None = None
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The version of an object that gave a value. `expires` is its attribute, None where it has none."""

    vault: str
    name: str
    version: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a template says of the Secret beside its data. `type` "" leaves it as it is; finalizers are added."""

    type: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    finalizers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The Secret's data to be, and the vault's secrets that were not there (where the spec tolerates that).

    `at` and `fallbacks` are those of the values. `origins` say which object gave what was read, by its key; with a
    template, by the key under which the template sees it. `is_empty`: nothing was read. `expiring` tells of those
    that expire soon. `shape` is None without a template: then labels and annotations are the ExternalSecret's own.
    """

    data: Mapping[str, SecretValue]
    data_hash: str
    is_empty: bool
    shape: Shape | None = None
    missing: tuple[str, ...] = ()
    at: datetime | None = None
    fallbacks: tuple[str, ...] = ()
    expiring: tuple[str, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing can be rendered, and why."""

    error: KeyferryError


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredSecret:
    """A Secret whole, as it shall be written in one request."""

    key: Key
    data: Mapping[str, SecretValue]
    data_hash: str
    type: str
    immutable: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner_references: tuple[OwnerReference, ...]
    finalizers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSecret:
    """Create the Secret; AlreadyExists means that somebody else made one meanwhile."""

    secret: DesiredSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceSecret:
    """Replace the Secret as it was seen at `resource_version`; Conflict means that it changed meanwhile."""

    secret: DesiredSecret
    resource_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSecretFirst:
    """Read the live Secret and plan again: what the cache keeps is too little to replace it."""

    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSecret:
    """Delete this very Secret, and no later one of its name."""

    key: Key
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteStatus:
    """Make this the ExternalSecret's status."""

    status: ExternalSecretStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFinalizer:
    """Let the ExternalSecret go: another operator's finalizer would hold it for ever."""

    remaining: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent:
    """Tell people, by an event on the ExternalSecret."""

    reason: str
    message: str
    warning: bool = False


Action = CreateSecret | ReplaceSecret | ReadSecretFirst | DeleteSecret | WriteStatus | RemoveFinalizer | RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now, in order, and when to look again. `failure` makes the controller back off by its type.

    `settled` is to be in the next snapshot: as long as it holds, the Secret need not be read to know that all is well.
    """

    actions: tuple[Action, ...] = ()
    settled: str = ""
    again_after: timedelta | None = None
    failure: KeyferryError | None = None
