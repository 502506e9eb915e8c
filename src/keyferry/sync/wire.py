"""The watched documents, from bytes to types. Pure; one pass each, and only what deciding needs is kept.

A managed Secret loses its values right here: its hash is taken, its key names are kept, the rest is dropped.
"""

import base64
import sys
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import ES_VERSION
from keyferry.spec import hashes
from keyferry.spec.conditions import ExternalSecretStatus, SecretStoreStatus
from keyferry.sync.state import LiveSecret, ManagedFields, WatchedExternalSecret, WatchedStore


class _Wire(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    pass


class _Document(_Wire, frozen=True):
    metadata: ObjectMeta
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: msgspec.Raw = msgspec.Raw(b"{}")


class _Named(_Wire, frozen=True):
    name: str = ""


class _TemplateFrom(_Wire, frozen=True):
    config_map: _Named = _Named()
    secret: _Named = _Named()


class _Template(_Wire, frozen=True):
    template_from: list[_TemplateFrom] = []


class _Target(_Wire, frozen=True):
    name: str = ""
    template: _Template = _Template()


class _StoreName(_Wire, frozen=True):
    name: str = ""
    kind: str = "SecretStore"


class _SourceRef(_Wire, frozen=True):
    store_ref: _StoreName = _StoreName()


class _Item(_Wire, frozen=True):
    source_ref: _SourceRef = _SourceRef()


class _Outline(_Wire, frozen=True):
    """What the indexes need of a spec, before and even without its validation."""

    target: _Target = _Target()
    secret_store_ref: _StoreName = _StoreName()
    data: list[_Item] = []
    data_from: list[_Item] = []


class _Placed(_Wire, frozen=True):
    name: str = ""
    namespace: str = ""

    def key(self, home: str) -> Key | None:
        return Key(namespace=self.namespace or home, name=self.name) if self.name else None


class _AuthRef(_Wire, frozen=True):
    client_id: _Placed = _Placed()
    tenant_id: _Placed = _Placed()
    client_secret: _Placed = _Placed()
    client_certificate: _Placed = _Placed()

    def keys(self, home: str) -> frozenset[Key]:
        named = (self.client_id, self.tenant_id, self.client_secret, self.client_certificate)
        return frozenset(key for each in named if (key := each.key(home)) is not None)


class _Azure(_Wire, frozen=True):
    service_account_ref: _Placed = _Placed()
    auth_secret_ref: _AuthRef = _AuthRef()


class _Provider(_Wire, frozen=True):
    azurekv: _Azure = _Azure()


class _StoreOutline(_Wire, frozen=True):
    """What the indexes need of a store's spec."""

    provider: _Provider = _Provider()


class _ManagedField(_Wire, frozen=True):
    manager: str = ""
    fields_v1: dict[str, dict[str, dict[str, object]]] = msgspec.field(name="fieldsV1", default_factory=dict)


class _SecretMeta(_Wire, frozen=True):
    managed_fields: list[msgspec.Raw] = []


class _SecretFields(_Wire, frozen=True):
    metadata: _SecretMeta


class _Secret(_Wire, frozen=True):
    metadata: ObjectMeta
    data: dict[str, str] = {}
    type: str = "Opaque"
    immutable: bool = False


def external_secret(document: bytes, before: WatchedExternalSecret | None = None) -> WatchedExternalSecret:
    """Decode an ExternalSecret; msgspec.MsgspecError when even its outline cannot be read.

    What is as it was `before`, as all but the status mostly is, is not decoded again, nor kept twice.
    """
    read = msgspec.json.decode(document, type=_Document)
    if before is not None and before.metadata.key == read.metadata.key and before.spec == bytes(read.spec):
        status = ExternalSecretStatus.read(_status(read.status))
        return replace(before, metadata=_sharing(read.metadata, before.metadata), status=status)
    outline = _outline(read.spec)
    stores = [outline.secret_store_ref, *(item.source_ref.store_ref for item in (*outline.data, *outline.data_from))]
    return WatchedExternalSecret(
        metadata=read.metadata,
        spec=bytes(read.spec),
        status=ExternalSecretStatus.read(_status(read.status)),
        target_name=outline.target.name or read.metadata.name,
        templates=_templates(outline, read.metadata.namespace),
        stores=frozenset(_store_key(store, read.metadata.namespace) for store in stores if store.name),
    )


def secret_store(document: bytes) -> WatchedStore:
    """Decode a SecretStore or a ClusterSecretStore."""
    read = msgspec.json.decode(document, type=_Document)
    azure = _azure(read.spec)
    return WatchedStore(
        metadata=read.metadata,
        spec=bytes(read.spec),
        status=SecretStoreStatus.read(_status(read.status)),
        account=azure.service_account_ref.key(read.metadata.namespace),
        credentials=azure.auth_secret_ref.keys(read.metadata.namespace),
    )


def live_secret(document: bytes) -> LiveSecret:
    """Decode a Secret, keep the hash of its data, and drop the values."""
    read = msgspec.json.decode(document, type=_Secret)
    data = {key: base64.b64decode(value) for key, value in read.data.items()}
    return LiveSecret(
        metadata=_with_common_names(read.metadata),
        type=read.type,
        immutable=read.immutable,
        keys=tuple(sorted(data)),
        data_hash=hashes.data_hash(data),
    )


def whole_secret(document: bytes, manager: str) -> LiveSecret:
    """Decode a Secret with its values and with what `manager` wrote of it: it is not to be kept."""
    read = msgspec.json.decode(document, type=_Secret)
    values = {key: SecretValue(base64.b64decode(value)) for key, value in read.data.items()}
    return replace(live_secret(document), managed=owned_fields(document, manager), values=values)


def owned_fields(document: bytes, manager: str) -> ManagedFields:
    """Return the keys, labels and annotations of a Secret that `manager` wrote, from its managedFields."""
    keys: set[str] = set()
    labels: set[str] = set()
    annotations: set[str] = set()
    for raw in msgspec.json.decode(document, type=_SecretFields).metadata.managed_fields:
        try:
            entry = msgspec.json.decode(raw, type=_ManagedField)
        except msgspec.ValidationError:  # a form that no API server writes today
            continue
        if entry.manager == manager:
            owned = entry.fields_v1.get("f:metadata", {})
            labels |= _field_names(owned.get("f:labels", {}))
            annotations |= _field_names(owned.get("f:annotations", {}))
            keys |= _field_names(entry.fields_v1.get("f:data", {}))
    return ManagedFields(keys=frozenset(keys), labels=frozenset(labels), annotations=frozenset(annotations))


def spec_document(metadata: ObjectMeta, spec: bytes, kind: str) -> dict[str, object]:
    """Return the document that `keyferry.spec` parses: metadata as watched, the spec as the user wrote it."""
    return {
        "apiVersion": f"external-secrets.io/{ES_VERSION}",
        "kind": kind,
        "metadata": {
            "name": metadata.name,
            "namespace": metadata.namespace or None,
            "uid": metadata.uid,
            "generation": metadata.generation,
            "labels": metadata.labels,
            "annotations": metadata.annotations,
        },
        "spec": msgspec.json.decode(spec),
    }


def owner_reference(external: WatchedExternalSecret) -> OwnerReference:
    """Return the reference by which the cluster deletes the Secret together with its ExternalSecret."""
    return OwnerReference(
        api_version=f"external-secrets.io/{ES_VERSION}",
        kind="ExternalSecret",
        name=external.metadata.name,
        uid=external.metadata.uid,
        controller=True,
        block_owner_deletion=True,
    )


def _outline(spec: msgspec.Raw) -> _Outline:
    try:
        return msgspec.json.decode(spec, type=_Outline)
    except msgspec.ValidationError:  # its parse says what is wrong
        return _Outline()


def _sharing(metadata: ObjectMeta, before: ObjectMeta) -> ObjectMeta:
    if (metadata.labels, metadata.annotations) != (before.labels, before.annotations):
        return metadata
    return msgspec.structs.replace(metadata, labels=before.labels, annotations=before.annotations)


def _with_common_names(metadata: ObjectMeta) -> ObjectMeta:
    """Let the names of labels and annotations, which are the same on every managed Secret, be kept once."""
    labels = {sys.intern(name): text for name, text in metadata.labels.items()}
    annotations = {sys.intern(name): text for name, text in metadata.annotations.items()}
    return msgspec.structs.replace(metadata, labels=labels, annotations=annotations)


def _store_key(store: _StoreName, namespace: str) -> Key:
    return Key(namespace=namespace if store.kind == "SecretStore" else "", name=store.name)


def _templates(outline: _Outline, namespace: str) -> frozenset[tuple[str, Key]]:
    sources = outline.target.template.template_from
    named = [(CONFIG_MAPS.kind, source.config_map.name) for source in sources]
    named += [(SECRETS.kind, source.secret.name) for source in sources]
    return frozenset((kind, Key(namespace=namespace, name=name)) for kind, name in named if name)


def _azure(spec: msgspec.Raw) -> _Azure:
    try:
        return msgspec.json.decode(spec, type=_StoreOutline).provider.azurekv
    except msgspec.ValidationError:  # its parse says what is wrong
        return _Azure()


def _status(status: msgspec.Raw) -> dict[str, object]:
    return {"status": msgspec.json.decode(status)}


def _field_names(fields: Mapping[str, object]) -> set[str]:
    return {name.removeprefix("f:") for name in fields if name.startswith("f:")}
