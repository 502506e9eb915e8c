"""What an object of another kind than Secret shall hold. Pure and total: a failure is returned, not raised.

Without a template: the values under `data` of a ConfigMap, under `spec.data` of any other kind. With one: what its
templates make, each source at its target, over the object as it is where the creation policy merges.
https://external-secrets.io/latest/guides/targeting-custom-resources/
"""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from keyferry.model.errors import KeyferryError, SpecError, foreign
from keyferry.spec.blueprint import Blueprint, TemplateFrom
from keyferry.spec.external_secret import CreationPolicy, DeletionPolicy, ExternalSecret, Manifest
from keyferry.sync import desired_secret, render
from keyferry.sync.rendering import templates
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.rendering.entry import Entries
from keyferry.sync.state import Failed, Rendered, Shape, Sources, Values
from keyferry.sync.targets import fields, generic, shapes
from keyferry.sync.targets.state import Fields, LiveTarget, RenderedTarget
from keyferry.template import scopes
from keyferry.template.scopes import Scope
from keyferry.template.yaml.reading import Json

_FIXED: Final = ("apiVersion", "kind", "status")  # not for a template to say


def rendered(spec: ExternalSecret, values: Values, engine: Engine, live: LiveTarget | None) -> RenderedTarget | Failed:
    """Return what the object shall hold, or the first failure. `live` is the object as it is."""
    target = spec.target
    assert target.manifest is not None, "a Secret is rendered by sync.render"
    try:
        made, missing = render.read(spec, values, engine)
        is_void = not made and target.deletion_policy is not DeletionPolicy.MERGE
        content: Fields = {}
        shape: Shape | None = None
        if not is_void and target.creation_policy is not CreationPolicy.NONE:
            content, shape = _content(spec, values, made, engine, live)
    except templates.Misplaced as mistake:
        return Failed(error=render.placed(mistake, spec, mistake.path))
    except KeyferryError as failure:
        return Failed(error=failure)
    read = Rendered(
        data={},
        data_hash="",
        is_empty=not made,
        missing=tuple(missing),
        at=values.at,
        fallbacks=values.fallbacks,
        origins={key: one.origin for key, one in made.items() if one.origin is not None},
    )
    return RenderedTarget(read=read, fields=content, shape=shape)


def _content(
    spec: ExternalSecret, values: Values, made: Entries, engine: Engine, live: LiveTarget | None
) -> tuple[Fields, Shape | None]:
    manifest, template = spec.target.manifest, spec.target.template
    assert manifest is not None, "checked by rendered"
    base = _base(spec, manifest, live)
    if template is None:
        return _plain(base, made, manifest), None
    if template.keeps_what_was_read:
        base = _plain(base, made, manifest)
    dot = {key.encode(): one.value for key, one in made.items()}

    def text_of(text: str) -> bytes:
        return engine.text(text, dot)

    document = _templated(base, template, values.sources, text_of)
    metadata = document.pop("metadata", {})
    for path in _FIXED:
        if path in document:
            raise shapes.forbidden(path)
    return document, shapes.shape(template, metadata, text_of)


def _base(spec: ExternalSecret, manifest: Manifest, live: LiveTarget | None) -> Fields:
    """Return what templates start from: nothing, or what others have in the object that is there."""
    part = "data" if manifest.kind in ("ConfigMap", "Secret") else "spec"
    if live is not None and spec.target.creation_policy in desired_secret.MERGING:
        return {part: {}, **fields.without(live.fields, live.owned)}
    return {part: {}}


def _plain(base: Fields, made: Entries, manifest: Manifest) -> Fields:
    if manifest.kind != generic.CONFIG_MAP.kind:
        spec = _mapping(base, "spec")
        texts = {key: _text(key, one.value) for key, one in made.items()}
        return {**base, "spec": {**spec, "data": {**_mapping(spec, "data"), **texts}}}
    texts, binary = {}, {}
    for key, one in made.items():
        try:
            texts[key] = one.value.decode()
        except UnicodeDecodeError:
            if manifest != generic.CONFIG_MAP:
                raise _unreadable(key) from None
            binary[key] = base64.b64encode(one.value).decode()
    result: Fields = {**base, "data": {**_mapping(base, "data"), **texts}}
    return {**result, "binaryData": {**_mapping(base, "binaryData"), **binary}} if binary else result


def _templated(base: Fields, template: Blueprint, sources: Sources, text_of: Callable[[str], bytes]) -> dict[str, Json]:
    """Apply each `templateFrom` in its order, then `data`."""
    document: dict[str, Json] = dict(base)
    for index, entry in enumerate(template.sources):
        document = templates.at(
            f"{templates.PATH}.templateFrom[{index}]", partial(_changed, document, entry, sources, text_of)
        )
    data = {
        key: templates.at(f"{templates.PATH}.data[{foreign(key)}]", partial(text_of, text))
        for key, text in template.data.items()
    }
    into_data = partial(scopes.changed, document, data, Scope.VALUES, "data", lambda value: value)
    return templates.at(f"{templates.PATH}.data", into_data) if data else document


def _changed(
    document: dict[str, Json], entry: TemplateFrom, sources: Sources, text_of: Callable[[str], bytes]
) -> dict[str, Json]:
    for texts, scope in templates.texts(entry, sources, text_of):
        document = scopes.changed(document, texts, scope, entry.target, templates.decode(entry))
    return document


def _mapping(parent: Mapping[str, Json], name: str) -> dict[str, Json]:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _text(key: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise _unreadable(key) from None


def _unreadable(key: str) -> SpecError:
    return SpecError(
        what=f"the value of key {foreign(key)} is no text",
        cause="an object of this kind holds text alone",
        remedy="encode it in a template (b64enc), or write it into a Secret",
    )
