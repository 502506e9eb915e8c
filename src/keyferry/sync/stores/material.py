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
class Account:
    """What the cluster says of a ServiceAccount."""

    reference: ServiceAccountRef
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity:
    """What the operator's environment says of itself, as the webhook of workload identity sets it; "" where unset.

    `usable_from` are the namespaces whose stores may use it, and the identities of the operator's machine; None: all.
    """

    tenant_id: str = ""
    client_id: str = ""
    token_file: str = ""
    usable_from: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the cluster holds for one store: its ServiceAccount, and the keys of Secrets that `keys_of` names."""

    account: Account | None
    stored: Mapping[SecretKey, SecretValue]


def stored_id(store: SecretStore, material: Material, key: SecretKey) -> str:
    """Return a client or tenant id from a Secret. What is there instead is not told: it may be the secret itself."""
    found = material.stored[key].reveal().decode(errors="replace")
    if GUID.fullmatch(found):
        return found.lower()
    ended = GUID.fullmatch(found.strip()) is not None
    raise SpecError(
        what=f"key {key.key} of Secret {store.namespace}/{key.name} holds no id",
        cause="there is white space around it" if ended else "its value is not a GUID",
        remedy="store the id alone, without a newline at its end",
        where=place(store, key),
    )


def place(store: SecretStore, key: SecretKey) -> Where:
    """Return where a key of a Secret of the store's namespace is."""
    return Where(kind="Secret", namespace=store.namespace, name=key.name, path=f"data.{key.key}")


def where(store: SecretStore, path: str) -> Where:
    """Return where a field of the store is."""
    return Where(kind="SecretStore", namespace=store.namespace, name=store.name, path=path)
