"""The template of a PushSecret, applied in memory to what was read. Called by reconciler.

What `templateFrom` names is read by sync.template_sources, which watches it, too.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError, Where
from keyferry.runtime.clock import Clock
from keyferry.spec.blueprint import Blueprint, TemplateObject
from keyferry.spec.push_secret import PushSecret
from keyferry.sync.push.render import Templated
from keyferry.sync.rendering import templates
from keyferry.sync.rendering.engine import DELIMITERS, Compiled, Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.rendering.templates import Misplaced
from keyferry.sync.state import Sources
from keyferry.sync.template_sources import TemplateSources

PATH: Final = "spec.template"


class Templates:
    """Renders for one operator process."""

    def __init__(self, sources: TemplateSources, clock: Clock, delimiters: tuple[str, str] = DELIMITERS) -> None:
        self._sources = sources
        self._clock = clock
        self._compiled = Compiled(delimiters)

    def engine(self) -> Engine:
        """Return what renders for one push: all its templates and rewrites share their bounds."""
        from keyferry.template.functions.function import Surroundings  # noqa: PLC0415  (most processes render nothing)

        return Engine(self._compiled, Surroundings(now=self._clock.now(), chance=os.urandom))

    async def of(self, spec: PushSecret, engine: Engine) -> Templated:
        """Return what applies the template, with what its `templateFrom` names read now. Raises what reading raises."""
        if spec.template is None:
            return dict
        blueprint, sources = spec.template, await self._read(spec.namespace, spec.template)
        where = Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path=PATH)

        def templated(data: Mapping[str, bytes]) -> Mapping[str, bytes]:
            read = {key: Entry(value=value) for key, value in data.items()}
            try:
                return templates.apply(blueprint, read, sources, engine)[0]
            except Misplaced as mistake:
                place = replace(where, path=mistake.path.replace(templates.PATH, PATH, 1))
                error = SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=place)
            raise error

        return templated

    async def _read(self, namespace: str, blueprint: Blueprint) -> Sources:
        named = {
            source for entry in blueprint.sources for source in entry.sources if isinstance(source, TemplateObject)
        }
        places = sorted({(source.kind, source.name) for source in named})
        return {
            (kind, name): await self._sources.read((kind, Key(namespace=namespace, name=name))) for kind, name in places
        }
