"""Vaults as mount.azure.observe meets them: objects with versions, who may read, which are down, what was asked."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from keyferry.model.errors import GrantError, KeyferryError, RoleMissing, SecretAbsent, Throttled, Unavailable
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import (
    ObjectKind,
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.mount.state import Watched
from keyferry.spec.azure_mount import MountObject
from keyferry.vault.names import vault_name
from keyferry.vault.verified import Listing, Verified
from tests.fakes.bundles import bundle

VAULT = VaultUrl("https://kv-one.vault.azure.net")
WEST = VaultUrl("https://kv-west.vault.azure.net")
START = datetime(2026, 11, 22, tzinfo=UTC)
API = ManagedIdentity(client_id=ClientId("api"))


def wanted(name: str = "db", kind: ObjectKind = ObjectKind.SECRET, **fields: object) -> MountObject:
    """Return one of a mount's objects; its path is its name."""
    return replace(MountObject(name=SecretName(name), kind=kind, path=name), **fields)  # type: ignore[arg-type]  # a test's own words


@dataclass(kw_only=True)
class MountSource:
    """The vaults. Objects are by vault, kind and name, versions oldest first; a list may lag behind (`old_lists`).

    Every read is told to be as old as `age`, every list as `list_age`.
    """

    now: datetime = START
    age: timedelta = timedelta(0)
    list_age: timedelta = timedelta(0)
    objects: dict[tuple[VaultUrl, ObjectKind, str], list[SecretBundle]] = field(
        default_factory=lambda: defaultdict(list)
    )
    down: dict[VaultUrl, KeyferryError] = field(default_factory=dict)
    barred: set[Identity] = field(default_factory=set)
    refusals: dict[str, KeyferryError] = field(default_factory=dict)  # as "kv-one db"
    old_lists: dict[str, tuple[SecretProperties, ...]] = field(default_factory=dict)  # by name, until asked afresh
    asked: list[str] = field(default_factory=list)
    freshness: set[tuple[timedelta | None, bool]] = field(default_factory=set)
    _serial: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def put(
        self,
        name: str = "db",
        value: bytes = b"v",
        *,
        vault_url: VaultUrl = VAULT,
        kind: ObjectKind = ObjectKind.SECRET,
        **properties: object,
    ) -> SecretVersion:
        """Make a version; each is made a second after the one before."""
        number = next(self._serial)
        version = SecretVersion(f"{number:032x}")
        known = {"version": version, "created": self.now + timedelta(seconds=number)} | properties
        self.objects[vault_url, kind, name].append(bundle(name, value=value, **known))
        return version

    def fail(self, vault_url: VaultUrl = VAULT, *, throttled: bool = False) -> None:
        """Let a vault be down, or ask for fewer requests."""
        error = Throttled if throttled else Unavailable
        self.down[vault_url] = error(what=f"{vault_url} is down", retry_after=timedelta(seconds=9))

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        """Return an object as Reader.read does."""
        versions = self._versions(identity, ref, ref.version or "latest")
        self.freshness.add((interval, fresh))
        found = next((one for one in reversed(versions) if ref.version in ("", one.properties.version)), None)
        if found is None:
            raise SecretAbsent(what=f"{ref} does not exist")
        if not found.properties.enabled:
            raise GrantError(what=f"{ref} is disabled")
        return Verified(bundle=found, at=self.now - self.age)

    async def list_versions(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta, fresh: bool = False
    ) -> Listing:
        """Return the versions as Reader.list_versions does."""
        versions = tuple(one.properties for one in self._versions(identity, ref, "versions"))
        self.freshness.add((interval, False))
        if fresh:
            self.old_lists.pop(ref.name, None)
        return Listing(properties=self.old_lists.get(ref.name, versions), at=self.now - self.list_age)

    def _versions(self, identity: Identity, ref: SecretRef, what: str) -> list[SecretBundle]:
        assert ref.name == ref.name.lower(), "the feed knows names in lower case"
        name = f"{vault_name(ref.vault_url)} {ref.name}"
        self.asked.append(f"{name} {what}")
        if ref.vault_url in self.down:
            raise self.down[ref.vault_url]
        if identity in self.barred:
            raise RoleMissing(what=f"{ref} is not for {identity.who}")
        if name in self.refusals:
            raise self.refusals[name]
        return self.objects[ref.vault_url, ref.kind, ref.name]


def shown(name: str, version: str = "", *, vault_url: VaultUrl = VAULT, identity: Identity = API) -> Watched:
    """Return what a volume watches that shows a secret."""
    ref = SecretRef(vault_url=vault_url, name=SecretName(name), version=SecretVersion(version))
    return Watched(identity=identity, ref=ref)


def text(value: SecretValue) -> str:
    """Return a value's text."""
    return value.reveal().decode()
