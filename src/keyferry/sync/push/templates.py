"""The template of a PushSecret, applied in memory to what was read. Called by reconciler.

What `templateFrom` names is read for each push, and kept nowhere.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.model.errors import KeyferryError, SpecError, Where
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock
from keyferry.spec.blueprint import Blueprint, TemplateObject
from keyferry.spec.push_secret import PushSecret
from keyferry.sync.push.render import Templated
from keyferry.sync.rendering import templates
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.rendering.templates import Misplaced
from keyferry.sync.state import Sources, Unread

PATH: Final = "spec.template"


class _Held(msgspec.Struct):
    data: dict[str, str] | None = None


class Templates:
    """Renders for one operator process."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._compiled = Compiled()

    def transform(self, template: str, key: str) -> str:
        """Return the name that a rewrite's template gives to a key. Raises TemplateError."""
        return self._engine().transform(template, key)

    async def of(self, spec: PushSecret) -> Templated:
        """Return what applies the template, with what its `templateFrom` names read now. Raises what reading raises."""
        if spec.template is None:
            return dict
        blueprint, sources = spec.template, await self._sources(spec.namespace, spec.template)
        where = Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path=PATH)

        def templated(data: Mapping[str, bytes]) -> Mapping[str, bytes]:
            read = {key: Entry(value=value) for key, value in data.items()}
            try:
                return templates.apply(blueprint, read, sources, self._engine())[0]
            except Misplaced as mistake:
                place = replace(where, path=mistake.path.replace(templates.PATH, PATH, 1))
                error = SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=place)
            raise error

        return templated

    async def _sources(self, namespace: str, blueprint: Blueprint) -> Sources:
        named = [
            source for entry in blueprint.sources for source in entry.sources if isinstance(source, TemplateObject)
        ]
        found: dict[tuple[str, str], Mapping[str, SecretValue] | Unread] = {}
        for source in named:
            place = source.kind, source.name
            if place not in found:
                found[place] = await self._read(namespace, source)
        return found

    async def _read(self, namespace: str, source: TemplateObject) -> Mapping[str, SecretValue] | Unread:
        key = Key(namespace=namespace, name=source.name)
        try:
            if source.kind == CONFIG_MAPS.kind:
                return await self._client.get(CONFIG_MAPS, key, _texts)
            return await self._client.get(SECRETS, key, _values)
        except KeyferryError as failure:
            return Unread(error=failure)

    def _engine(self) -> Engine:
        from keyferry.template.functions.function import Surroundings  # noqa: PLC0415  (most processes render nothing)

        return Engine(self._compiled, Surroundings(now=self._clock.now(), chance=os.urandom))


def _texts(document: bytes) -> Mapping[str, SecretValue]:
    data = msgspec.json.decode(document, type=_Held).data or {}
    return {key: SecretValue(text.encode()) for key, text in data.items()}


def _values(document: bytes) -> Mapping[str, SecretValue]:
    data = msgspec.json.decode(document, type=_Held).data or {}
    return {key: SecretValue(base64.b64decode(value)) for key, value in data.items()}
