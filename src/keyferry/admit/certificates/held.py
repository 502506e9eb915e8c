"""What the Secret of the webhook's own certificate holds, from and to the wire. Pure.

`ca.crt` may hold more than one authority: the first signs, the others are trusted until an instant that stands in an
annotation, for replicas that still show what those signed.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from keyferry.admit.certificates import pairs
from keyferry.admit.certificates.key_pair import CERTIFICATE, KEY, Pair
from keyferry.kube.wire.nesting import Decoder
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.model.secrets import SecretValue

AUTHORITY: Final = "ca.crt"
AUTHORITY_KEY: Final = "ca.key"
TYPE: Final = "kubernetes.io/tls"
LABEL: Final = "app.kubernetes.io/managed-by"
OURS: Final = "keyferry-webhook"
TRUST_UNTIL: Final = "keyferry.io/trust-until"  # an instant: so long the later authorities of ca.crt count


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An authority and a certificate that it signed. `authorities` are PEM each; the first signs."""

    authorities: tuple[bytes, ...]
    authority_key: SecretValue
    pair: Pair
    trust_until: datetime | None = None

    @property
    def bundle_pem(self) -> bytes:
        """What API servers are to trust."""
        return b"".join(self.authorities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The Secret as it is. Where `held` is None, `problem` says why; where it is not `is_ours`, nobody may write it.

    `created` is when it was made, by the API server's clock.
    """

    resource_version: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    type: str
    held: Held | None = None
    problem: str = ""
    created: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the webhook made it."""
        return self.labels.get(LABEL) == OURS


class _Secret(msgspec.Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta
    type: str = "Opaque"
    data: dict[str, str] = field(default_factory=dict)


_DECODER: Final = Decoder(_Secret)


def decode(body: bytes) -> Found:
    """Return what a Secret holds. msgspec.MsgspecError where the body is none."""
    secret = _DECODER.decode(body)
    metadata = secret.metadata
    problem, held = "", None
    try:
        held = _held(secret)
    except ValueError as refusal:
        problem = str(refusal)
    return Found(
        resource_version=metadata.resource_version,
        labels=metadata.labels,
        annotations=metadata.annotations,
        type=secret.type,
        held=held,
        problem=problem,
        created=metadata.creation_timestamp,
    )


def encode(key: Key, held: Held, there: Found | None) -> bytes:
    """Return the Secret that holds this, in place of what is `there`: others' labels and annotations stay."""
    labels, annotations = (dict(there.labels), dict(there.annotations)) if there is not None else ({}, {})
    annotations.pop(TRUST_UNTIL, None)
    if held.trust_until is not None:
        annotations[TRUST_UNTIL] = held.trust_until.isoformat()
    data = {
        AUTHORITY: held.bundle_pem,
        AUTHORITY_KEY: held.authority_key.reveal(),
        CERTIFICATE: held.pair.chain_pem,
        KEY: held.pair.key_pem.reveal(),
    }
    metadata: dict[str, object] = {
        "name": key.name,
        "namespace": key.namespace,
        "labels": {**labels, LABEL: OURS},
        "annotations": annotations,
    }
    if there is not None:
        metadata["resourceVersion"] = there.resource_version
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": TYPE,
        "data": {name: base64.b64encode(value).decode() for name, value in data.items()},
    }
    return msgspec.json.encode(document)


def _held(secret: _Secret) -> Held:
    """ValueError says what does not fit, and nothing of what is there."""
    bundle, certificate = _value(secret, AUTHORITY), _value(secret, CERTIFICATE)
    authority_key, key = SecretValue(_value(secret, AUTHORITY_KEY)), SecretValue(_value(secret, KEY))
    pair = pairs.pair(certificate, key)
    pairs.authority(bundle, authority_key)
    pairs.issued(certificate, bundle)
    return Held(
        authorities=pairs.authorities(bundle),
        authority_key=authority_key,
        pair=pair,
        trust_until=_instant(secret.metadata.annotations.get(TRUST_UNTIL, "")),
    )


def _value(secret: _Secret, name: str) -> bytes:
    text = secret.data.get(name)
    if not text:
        raise ValueError(f"it has no {name}")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(f"{name} is no base64") from None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
