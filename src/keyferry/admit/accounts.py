"""The ServiceAccounts of a cluster by namespace, with what workload identity and advice read of them. Pure.

Of labels and annotations those of `azure.workload.identity/` and the consent to borrow the account are kept: a cluster
has tens of thousands of accounts, and some carry whole manifests in an annotation.
"""

import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from keyferry.advice.surroundings import Account
from keyferry.kube.wire.nesting import Decoder
from keyferry.kube.wire.objects import Key
from keyferry.model.wellknown import USABLE_FROM_ANNOTATION

KEPT: Final = ("azure.workload.identity/", USABLE_FROM_ANNOTATION)


class _Metadata(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str
    namespace: str
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}


class _ServiceAccount(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    metadata: _Metadata


_SERVICE_ACCOUNT: Final = Decoder(_ServiceAccount)


def account(body: bytes | msgspec.Raw) -> Account:
    """Decode a ServiceAccount. msgspec.MsgspecError when it is none."""
    metadata = _SERVICE_ACCOUNT.decode(body).metadata
    return Account(
        namespace=sys.intern(metadata.namespace),
        name=metadata.name,
        annotations=_kept(metadata.annotations),
        labels=_kept(metadata.labels),
    )


class AccountCache:
    """The latest state of every ServiceAccount; a sink of `kube.watch`."""

    def __init__(self) -> None:
        self._accounts: dict[str, dict[str, Account]] = {}
        self.has_synced = False

    def __len__(self) -> int:
        return sum(len(accounts) for accounts in self._accounts.values())

    def find(self, namespace: str, name: str) -> Account | None:
        """Return a ServiceAccount, None where it is not known."""
        return self._accounts.get(namespace, _NONE).get(name)

    def of(self, namespace: str) -> Mapping[str, Account]:
        """Return the ServiceAccounts of a namespace by name, as they are now: rules look at them in another thread."""
        return self._accounts.get(namespace, _NONE).copy()

    def applied(self, key: Key, value: Account, /) -> None:
        """Keep it."""
        self._accounts.setdefault(key.namespace, {})[key.name] = value

    def deleted(self, key: Key, /) -> None:
        """Forget it, and a namespace with none left."""
        accounts = self._accounts.get(key.namespace, {})
        accounts.pop(key.name, None)
        if not accounts:
            self._accounts.pop(key.namespace, None)

    def undecodable(self, key: Key, _problem: str, /) -> None:
        """Know nothing of it: who needs it asks the API server, and is told what is wrong."""
        self.deleted(key)

    def synced(self) -> None:
        """Note that every ServiceAccount has been told once."""
        self.has_synced = True


def _kept(entries: dict[str, str]) -> dict[str, str]:
    return {sys.intern(name): value for name, value in entries.items() if name.startswith(KEPT)}


_NONE: Final[dict[str, Account]] = {}
