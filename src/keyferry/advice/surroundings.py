"""What is known beyond a document: of a cluster by its watches, or of a folder by the manifests in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A ServiceAccount."""

    namespace: str
    name: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshes:
    """How often one vault is asked by everything known: reads a second, were each read a request of its own.

    `told_by` is the one object, as `apps/db`, whose advice is to say it, "" for each.
    """

    objects: int
    keys: int
    reads_a_second: float
    told_by: str = ""


class Surroundings(Protocol):
    """Answers that rules may need. Where something cannot be known, the answer is that of nothing known."""

    def account(self, namespace: str, name: str) -> Account | None:
        """Return a ServiceAccount, None where there is none or none is known."""
        ...

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        """Return the ServiceAccounts of a namespace by name; empty where none is known."""
        ...

    @property
    def knows_accounts(self) -> bool:
        """Whether every ServiceAccount is known, so that a missing one is wrong."""
        ...

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects of federated credentials, as `system:serviceaccount:apps:reader`; empty where none is known."""
        ...

    def secret_owner(self, namespace: str, name: str) -> str:
        """Return the name of the ExternalSecret whose target is the Secret `name`, "" for none."""
        ...

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        """Return how often the vault behind a store is asked, None where that is not known."""
        ...

    def homes(self, kind: str, name: str) -> frozenset[str]:
        """Return the namespaces that have a `kind` of this name, also as the target of an ExternalSecret; or none."""
        ...


class Nothing:
    """Knows nothing: for one document alone."""

    def account(self, namespace: str, name: str) -> Account | None:  # noqa: ARG002  (the protocol's names)
        """Know none."""
        return None

    def accounts(self, namespace: str) -> Mapping[str, Account]:  # noqa: ARG002  (the protocol's names)
        """Know none."""
        return {}

    @property
    def knows_accounts(self) -> bool:
        """Know none."""
        return False

    @property
    def subjects(self) -> frozenset[str]:
        """Know none."""
        return frozenset()

    def secret_owner(self, namespace: str, name: str) -> str:  # noqa: ARG002  (the protocol's names)
        """Know none."""
        return ""

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:  # noqa: ARG002  (the protocol's names)
        """Know nothing."""
        return None

    def homes(self, kind: str, name: str) -> frozenset[str]:  # noqa: ARG002  (the protocol's names)
        """Know none."""
        return frozenset()
