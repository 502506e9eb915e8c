"""One request for each write; what the API server says of a body goes no further."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable
from keyferry.sync.targets import desired
from keyferry.sync.targets.apply import TargetApplier, unquoted
from keyferry.sync.targets.state import CreateTarget, DeleteTarget, DesiredTarget, ReplaceTarget
from tests.fakes import generic_targets as targets
from tests.fakes.kube_api import Fault
from tests.fakes.sync_world import DB, SyncWorld

CANARY = "canary-3c9a"


def target() -> DesiredTarget:
    spec = targets.spec(targets.CONFIG_MAP)
    return desired.of(targets.scene(), spec.target, targets.rendered(spec))


async def test_creates_replaces_and_deletes(world: SyncWorld) -> None:
    applier = TargetApplier(world.client)
    made = await applier.apply("db", CreateTarget(target=target()))
    assert made is not None
    assert made.fields == {"data": {"PASSWORD": "s3cret"}}
    assert made.owned["f:data"] == {"f:PASSWORD": {}}, "written under the ExternalSecret's own field manager"
    changed = replace(target(), fields={"data": {"PASSWORD": "other"}})
    seen = made.metadata.resource_version
    stored = await applier.apply("db", ReplaceTarget(target=changed, resource_version=seen))
    assert stored is not None
    assert world.cluster.get(CONFIG_MAPS, DB)["data"] == {"PASSWORD": "other"}
    with pytest.raises(Conflict):
        await applier.apply("db", ReplaceTarget(target=target(), resource_version=seen))
    with pytest.raises(AlreadyExists):
        await applier.apply("db", CreateTarget(target=target()))
    delete = DeleteTarget(resource=CONFIG_MAPS, key=DB, uid=stored.metadata.uid)
    assert await applier.apply("db", delete) is None
    assert await applier.apply("db", delete) is None, "what is gone is deleted"
    assert world.cluster.stored(CONFIG_MAPS, DB) is None


@pytest.mark.parametrize("status", [400, 403, 422, 500])
async def test_a_refusal_quotes_no_value(world: SyncWorld, status: int) -> None:
    quoting = f'data.PASSWORD: Invalid value: "{CANARY}"'
    world.api.faults.append(Fault(verb="create", plural="configmaps", status=status, message=quoting))
    with pytest.raises(KeyferryError) as refused:
        await TargetApplier(world.client).apply("db", CreateTarget(target=target()))
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Throttled(what="w", cause=CANARY, retry_after=timedelta(seconds=3)), id="throttled"),
        pytest.param(Unavailable(what="w", cause=CANARY, retry_after=timedelta(seconds=4)), id="unavailable"),
        pytest.param(GrantError(what="w", cause=CANARY, remedy="r"), id="grant"),
        pytest.param(NotFound(what="w", cause=CANARY), id="not-found"),
        pytest.param(SpecError(what="w", cause=CANARY), id="spec"),
    ],
)
def test_who_must_act_stays_the_same(refusal: KeyferryError) -> None:
    told = unquoted(refusal)
    assert type(told) is type(refusal)
    assert CANARY not in str(told)
    assert getattr(told, "retry_after", None) == getattr(refusal, "retry_after", None)


def test_the_sentence_about_rights_is_told() -> None:
    sentence = 'User "system:serviceaccount:kf:op" cannot create resource "configmaps"'
    assert sentence in str(unquoted(GrantError(what="w", cause=sentence)))
