"""Stores are found by reference, parsed once, and asked as whom their spec says."""

from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.model.errors import GrantError, NotFound, SpecError, Where
from keyferry.model.identity import WorkloadIdentity
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, SECRET_STORES
from tests.fakes.sync_world import KV, SyncWorld

ASKER = Where(kind="ExternalSecret", namespace="app", name="db", path="spec.secretStoreRef")


async def test_an_unknown_store_says_who_asked_and_what_to_do(world: SyncWorld) -> None:
    with pytest.raises(NotFound, match="SecretStore app/gone does not exist"):
        await world.directory.access(StoreRef(kind="SecretStore", name="gone"), "app", ASKER)


async def test_nothing_is_kept_of_what_is_gone(world: SyncWorld) -> None:
    assert world.directory.watched(Key(namespace="app", name="gone")) is None
    assert world.directory.parsed(Key(namespace="app", name="gone")) is None


async def test_a_store_is_parsed_once_for_each_of_its_versions(world: SyncWorld) -> None:
    world.store()
    world.catch_up()
    first = world.directory.parsed(KV)
    world.catch_up()
    assert isinstance(first, SecretStore)
    assert world.directory.parsed(KV) is first
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(controller="other"))
    world.catch_up()
    second = world.directory.parsed(KV)
    assert isinstance(second, SecretStore)
    assert second.controller == "other"


SHARED = StoreRef(kind="ClusterSecretStore", name="shared")
IN_WEB = Where(kind="ExternalSecret", namespace="web", name="db", path="spec.secretStoreRef")


def label(world: SyncWorld, namespace: str, **labels: str) -> None:
    world.edit(NAMESPACES, Key(name=namespace), lambda body: body["metadata"].update(labels=labels))


async def subject(world: SyncWorld, namespace: str, reference: StoreRef = SHARED) -> str:
    world.catch_up()
    access = await world.directory.access(reference, namespace, IN_WEB)
    assert isinstance(access.identity, WorkloadIdentity)
    return access.identity.subject


async def test_an_unknown_store_of_the_cluster_says_which_operators_know_none(world: SyncWorld) -> None:
    with pytest.raises(NotFound, match=r"ClusterSecretStore shared does not exist.*--namespace serves no Cluster"):
        await world.directory.access(SHARED, "web", IN_WEB)


async def test_each_namespace_speaks_as_its_own_account(world: SyncWorld) -> None:
    world.cluster_store()
    world.account()
    world.account(namespace="web")
    assert await subject(world, "app") == "system:serviceaccount:app:reader"
    assert await subject(world, "web") == "system:serviceaccount:web:reader"
    with pytest.raises(NotFound, match=r"ServiceAccount platform/reader does not exist.*that of each namespace"):
        await subject(world, "platform")


async def test_an_account_of_one_namespace_serves_all_without_further_consent(world: SyncWorld) -> None:
    world.cluster_store(serviceAccountRef={"name": "reader", "namespace": "platform"})
    world.account(namespace="platform")
    assert await subject(world, "app") == await subject(world, "web") == "system:serviceaccount:platform:reader"


async def test_a_namesake_of_the_cluster_is_another_store(world: SyncWorld) -> None:
    world.cluster_store("kv", serviceAccountRef={"name": "reader", "namespace": "platform"})
    world.store()
    world.account()
    world.account(namespace="platform")
    assert await subject(world, "app", StoreRef(kind="SecretStore", name="kv")) == "system:serviceaccount:app:reader"
    other = await subject(world, "app", StoreRef(kind="ClusterSecretStore", name="kv"))
    assert other == "system:serviceaccount:platform:reader"


@pytest.mark.parametrize(
    ("condition", "serves"),
    [
        pytest.param({"namespaces": ["web"]}, True, id="named"),
        pytest.param({"namespaces": ["app"]}, False, id="another-named"),
        pytest.param({"namespaceRegexes": ["^w"]}, True, id="pattern"),
        pytest.param({"namespaceSelector": {"matchLabels": {"tier": "prod"}}}, True, id="labels"),
        pytest.param({"namespaceSelector": {"matchLabels": {"tier": "test"}}}, False, id="other-labels"),
    ],
)
async def test_a_store_serves_the_namespaces_of_its_conditions(
    world: SyncWorld, condition: dict[str, Any], serves: bool
) -> None:
    world.cluster_store(conditions=[condition])
    world.account(namespace="web")
    label(world, "web", tier="prod")
    if serves:
        assert await subject(world, "web")
        return
    with pytest.raises(GrantError, match="ClusterSecretStore shared does not serve namespace web") as caught:
        await subject(world, "web")
    assert "app" not in str(caught.value), "whom else it serves is its owner's to know"
    assert str(caught.value.where) == "ClusterSecretStore shared spec.conditions"


async def test_a_namespace_that_nobody_has_seen_has_no_labels(world: SyncWorld) -> None:
    world.cluster_store(conditions=[{"namespaceSelector": {"matchLabels": {"tier": "prod"}}}])
    with pytest.raises(GrantError):
        await subject(world, "gone")


async def test_an_invalid_store_of_the_cluster_is_told_with_its_kind(world: SyncWorld) -> None:
    world.cluster_store(vaultUrl="kv")
    with pytest.raises(SpecError, match="ClusterSecretStore shared is invalid"):
        await subject(world, "web")


def test_labels_turn_the_stores_whose_conditions_ask_for_them(world: SyncWorld) -> None:
    world.cluster_store("prod", conditions=[{"namespaceSelector": {"matchLabels": {"tier": "prod"}}}])
    world.cluster_store("no-prod", conditions=[{"namespaceSelector": NOT_PROD}])
    world.cluster_store("named", conditions=[{"namespaces": ["web"]}])
    world.cluster_store("everybody")
    world.cluster_store("invalid", vaultUrl="kv", conditions=[{"namespaceSelector": NOT_PROD}])
    world.store()
    world.catch_up()
    turned = world.directory.turning("web", {}, {"tier": "prod"})
    assert {str(key) for key in turned} == {"prod", "no-prod"}
    assert world.directory.turning("web", {"tier": "prod"}, {"tier": "prod", "a": "b"}) == ()


NOT_PROD: Mapping[str, Any] = {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["prod"]}]}


async def test_what_changed_in_one_namespace_concerns_its_identity_alone(world: SyncWorld) -> None:
    world.cluster_store()
    world.account()
    world.account(namespace="web")
    await subject(world, "app")
    await subject(world, "web")
    (web,) = world.directory.changed(Key(name="shared"), "web")
    assert web.where.namespace == "web"
    assert world.directory.changed(Key(name="shared"), "web") == frozenset()
    await subject(world, "web")
    world.directory.left("web")
    (app,) = world.directory.changed(Key(name="shared"))
    assert app.where.namespace == "app"


def test_a_store_of_another_class_is_foreign_whatever_its_kind(world: SyncWorld) -> None:
    world.cluster_store()
    world.edit(CLUSTER_SECRET_STORES, Key(name="shared"), lambda store: store["spec"].update(controller="other"))
    world.store()
    world.catch_up()
    own = StoreRef(kind="SecretStore", name="kv")
    assert world.directory.is_foreign([own, SHARED], "app", "default")
    assert not world.directory.is_foreign([own, SHARED], "app", "other")
