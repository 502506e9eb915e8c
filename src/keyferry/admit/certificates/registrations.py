"""Which authorities API servers are told to trust: caBundle in the configurations of webhooks. Pure.

Entries that lead elsewhere are not looked at and never changed.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import GrantError

GROUP: Final = "admissionregistration.k8s.io"
MUTATING: Final = Resource(
    group=GROUP,
    version="v1",
    plural="mutatingwebhookconfigurations",
    kind="MutatingWebhookConfiguration",
    namespaced=False,
)
VALIDATING: Final = Resource(
    group=GROUP,
    version="v1",
    plural="validatingwebhookconfigurations",
    kind="ValidatingWebhookConfiguration",
    namespaced=False,
)
CERT_MANAGER: Final = (
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-ca-from-secret",
    "cert-manager.io/inject-apiserver-ca",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One configuration; `document` is None where there is none of that name, or where reading it was refused."""

    resource: Resource
    name: str
    document: Mapping[str, Any] | None = None
    refusal: GrantError | None = None

    @property
    def problem(self) -> str:
        """Why there is no document, "" where there is one."""
        if self.refusal is not None:
            return f"it cannot be read: {self.refusal}"
        return "it is not there" if self.document is None else ""

    def __str__(self) -> str:
        return f"{self.resource.kind} {self.name}"


def decode(body: bytes) -> Mapping[str, Any]:
    """Return a configuration as it is: it is written back whole. msgspec.MsgspecError where the body is none."""
    return msgspec.json.decode(body, type=dict[str, Any])


def bundles(document: Mapping[str, Any], service: Key) -> tuple[bytes, ...]:
    """Return the caBundle, as PEM, of each entry that leads to `service`; b"" where there is none."""
    return tuple(_bundle(entry) for entry in _entries(document) if _leads_to(entry, service))


def with_bundle(document: Mapping[str, Any], service: Key, bundle_pem: bytes) -> bytes | None:
    """Return the configuration with that caBundle in the entries that lead to `service`; None where it has it."""
    if all(one == bundle_pem for one in bundles(document, service)):
        return None
    text = base64.b64encode(bundle_pem).decode()
    entries = [_told(entry, text) if _leads_to(entry, service) else entry for entry in _entries(document)]
    return msgspec.json.encode({**document, "webhooks": entries})


def other_writer(document: Mapping[str, Any]) -> str:
    """Return the annotation by which cert-manager writes caBundle there, "" where it does not.

    Source: https://cert-manager.io/docs/concepts/ca-injector/
    """
    annotations = document["metadata"].get("annotations") or {}
    return next((name for name in CERT_MANAGER if name in annotations), "")


def _entries(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from document.get("webhooks") or ()


def _leads_to(entry: Mapping[str, Any], service: Key) -> bool:
    there = entry["clientConfig"].get("service") or {}
    return (there.get("namespace"), there.get("name")) == (service.namespace, service.name)


def _bundle(entry: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(entry["clientConfig"].get("caBundle") or "")
    except binascii.Error:
        return b""


def _told(entry: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    return {**entry, "clientConfig": {**entry["clientConfig"], "caBundle": text}}
