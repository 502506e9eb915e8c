import asyncio

import pytest

from keyferry.kube.wire.resources import CONFIG_MAPS, Resource
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.spec.external_secret import Manifest
from keyferry.sync.targets.kinds import Kinds
from tests.fakes.generic_targets import APPS
from tests.fakes.sync_world import SyncWorld

APP = Manifest(api_version="example.com/v1", kind="App")
PUSH = Manifest(api_version="external-secrets.io/v1alpha1", kind="PushSecret")
CONFIG_MAP = Manifest(api_version="v1", kind="ConfigMap")


async def test_one_request_for_each_group_and_version(world: SyncWorld) -> None:
    kinds = Kinds(world.client)
    assert await kinds.resource(CONFIG_MAP) == CONFIG_MAPS
    assert await kinds.resource(CONFIG_MAP) == CONFIG_MAPS
    assert (await kinds.resource(Manifest(api_version="v1", kind="Pod"))).plural == "pods"
    assert [seen.path for seen in world.api.seen] == ["/api/v1"]


async def test_many_at_once_share_one_answer(world: SyncWorld) -> None:
    kinds = Kinds(world.client)
    assert set(await asyncio.gather(*(kinds.resource(CONFIG_MAP) for _ in range(20)))) == {CONFIG_MAPS}
    assert len(world.api.seen) == 1


async def test_asks_again_on_a_miss_and_when_it_was_told_to_forget(world: SyncWorld) -> None:
    kinds = Kinds(world.client)
    with pytest.raises(NotFound):
        await kinds.resource(APP)
    world.cluster.served["example.com", "v1", "apps"] = APPS
    assert await kinds.resource(APP) == APPS
    kinds.forget(APP)
    assert await kinds.resource(APP) == APPS
    assert len(world.api.seen) == 3


@pytest.mark.parametrize(
    ("manifest", "error", "words"),
    [
        pytest.param(Manifest(api_version="v1", kind="Nothing"), NotFound, "no kind Nothing in v1", id="no-such-kind"),
        pytest.param(Manifest(api_version="v1", kind="Namespace"), SpecError, "whole cluster", id="of-the-cluster"),
        pytest.param(Manifest(api_version="v1/secrets?x=", kind="X"), SpecError, "no apiVersion", id="a-path"),
        pytest.param(Manifest(api_version="../v1", kind="X"), SpecError, "no apiVersion", id="upwards"),
        pytest.param(Manifest(api_version="a/b/c", kind="X"), SpecError, "no apiVersion", id="three-parts"),
        pytest.param(PUSH, SpecError, "for its own work", id="what-the-operator-may-write-anyway"),
    ],
)
async def test_refuses_what_is_no_target(
    world: SyncWorld, manifest: Manifest, error: type[KeyferryError], words: str
) -> None:
    with pytest.raises(error) as refused:
        await Kinds(world.client).resource(manifest)
    assert words in str(refused.value)
    assert len(world.api.seen) == (1 if manifest.api_version == "v1" else 0)


async def test_knows_a_group_with_dots(world: SyncWorld) -> None:
    odd = Resource(group="a.b-c.io", version="v1alpha1", plural="odds", kind="Odd")
    world.cluster.served[odd.group, odd.version, odd.plural] = odd
    assert await Kinds(world.client).resource(Manifest(api_version="a.b-c.io/v1alpha1", kind="Odd")) == odd
