"""The webhooks of the cluster, from their configurations, in the order in which the server asks them."""

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

GROUP: Final = "admissionregistration.k8s.io"
VALIDATING: Final = (GROUP, "validatingwebhookconfigurations")
MUTATING: Final = (GROUP, "mutatingwebhookconfigurations")
REVIEW_VERSIONS: Final = ("v1", "v1beta1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One webhook of a stored configuration, whose defaults are filled in."""

    configuration: str
    index: int
    document: Object

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all others of its kind."""
        return self.configuration, self.index

    @property
    def name(self) -> str:
        """Its name, as refusals quote it."""
        return str(self.document["name"])

    @property
    def is_ignored_when_failing(self) -> bool:
        """Whether a write goes on when it cannot be asked."""
        return bool(self.document["failurePolicy"] == "Ignore")

    @property
    def is_reinvoked(self) -> bool:
        """Whether it wants to be asked again after later changes."""
        return self.document.get("reinvocationPolicy") == "IfNeeded"

    @property
    def timeout_seconds(self) -> int:
        """How long it may take."""
        return int(self.document["timeoutSeconds"])

    @property
    def review_version(self) -> str:
        """The version of AdmissionReview that it is sent: the first of its own that the server knows."""
        return next(str(one) for one in self.document["admissionReviewVersions"] if one in REVIEW_VERSIONS)

    @property
    def ca_pem(self) -> bytes:
        """The authorities that it is trusted by, b"" for the machine's."""
        return _decoded(str(self.client_config.get("caBundle") or ""))

    @property
    def client_config(self) -> dict[str, Any]:
        """Where it is."""
        found: dict[str, Any] = self.document["clientConfig"]
        return found

    def may_dry_run(self) -> bool:
        """Whether it can be asked about a write that is only tried."""
        return self.document.get("sideEffects") in ("None", "NoneOnDryRun")


def of(store: Store, kind: StorageKey) -> list[Hook]:
    """Return the webhooks of all configurations of a kind: by the configurations' names, then as they are listed."""
    current = store.journal(kind).current
    if not current:
        return []
    return [
        Hook(configuration=key[1], index=index, document=document)
        for key in sorted(current)
        for index, document in enumerate(objects.items(current[key].document.get("webhooks")))
    ]


@lru_cache(maxsize=64)
def _decoded(text: str) -> bytes:
    return base64.b64decode(text)
