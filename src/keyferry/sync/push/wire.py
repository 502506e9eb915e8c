"""The watched documents of PushSecrets and their sources, from bytes to types. Pure.

Of a source Secret the metadata alone is watched, and of that a version, the labels and an instant are kept. Annotations
are dropped: what `kubectl apply` leaves there holds the values.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.model.errors import SpecError
from keyferry.model.wellknown import ES_GROUP, PUSH_VERSION
from keyferry.spec import label_selectors
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.problems import Problems
from keyferry.spec.push_secret import KIND, DeletionPolicy
from keyferry.spec.push_status import PushSecretStatus
from keyferry.sync.push.state import Outline, SourceVersion, WatchedPushSecret, as_store_ref
from keyferry.sync.stores.holding import Holder, Selection


class _Wire(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    pass


class _Document(_Wire, frozen=True):
    metadata: ObjectMeta
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: msgspec.Raw = msgspec.Raw(b"{}")


class _Secret(_Wire, frozen=True):
    name: str = ""
    selector: dict[str, Any] | None = None


class _Selector(_Wire, frozen=True):
    secret: _Secret = _Secret()


class _Store(_Wire, frozen=True):
    name: str = ""
    kind: str = "SecretStore"
    label_selector: dict[str, Any] | None = None


class _Named(_Wire, frozen=True):
    name: str = ""


class _TemplateFrom(_Wire, frozen=True):
    config_map: _Named = _Named()
    secret: _Named = _Named()


class _Template(_Wire, frozen=True):
    template_from: list[_TemplateFrom] = []


class _Outline(_Wire, frozen=True):
    deletion_policy: str = ""
    selector: _Selector = _Selector()
    secret_store_refs: list[_Store] = []
    template: _Template = _Template()


class _ManagedField(_Wire, frozen=True):
    time: datetime | None = None


class _SourceMeta(_Wire, frozen=True):
    uid: str = ""
    resource_version: str = ""
    labels: dict[str, str] = {}
    creation_timestamp: datetime | None = None
    managed_fields: list[_ManagedField] = []


class _Source(_Wire, frozen=True):
    metadata: _SourceMeta


def push_secret(document: bytes) -> WatchedPushSecret:
    """Decode a PushSecret; msgspec.MsgspecError when even its outline cannot be read."""
    read = msgspec.json.decode(document, type=_Document)
    status = PushSecretStatus.read({"status": msgspec.json.decode(read.status)})
    return WatchedPushSecret(
        metadata=read.metadata,
        spec=bytes(read.spec),
        status=status,
        outline=_outline(read.spec, status, read.metadata.namespace),
    )


def source(document: bytes) -> SourceVersion:
    """Decode the metadata of a Secret."""
    metadata = msgspec.json.decode(document, type=_Source).metadata
    times = (*(field.time for field in metadata.managed_fields), metadata.creation_timestamp)
    return SourceVersion(
        version=version_of(metadata.uid, metadata.resource_version),
        labels=metadata.labels,
        changed_at=max((time for time in times if time is not None), default=None),
    )


def version_of(uid: str, resource_version: str) -> str:
    """Return what tells one state of a Secret from every other: a new Secret of an old name may repeat a version."""
    return f"{uid}/{resource_version}"


def spec_document(watched: WatchedPushSecret) -> dict[str, object]:
    """Return the document that `keyferry.spec` parses."""
    metadata = watched.metadata
    return {
        "apiVersion": f"{ES_GROUP}/{PUSH_VERSION}",
        "kind": KIND,
        "metadata": {
            "name": metadata.name,
            "namespace": metadata.namespace,
            "uid": metadata.uid,
            "generation": metadata.generation,
            "labels": metadata.labels,
            "annotations": metadata.annotations,
        },
        "spec": msgspec.json.decode(watched.spec),
    }


def _outline(spec: msgspec.Raw, status: PushSecretStatus, namespace: str) -> Outline:
    try:
        read = msgspec.json.decode(spec, type=_Outline)
    except msgspec.ValidationError:  # its parse says what is wrong
        read = _Outline()
    secret = read.selector.secret
    named = frozenset(_key(store.kind, store.name, namespace) for store in read.secret_store_refs if store.name)
    pushed = (as_store_ref(store) for store in status.synced)
    return Outline(
        secret=secret.name,
        selector=None if secret.name else _selector(secret.selector),
        stores=named,
        templates=frozenset(_templates(read.template, namespace)),
        holder=Holder(
            deletes=read.deletion_policy == DeletionPolicy.DELETE,
            stores=named | {_key(each.kind, each.name, namespace) for each in pushed if each is not None},
            selections=tuple(
                Selection(namespace=_key(store.kind, "", namespace).namespace, selector=selector)
                for store in read.secret_store_refs
                if not store.name and (selector := _selector(store.label_selector)) is not None
            ),
        ),
    )


def _templates(template: _Template, namespace: str) -> Iterator[tuple[str, Key]]:
    for entry in template.template_from:
        for kind, named in ((CONFIG_MAPS.kind, entry.config_map), (SECRETS.kind, entry.secret)):
            if named.name:
                yield kind, Key(namespace=namespace, name=named.name)


def _key(kind: str, name: str, namespace: str) -> Key:
    return Key(namespace=namespace if kind == "SecretStore" else "", name=name)


def _selector(fields: Mapping[str, Any] | None) -> LabelSelector | None:
    """Return a selector as far as it can be read; its parse says what is wrong with it."""
    if fields is None:
        return None
    problems = Problems()
    try:
        label_selectors.check(fields, "selector", problems)
        return None if problems else label_selectors.parse(fields)
    except (SpecError, TypeError, KeyError, AttributeError, ValueError):
        return None
