"""The values that go into vaults, made of a source's keys. Pure; a failure is raised as the status tells it.

The one module of sync.push that takes values out of their wrapper: to join them into a JSON object, and for templates.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from keyferry.model.errors import SpecError, Where, foreign
from keyferry.model.secrets import SecretValue
from keyferry.spec.push_secret import PushSecret
from keyferry.sync.push import entries, keys
from keyferry.sync.push.entries import Placement
from keyferry.sync.push.state import PushItem, SourceSecret, StoreToWrite
from keyferry.sync.rendering.engine import Engine

_SEPARATORS: Final = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})  # which Go escapes

Templated = Callable[[Mapping[str, bytes]], Mapping[str, bytes]]


def items(
    spec: PushSecret,
    sources: Sequence[SourceSecret],
    stores: Sequence[StoreToWrite],
    templated: Templated,
    engine: Engine,
) -> tuple[PushItem, ...]:
    """Return every object that shall be, source by source and store by store. Raises SpecError.

    Where two sources go to one place, the last by its name stays, and nothing is written twice.
    """
    found: dict[tuple[str, str], PushItem] = {}
    for source in sorted(sources, key=lambda each: each.name):
        data = _templated(spec, source.data, templated)
        for store in stores:
            for placement in entries.placements(spec, store, data, engine):
                found[store.name, placement.name] = _item(spec, store, placement, data)
    return tuple(found.values())


def _templated(spec: PushSecret, data: Mapping[str, SecretValue], templated: Templated) -> Mapping[str, SecretValue]:
    if spec.template is None:
        return data
    made = templated({key: value.reveal() for key, value in data.items()})
    return {key: SecretValue(value) for key, value in made.items()}


def _item(spec: PushSecret, store: StoreToWrite, placement: Placement, data: Mapping[str, SecretValue]) -> PushItem:
    named = keys.converted(data, placement.conversion)
    if placement.secret_key:
        value = named[placement.secret_key]
    else:
        value = _joined(
            spec, placement, {key: named[key] for key in named if placement.keys is None or key in placement.keys}
        )
    return PushItem(
        store=store.reference,
        name=placement.name,
        object=placement.object,
        value=value,
        metadata=placement.metadata,
        record=placement.record,
    )


def _joined(spec: PushSecret, placement: Placement, data: Mapping[str, SecretValue]) -> SecretValue:
    """Return a JSON object of texts, as Go writes it."""
    texts = {}
    for key, value in data.items():
        try:
            texts[key] = value.reveal().decode()
        except UnicodeDecodeError:
            raise _no_text(spec, placement, key) from None
    made = json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return SecretValue(made.translate(_SEPARATORS).encode())


def _no_text(spec: PushSecret, placement: Placement, key: str) -> SpecError:
    return SpecError(
        what=f"key {foreign(key)} cannot be part of a JSON object: its value is no text",
        cause="it is not UTF-8",
        remedy="push it by itself, or in base64 by a template",
        where=Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path=placement.path),
    )
