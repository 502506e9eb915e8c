from typing import Any

import pytest

from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.model.errors import NotFound, SpecError
from keyferry.sync.push.templates import Templates
from keyferry.sync.template_sources import TemplateSources
from tests.fakes.push_secrets import parsed
from tests.fakes.push_world import PushWorld


async def rendered(world: PushWorld, template: dict[str, Any], **data: bytes) -> dict[str, bytes]:
    templates = Templates(TemplateSources(world.client), world.clock)
    return dict((await templates.of(parsed(template=template), templates.engine()))(data))


def held(kind: str, name: str) -> dict[str, Any]:
    return {"templateFrom": [{kind: {"name": name, "items": [{"key": "t"}]}}]}


async def test_data_and_literal_are_rendered(world: PushWorld) -> None:
    template = {"data": {"b": "{{ .a }}!"}, "templateFrom": [{"literal": "c: {{ .a | quote }}"}]}
    assert await rendered(world, template, a=b"x") == {"b": b"x!", "c": b"x"}
    assert await rendered(world, template | {"mergePolicy": "Merge"}, a=b"x") == {"a": b"x", "b": b"x!", "c": b"x"}


async def test_templates_come_out_of_config_maps_and_secrets(world: PushWorld) -> None:
    world.cluster.seed(CONFIG_MAPS, {"metadata": {"name": "m", "namespace": "app"}, "data": {"t": "{{ .a }}1"}})
    world.secret("s", t=b"{{ .a }}2")
    assert await rendered(world, held("configMap", "m"), a=b"x") == {"t": b"x1"}
    assert await rendered(world, held("secret", "s"), a=b"x") == {"t": b"x2"}
    twice = {"templateFrom": [*held("secret", "s")["templateFrom"]] * 2}
    assert await rendered(world, twice, a=b"x") == {"t": b"x2"}


async def test_what_is_missing_is_told(world: PushWorld) -> None:
    with pytest.raises(NotFound):
        await rendered(world, held("configMap", "no"), a=b"x")
    with pytest.raises(SpecError, match="has no key"):
        await rendered(world, held("secret", "source"), a=b"x")


async def test_a_mistake_has_its_place_and_no_value(world: PushWorld) -> None:
    with pytest.raises(SpecError) as refusal:
        await rendered(world, {"data": {"b": "{{ .absent }}"}}, a=b"s3cret")
    assert refusal.value.where is not None
    assert refusal.value.where.path == "spec.template.data[b]"
    assert "s3cret" not in str(refusal.value)


async def test_without_a_template_the_data_is_as_it_was(world: PushWorld) -> None:
    templates = Templates(TemplateSources(world.client), world.clock)
    assert dict((await templates.of(parsed(), templates.engine()))({"a": b"x"})) == {"a": b"x"}
    assert templates.engine().transform("{{ .value | upper }}", "a") == "A"
