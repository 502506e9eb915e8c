"""What the parts of the node plugin tell each other. Pure.

A kubelet's call becomes a `Mount`; a provider answers it with a `Delivery`, whose `Payload` becomes files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from keyferry.model.errors import KeyferryError
from keyferry.model.identity import Identity, ServiceAccountRef
from keyferry.model.secrets import SecretRef, SecretValue, VaultUrl

NOWHERE: Final = VaultUrl("")


@dataclass(frozen=True, slots=True, kw_only=True)
class PodRef:
    """A pod, as kubelet names it. `service_account` is "" where kubelet did not tell it."""

    namespace: str
    name: str
    uid: str
    service_account: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def account(self) -> ServiceAccountRef:
        """The pod's ServiceAccount."""
        return ServiceAccountRef(namespace=self.namespace, name=self.service_account)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodToken:
    """A ServiceAccount's token that kubelet sent along, and the instant, aware, at which it ends."""

    token: SecretValue
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """What a provider is asked for: the files of one volume of one pod.

    `parameters` are the class's with the pod's own attributes laid over them and kubelet's pod information, as upstream
    merges them; no token is among them. `tokens` are by audience, `secrets` those of nodePublishSecretRef. `mode` is
    that of files for which nobody chose one.
    """

    provider: str
    class_name: str
    pod: PodRef
    parameters: Mapping[str, str]
    target_path: str
    tokens: Mapping[str, PodToken] = field(default_factory=dict)
    secrets: Mapping[str, SecretValue] = field(default_factory=dict)
    mode: int = 0o644
    fallback_vaults: tuple[str, ...] = ()  # names, or addresses, as the class has them
    serve_stale: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedFile:
    """One file. `path` is relative, clean and confined, as spec.mount_paths checks; `mode` is 0 to 0o777."""

    path: str
    mode: int
    content: SecretValue


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ObjectVersion:
    """Which version of which object was delivered: `secret/db-password` and 32 hex digits."""

    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The complete content of a volume: what is not in it goes away.

    With `is_written` the provider wrote the files itself, and what lies in the volume stays as it is.
    """

    files: tuple[MountedFile, ...]
    versions: tuple[ObjectVersion, ...]
    is_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An object that a volume shows, under the identity that read it: its change concerns the volume."""

    identity: Identity
    ref: SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A provider's answer. `watched` is empty where nobody tells of changes, and one must ask again.

    `instead_of` is why the class's own vault did not answer, `vault_url` the one that did. `stale_since` is when the
    oldest part was read, where it comes from the node's last good copy. `verified_at` is since when all of it is known
    to be so, None where nobody knows.
    """

    payload: Payload
    watched: frozenset[Watched] = frozenset()
    vault_url: VaultUrl = NOWHERE
    instead_of: KeyferryError | None = None
    stale_since: datetime | None = None
    verified_at: datetime | None = None


class Provider(Protocol):
    """Who turns a mount into files: the Azure provider in this process, or another vendor's behind its socket."""

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        """Return the files of a volume, no older than `interval`; with `fresh`, no older than this call.

        Raises a KeyferryError: SpecError, GrantError, NotFound, Unavailable.
        """
        ...
