"""Templates of ExternalSecrets, from ConfigMaps and Secrets of the cluster to the Secret that is written."""

from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.model.errors import NotFound, SpecError
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.kube_world import Json, Write
from tests.fakes.sync_world import DB, SyncWorld

HOUR = timedelta(hours=1)
OURS = ("reconcile.external-secrets.io/", "keyferry.io/")


def with_template(template: Json, **target: Any) -> Json:
    return {"target": {"name": "db", "template": template, **target}}


def config_map(world: SyncWorld, **data: str) -> None:
    world.cluster.seed(CONFIG_MAPS, {"metadata": {"name": "web", "namespace": "app"}, "data": data})


def from_map(*keys: str, **more: Any) -> Json:
    return {"configMap": {"name": "web", "items": [{"key": key} for key in keys]}, **more}


def foreign(entries: Json) -> Json:
    return {name: value for name, value in entries.items() if not name.startswith(OURS)}


async def test_24_type_metadata_finalizers_and_data(world: SyncWorld) -> None:
    world.external(
        with_template(
            {
                "type": "kubernetes.io/basic-auth",
                "metadata": {"labels": {"tier": "db"}, "annotations": {"who": "app"}, "finalizers": ["example.com/x"]},
                "data": {"password": "{{ .PASSWORD | upper }}", "username": "app"},
            }
        ),
        labels={"team": "a"},
        annotations={"note": "b"},
    )
    await world.reconcile()
    assert world.data() == {"password": "FIRST", "username": "app"}
    written = world.cluster.get(SECRETS, DB)
    assert written["type"] == "kubernetes.io/basic-auth"
    assert written["metadata"]["finalizers"] == ["example.com/x"]
    assert foreign(written["metadata"]["labels"]) == {"tier": "db"}, "and not the ExternalSecret's own"
    assert foreign(written["metadata"]["annotations"]) == {"who": "app"}


async def test_25_precedence_of_inputs_and_outputs(world: SyncWorld) -> None:
    world.put("json", '{"PASSWORD": "from-extract", "other": "o"}')
    config_map(world, one="map {{ .PASSWORD }}", two="map {{ .other }}")
    spec = with_template({"templateFrom": [from_map("one", "two")], "data": {"one": "data {{ .PASSWORD }}"}})
    world.external({**spec, "dataFrom": [{"extract": {"key": "json"}}]})
    await world.reconcile()
    assert world.data() == {"one": "data first", "two": "map o"}


async def test_26_a_merge_keeps_what_was_read(world: SyncWorld) -> None:
    world.external(with_template({"mergePolicy": "Merge", "data": {"url": "db/{{ .PASSWORD }}"}}))
    await world.reconcile()
    assert world.data() == {"url": "db/first", "PASSWORD": "first"}


async def test_an_empty_template_keeps_the_data_and_copies_no_metadata(world: SyncWorld) -> None:
    world.external(with_template({}), labels={"team": "a"})
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert foreign(world.cluster.get(SECRETS, DB)["metadata"]["labels"]) == {}


async def test_15_a_key_that_the_template_no_longer_makes_goes(world: SyncWorld) -> None:
    world.external(with_template({"data": {"a": "1", "b": "2"}}))
    await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"]["template"]["data"].pop("b"))
    await world.reconcile()
    assert world.data() == {"a": "1"}


async def test_a_label_that_the_template_no_longer_makes_goes(world: SyncWorld) -> None:
    world.external(with_template({"metadata": {"labels": {"stays": "1", "goes": "1"}}}))
    await world.reconcile()

    def edit(external: Json) -> None:
        del external["spec"]["target"]["template"]["metadata"]["labels"]["goes"]

    world.edit(EXTERNAL_SECRETS, DB, edit)
    await world.reconcile()
    assert foreign(world.cluster.get(SECRETS, DB)["metadata"]["labels"]) == {"stays": "1"}


async def test_templates_are_merged_into_a_foreign_secret(world: SyncWorld) -> None:
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"OTHER": "eA=="}}
    world.cluster.create(SECRETS, "app", document, Write(manager="kubectl"))
    world.external(with_template({"data": {"url": "db/{{ .PASSWORD }}"}}, creationPolicy="Merge"))
    await world.reconcile()
    assert world.data() == {"OTHER": "x", "url": "db/first"}


async def test_a_changed_template_takes_effect_when_it_is_told(world: SyncWorld) -> None:
    config_map(world, conf="old {{ .PASSWORD }}")
    world.external(with_template({"templateFrom": [from_map("conf")]}))
    await world.reconcile()
    world.edit(CONFIG_MAPS, Key(namespace="app", name="web"), lambda found: found["data"].update(conf="new"))
    await world.reconcile()
    assert world.data() == {"conf": "old first"}, "nobody told"
    world.observer.consumers.mark(DB)
    await world.reconcile()
    assert world.data() == {"conf": "new"}


@pytest.mark.parametrize(
    ("template", "error", "words"),
    [
        pytest.param({"data": {"x": "{{ .nope }}"}}, SpecError, "template.data[x]", id="50-unknown-key"),
        pytest.param({"data": {"x": "{{ .PASSWORD "}}, SpecError, "parsed at line 1", id="50-bad-syntax"),
        pytest.param({"data": {"x": '{{ fail "set a password" }}'}}, SpecError, "set a password", id="fail"),
        pytest.param({"templateFrom": [from_map("conf")]}, NotFound, "web", id="no-such-config-map"),
        pytest.param({"type": "kubernetes.io/tls"}, SpecError, "cannot change its type", id="another-type"),
    ],
)
async def test_what_fails_keeps_the_last_good_secret(
    world: SyncWorld, template: Json, error: type[Exception], words: str
) -> None:
    world.external()
    await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(template=template))
    with pytest.raises(error):
        await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    status, reason, message = world.ready()
    assert (status, reason) == ("False", "SecretSyncedError")
    assert words in message
    assert "first" not in message
    assert ("Warning", "UpdateFailed") in await world.events()


async def test_50_garbage_that_sprig_tolerates_is_tolerated(world: SyncWorld) -> None:
    world.external(with_template({"data": {"x": '{{ .PASSWORD | fromJson | default "none" }}'}}))
    await world.reconcile()
    assert world.data() == {"x": "none"}


async def test_chance_makes_something_else_each_time(world: SyncWorld) -> None:
    world.external(with_template({"data": {"x": "{{ randAlphaNum 20 }}"}}))
    await world.reconcile()
    first = world.data()
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.data() != first
