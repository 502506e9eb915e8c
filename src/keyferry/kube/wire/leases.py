"""A Lease as bytes: who leads, since when, for how long.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import Unavailable


class LeaseSpec(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """The record that candidates compare. Times stay text: they are another machine's and compared for equality."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int | None = None


class _Meta(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    name: str = ""
    namespace: str = ""
    resource_version: str = ""
    labels: dict[str, str] = {}


class Lease(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """A Lease of coordination.k8s.io/v1."""

    api_version: str = "coordination.k8s.io/v1"
    kind: str = "Lease"
    metadata: _Meta
    spec: LeaseSpec = LeaseSpec()

    @property
    def name(self) -> str:
        """Its name."""
        return self.metadata.name

    @property
    def resource_version(self) -> str:
        """The version to write against."""
        return self.metadata.resource_version


class _Patch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    metadata: _Meta
    spec: LeaseSpec


_LEASE = msgspec.json.Decoder(Lease)


def decode(body: bytes) -> Lease:
    """Decode a Lease. Unavailable when it is none."""
    try:
        return _LEASE.decode(body)
    except msgspec.MsgspecError as problem:
        raise Unavailable(what="the API server answered with something that is no Lease", cause=str(problem)) from None


def creation(key: Key, spec: LeaseSpec, labels: Mapping[str, str] | None = None) -> bytes:
    """Encode a new Lease."""
    metadata = _Meta(name=key.name, namespace=key.namespace, labels=dict(labels or {}))
    return msgspec.json.encode(Lease(metadata=metadata, spec=spec))


def renewal(spec: LeaseSpec) -> bytes:
    """Encode the merge patch that writes `spec` over whatever stands there: for a Lease that has one writer."""
    return msgspec.json.encode(_Patch(metadata=_Meta(), spec=spec))


def update(resource_version: str, spec: LeaseSpec) -> bytes:
    """Encode the merge patch that writes `spec` if the Lease still is at `resource_version`."""
    return msgspec.json.encode(_Patch(metadata=_Meta(resource_version=resource_version), spec=spec))


def micro_time(now: datetime) -> str:
    """Return an instant as metav1.MicroTime wants it: UTC, always six digits of microseconds."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
