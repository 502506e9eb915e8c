from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.errors import AlreadyExists
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.model.errors import KeyferryError
from keyferry.sync.fanout.observe import LAG
from keyferry.sync.fanout.reconciler import SOON
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.fanouts import CES_MARK, CHILD, KIND, SHARED, Stage
from tests.fakes.kube_api import Fault
from tests.fakes.kube_world import Write

FORCE = "external-secrets.io/force-sync"
HOUR = timedelta(hours=1)


def refuse(stage: Stage, verb: str, resource: str) -> None:
    stage.api.faults.append(Fault(status=403, reason="Forbidden", message="no", verb=verb, plural=resource))


async def test_every_namespace_that_is_meant_gets_its_own(stage: Stage) -> None:
    stage.put({"externalSecretMetadata": {"labels": {"team": "a"}}})
    assert await stage.reconcile() == Again(HOUR)
    assert set(stage.children()) == {"app/shared", "web/shared"}
    made = stage.children()["app/shared"]
    assert (made["spec"], made["metadata"]["labels"]) == (CHILD, {"team": "a"})
    assert stage.status() == {
        "externalSecretName": "shared",
        "failedNamespaces": [],
        "provisionedNamespaces": ["app", "web"],
        "conditions": [{"type": "Ready", "status": "True", "message": "ExternalSecret shared is in all 2 namespaces"}],
    }


async def test_a_second_pass_writes_nothing(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.api.seen.clear()
    assert await stage.reconcile() == Again(HOUR)
    assert stage.api.verbs("externalsecrets") == stage.api.verbs("clusterexternalsecrets") == []


async def test_a_change_reaches_every_child(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.edit({"externalSecretSpec": CHILD | {"refreshInterval": "5m"}}, annotations={FORCE: "1"})
    await stage.reconcile()
    children = stage.children().values()
    assert [(each["spec"]["refreshInterval"], each["metadata"]["annotations"]) for each in children] == [
        ("5m", {FORCE: "1"})
    ] * 2
    stage.edit(annotations=None)
    await stage.reconcile()
    assert [each["metadata"].get("annotations") or {} for each in stage.children().values()] == [{}, {}]


async def test_a_new_name_replaces_the_children(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.edit({"externalSecretName": "renamed"})
    await stage.reconcile()
    assert set(stage.children()) == {"app/renamed", "web/renamed"}
    assert stage.status()["externalSecretName"] == "renamed"


async def test_an_old_child_that_went_by_itself_is_no_obstacle(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.edit({"externalSecretName": "renamed"})
    stage.catch_up()
    stage.cluster.remove(EXTERNAL_SECRETS, Key(namespace="app", name="shared"))
    assert await stage.reconciler.reconcile(SHARED) == Again(HOUR)
    assert set(stage.children()) == {"app/renamed", "web/renamed"}


async def test_a_namespace_that_is_no_longer_meant_loses_its_child(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.cluster.apply(NAMESPACES, Key(name="web"), {"metadata": {"labels": {"env": "dev"}}}, Write(), force=True)
    await stage.reconcile()
    assert set(stage.children()) == {"app/shared"}
    assert stage.status()["provisionedNamespaces"] == ["app"]


async def test_one_namespace_whose_place_is_taken_does_not_hold_up_the_others(stage: Stage) -> None:
    stage.put()
    foreign = {"metadata": {"name": "shared", "namespace": "app"}, "spec": {"data": []}}
    stage.cluster.seed(EXTERNAL_SECRETS, foreign)
    assert await stage.reconcile() == Again(HOUR)
    assert stage.children()["app/shared"]["spec"] == {"data": []}
    assert [each["namespace"] for each in stage.status()["failedNamespaces"]] == ["app"]
    assert stage.status()["provisionedNamespaces"] == ["web"]
    assert stage.status()["conditions"][0]["status"] == "False"
    assert await stage.events() == [("Warning", "Errored")]


async def test_one_namespace_that_refuses_does_not_hold_up_the_others(stage: Stage) -> None:
    stage.put()
    refuse(stage, "create", "externalsecrets")
    with pytest.raises(KeyferryError):
        await stage.reconcile()
    assert len(stage.children()) == 1
    assert len(stage.status()["failedNamespaces"]) == 1
    stage.clock.advance(LAG)
    assert await stage.reconcile() == Again(HOUR)
    assert stage.status()["failedNamespaces"] == []


async def test_a_child_that_the_watch_has_not_told_of_yet_is_not_made_again(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.api.seen.clear()
    stage.caches.children.deleted(Key(namespace="app", name="shared"))
    stage.caches.children.deleted(Key(namespace="web", name="shared"))
    assert await stage.reconciler.reconcile(SHARED) == Again(LAG)
    assert stage.api.verbs("externalsecrets") == []
    stage.clock.advance(LAG)
    with pytest.raises(AlreadyExists):
        await stage.reconciler.reconcile(SHARED)


async def test_a_child_that_changed_meanwhile_is_looked_at_again_soon(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    key = Key(namespace="app", name="shared")
    stage.cluster.apply(EXTERNAL_SECRETS, key, {"metadata": {"labels": {"x": "y"}}}, Write("user"), force=True)
    stage.catch_up()
    stage.cluster.apply(EXTERNAL_SECRETS, key, {"metadata": {"labels": {"x": "z"}}}, Write("user"), force=True)
    assert await stage.reconciler.reconcile(SHARED) == Again(SOON)
    assert await stage.reconcile() == Again(HOUR)
    assert not stage.children()["app/shared"]["metadata"].get("labels")


async def test_what_was_patched_is_known_before_the_watch_tells(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    stage.edit({"externalSecretSpec": CHILD | {"refreshInterval": "5m"}})
    await stage.reconcile()
    stage.api.seen.clear()
    await stage.reconciler.reconcile(SHARED)
    assert stage.api.verbs("externalsecrets") == []


@pytest.mark.parametrize("spec", [{"refreshTime": "soon"}, {"externalSecretSpec": {"data": []}}])
async def test_an_invalid_object_keeps_its_children_and_says_why(stage: Stage, spec: dict[str, Any]) -> None:
    stage.put()
    await stage.reconcile()
    stage.edit(spec)
    assert await stage.reconcile() == Done()
    assert set(stage.children()) == {"app/shared", "web/shared"}
    assert stage.status()["provisionedNamespaces"] == ["app", "web"]
    assert next(iter(spec)) in stage.status()["conditions"][0]["message"]


async def test_marks_of_upstreams_operator_hold_up_no_deletion(stage: Stage) -> None:
    own = "externalsecrets.external-secrets.io/clusterexternalsecret-cleanup"
    stage.namespace("old", finalizers=[CES_MARK])
    stage.put(finalizers=[own])
    await stage.reconcile()
    assert stage.cluster.get(NAMESPACES, Key(name="old"))["metadata"]["finalizers"] == [CES_MARK]
    stage.cluster.remove(KIND.resource, SHARED)
    assert await stage.reconcile() == Done()
    assert stage.cluster.stored(KIND.resource, SHARED) is None
    assert not stage.cluster.get(NAMESPACES, Key(name="old"))["metadata"].get("finalizers")


async def test_marks_of_one_that_is_gone_are_removed(stage: Stage) -> None:
    stage.namespace("old", finalizers=[CES_MARK])
    assert await stage.reconcile() == Done()
    assert not stage.cluster.get(NAMESPACES, Key(name="old"))["metadata"].get("finalizers")


async def test_a_mark_that_may_not_be_removed_is_told(stage: Stage) -> None:
    stage.namespace("old", finalizers=[CES_MARK])
    refuse(stage, "patch", "namespaces")
    with pytest.raises(KeyferryError):
        await stage.reconcile()


async def test_nobody_is_taken_for_gone_before_all_are_known(stage: Stage) -> None:
    stage.namespace("old", finalizers=[CES_MARK])
    assert await stage.reconciler.reconcile(SHARED) == Again(LAG)
    assert stage.api.verbs("namespaces") == []


async def test_one_that_cannot_be_read_is_there_still(stage: Stage) -> None:
    stage.namespace("old", finalizers=[CES_MARK])
    stage.catch_up()
    stage.caches.fanouts.undecodable(SHARED, "broken")
    assert await stage.reconciler.reconcile(SHARED) == Done()
    assert stage.api.verbs("namespaces") == []


async def test_an_object_that_went_meanwhile_needs_no_status(stage: Stage) -> None:
    stage.put()
    stage.catch_up()
    stage.cluster.remove(KIND.resource, SHARED)
    assert await stage.reconciler.reconcile(SHARED) == Again(HOUR)


async def test_tells_how_long_a_pass_took(stage: Stage) -> None:
    stage.put()
    await stage.reconcile()
    assert set(stage.reconciler.durations) == {SHARED}
    stage.cluster.remove(KIND.resource, SHARED)
    await stage.reconcile()
    assert dict(stage.reconciler.durations) == {}
