"""Surroundings that know what a test tells them, and nothing else."""

from collections.abc import Iterable, Mapping

from keyferry.advice.surroundings import Account, Nothing


class Known(Nothing):
    """Knows these ServiceAccounts (`complete`: and that there are no others), subjects, and Secrets' owners."""

    def __init__(
        self,
        *accounts: Account,
        complete: bool = False,
        subjects: Iterable[str] = (),
        owners: Mapping[str, str] | None = None,
    ) -> None:
        self._accounts = accounts
        self._complete = complete
        self._subjects = frozenset(subjects)
        self._owners = owners or {}

    def account(self, namespace: str, name: str) -> Account | None:
        return self.accounts(namespace).get(name)

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        return {account.name: account for account in self._accounts if account.namespace == namespace}

    @property
    def knows_accounts(self) -> bool:
        return self._complete

    @property
    def subjects(self) -> frozenset[str]:
        return self._subjects

    def homes(self, kind: str, name: str) -> frozenset[str]:
        return frozenset(a.namespace for a in self._accounts if kind == "ServiceAccount" and a.name == name)

    def secret_owner(self, namespace: str, name: str) -> str:
        return self._owners.get(f"{namespace}/{name}", "")
