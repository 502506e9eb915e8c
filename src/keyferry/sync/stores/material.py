"""What the identity of a store is made of: what the cluster holds, and what the operator's environment says. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError, Where
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from keyferry.spec.secret_store import SecretKey, SecretStore

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A store, and the namespace for which it is asked; "" for nobody, where the store is looked at for itself."""

    store: SecretStore
    namespace: str

    @property
    def home(self) -> str:
        """The namespace of whatever the store names without one: its own, or that of whoever uses the cluster's."""
        return self.store.namespace or self.namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the cluster says of a ServiceAccount."""

    reference: ServiceAccountRef
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity:
    """What the operator's environment says of itself, as the webhook of workload identity sets it; "" where unset.

    `usable_from` are the namespaces that may use it, and the identities of the operator's machine, by stores of their
    own or of the cluster; None: all.
    """

    tenant_id: str = ""
    client_id: str = ""
    token_file: str = ""
    usable_from: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the cluster holds for one store: its ServiceAccount, and the keys of Secrets that the store names."""

    account: Account | None
    stored: Mapping[SecretKey, SecretValue]


def stored_id(use: Use, material: Material, key: SecretKey) -> str:
    """Return a client or tenant id from a Secret. What is there instead is not told: it may be the secret itself."""
    found = material.stored[key].reveal().decode(errors="replace")
    if GUID.fullmatch(found):
        return found.lower()
    ended = GUID.fullmatch(found.strip()) is not None
    secret = place(use, key)
    raise SpecError(
        what=f"key {key.key} of Secret {secret.namespace}/{key.name} holds no id",
        cause="there is white space around it" if ended else "its value is not a GUID",
        remedy="store the id alone, without a newline at its end",
        where=secret,
    )


def place(use: Use, key: SecretKey) -> Where:
    """Return where a key of a Secret that the store names is."""
    return Where(kind="Secret", namespace=key.namespace or use.home, name=key.name, path=f"data.{key.key}")


def where(store: SecretStore, path: str) -> Where:
    """Return where a field of the store is."""
    return Where(kind=store.kind, namespace=store.namespace, name=store.name, path=path)
