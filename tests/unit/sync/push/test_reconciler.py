"""The turns of one PushSecret: what is written, deleted, told, and when it comes back."""

from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import Bug, GrantError, NotFound, SpecError, Unavailable
from keyferry.model.secrets import SecretName, SecretRef, SecretValue
from keyferry.spec.push_secret import PushSecret
from keyferry.sync.kinds import PUSH_SECRETS, SECRET_STORES
from keyferry.sync.push import plan
from keyferry.sync.push.reconciler import Reconciler
from keyferry.sync.push.render import Templated
from keyferry.sync.push.templates import Templates
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.template.functions.function import Surroundings
from keyferry.vault.throttle import Priority
from keyferry.vault.writing.wish import Present
from tests.fakes.push_secrets import NOW, PUSH, SYNCED, VAULT, watched
from tests.fakes.push_world import SOURCE, PushWorld

FINALIZER = "pushsecret.externalsecrets.io/finalizer"


def entry(key: str, remote: str) -> dict[str, Any]:
    return {"match": {"secretKey": key, "remoteRef": {"remoteKey": remote}}}


def finalizers(world: PushWorld) -> list[str]:
    stored = world.stored()
    return [] if stored is None else list(stored["metadata"].get("finalizers", []))


async def test_a_new_one_is_pushed_listed_and_comes_back_after_its_interval(world: PushWorld) -> None:
    world.push()
    result = await world.reconcile()
    assert isinstance(result, Again)
    assert timedelta(minutes=59) < result.after <= timedelta(hours=1)
    assert world.vaults.values() == {"remote": b"v"}
    assert world.status().synced == SYNCED
    assert world.ready()[:2] == ("True", "Synced")
    assert finalizers(world) == [FINALIZER]
    assert await world.events() == [("Normal", "Synced")]


async def test_at_rest_nothing_is_asked_or_written(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    asked, version = len(world.vaults.asked), (world.stored() or {})["metadata"]["resourceVersion"]
    assert isinstance(await world.reconcile(), Again)
    assert len(world.vaults.asked) == asked
    assert (world.stored() or {})["metadata"]["resourceVersion"] == version


async def test_an_interval_later_the_vault_is_compared_and_the_time_moves_without_a_word(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    first = world.status().refresh_time
    world.later(hours=2)
    await world.reconcile()
    assert world.vaults.asked[-1] == ("push", "remote", Priority.REFRESH)
    assert world.status().refresh_time != first
    assert len(await world.events()) == 1


async def test_a_changed_source_is_pushed_at_once(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.secret(k=b"changed")
    await world.reconcile()
    assert world.vaults.values() == {"remote": b"changed"}
    assert world.vaults.asked[-1] == ("push", "remote", Priority.FIRST_READ)


async def test_an_entry_that_goes_takes_its_object_along(world: PushWorld) -> None:
    world.push({"data": [entry("k", "one"), entry("k", "two")]})
    await world.reconcile()
    world.push({"data": [entry("k", "two")]})
    await world.reconcile()
    assert world.vaults.values() == {"two": b"v"}
    assert set(world.status().synced["SecretStore/kv"]) == {"two"}


async def test_without_the_policy_nothing_is_deleted_and_no_finalizer_is_there(world: PushWorld) -> None:
    world.push({"deletionPolicy": "None", "data": [entry("k", "one"), entry("k", "two")]})
    await world.reconcile()
    world.push({"deletionPolicy": "None", "data": [entry("k", "two")]})
    await world.reconcile()
    assert world.vaults.values() == {"one": b"v", "two": b"v"}
    assert finalizers(world) == []


async def test_another_policy_takes_the_finalizer_away(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.push({"deletionPolicy": "None"})
    await world.reconcile()
    assert finalizers(world) == []


async def test_the_end_of_the_push_secret_is_the_end_of_what_it_pushed(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.cluster.delete(PUSH_SECRETS, PUSH, {})
    assert await world.reconcile() == Done()
    assert world.vaults.held == {}
    assert world.stored() is None


async def test_what_cannot_be_deleted_holds_it_and_stays_listed(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.vaults.failures["remote"] = [Unavailable(what="down")]
    world.cluster.delete(PUSH_SECRETS, PUSH, {})
    with pytest.raises(Unavailable):
        await world.reconcile()
    assert (world.ready()[1], finalizers(world)) == ("Errored", [FINALIZER])
    assert world.status().synced == SYNCED
    await world.reconcile()
    assert world.stored() is None


async def test_what_is_somebody_else_s_by_now_stays_and_is_told(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    ref = SecretRef(vault_url=VAULT, name=SecretName("remote"))
    world.vaults.held[ref] = SecretValue(b"theirs"), Present(version="9")
    world.cluster.delete(PUSH_SECRETS, PUSH, {})
    await world.reconcile()
    assert world.vaults.values() == {"remote": b"theirs"}
    assert world.stored() is None
    assert await world.events() == [("Normal", "Synced"), ("Warning", "NotOwned")]


async def test_one_without_our_finalizer_may_go(world: PushWorld) -> None:
    world.push(finalizers=["other"])
    world.cluster.delete(PUSH_SECRETS, PUSH, {})
    assert await world.reconcile() == Done()
    assert finalizers(world) == ["other"]


async def test_a_finalizer_without_the_policy_is_let_go_and_nothing_deleted(world: PushWorld) -> None:
    world.push({"deletionPolicy": "None"}, finalizers=[FINALIZER])
    world.cluster.delete(PUSH_SECRETS, PUSH, {})
    assert await world.reconcile() == Done()
    assert world.stored() is None
    assert world.vaults.asked == []


async def test_the_end_of_the_source_is_the_end_of_what_was_pushed(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.cluster.remove(SECRETS, SOURCE)
    assert await world.reconcile() == Done()
    assert (world.vaults.held, world.status().synced) == ({}, {})
    assert world.ready()[:2] == ("False", "SourceDeleted")
    assert await world.reconcile() == Done()
    world.secret(k=b"again")
    await world.reconcile()
    assert world.ready()[:2] == ("True", "Synced")


async def test_a_source_whose_objects_cannot_be_deleted_is_told(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.cluster.remove(SECRETS, SOURCE)
    world.vaults.failures["remote"] = [GrantError(what="no")]
    with pytest.raises(GrantError):
        await world.reconcile()
    assert world.ready()[1] == "Errored"


async def test_a_source_that_was_never_there_is_a_failure(world: PushWorld) -> None:
    world.cluster.remove(SECRETS, SOURCE)
    world.push()
    with pytest.raises(NotFound, match="Secret app/source does not exist"):
        await world.reconcile()
    assert world.ready()[1] == "Errored"


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        pytest.param({"refreshInterval": "soon"}, SpecError, "refreshInterval", id="invalid"),
        pytest.param({"data": [entry("no", "a")]}, SpecError, "has no key no", id="no-such-key"),
        pytest.param({"secretStoreRefs": [{"name": "no"}]}, NotFound, "SecretStore app/no", id="no-such-store"),
        pytest.param(
            {"template": {"data": {"k": "{{ .absent }}"}}}, SpecError, "spec.template.data\\[k\\]", id="template"
        ),
    ],
)
async def test_what_is_wrong_is_told_and_raised(
    world: PushWorld, spec: dict[str, Any], error: type[Exception], words: str
) -> None:
    world.push(spec)
    with pytest.raises(error, match=words):
        await world.reconcile()
    assert world.ready()[:2] == ("False", "Errored")
    assert await world.events() == [("Warning", "Errored")]
    assert world.vaults.held == {}


async def test_one_refusal_leaves_the_rest_pushed_and_listed(world: PushWorld) -> None:
    world.push({"data": [entry("k", "one"), entry("k", "two")]})
    world.vaults.failures["one"] = [GrantError(what="no")]
    with pytest.raises(GrantError):
        await world.reconcile()
    assert set(world.status().synced["SecretStore/kv"]) == {"two"}
    assert world.status().refresh_time is None
    await world.reconcile()
    assert set(world.status().synced["SecretStore/kv"]) == {"one", "two"}


async def test_a_removal_that_fails_keeps_old_and_new_listed(world: PushWorld) -> None:
    world.push({"data": [entry("k", "old")]})
    await world.reconcile()
    world.push({"data": [entry("k", "new")]})
    world.vaults.failures["old"] = [GrantError(what="no")]
    with pytest.raises(GrantError):
        await world.reconcile()
    assert set(world.status().synced["SecretStore/kv"]) == {"old", "new"}


async def test_if_not_exists_leaves_what_is_there(world: PushWorld) -> None:
    world.push({"updatePolicy": "IfNotExists"})
    await world.reconcile()
    world.secret(k=b"changed")
    await world.reconcile()
    assert world.vaults.values() == {"remote": b"v"}
    assert "left as they are" in world.ready()[2]


async def test_once_is_once(world: PushWorld) -> None:
    world.push({"refreshInterval": "0"})
    assert await world.reconcile() == Done()
    world.secret(k=b"changed")
    assert await world.reconcile() == Done()
    assert world.vaults.values() == {"remote": b"v"}


async def test_a_generator_is_a_source(world: PushWorld) -> None:
    world.push({"selector": {"generatorRef": {"kind": "Password", "name": "p"}}})
    await world.reconcile()
    assert world.vaults.values() == {"remote": b"Password p of app"}


async def test_a_generator_of_another_class_is_another_s_business(world: PushWorld) -> None:
    world.push({"selector": {"generatorRef": {"kind": "Fake", "name": "foreign"}}})
    assert await world.reconcile() == Done()
    assert (world.ready(), world.vaults.held) == (("", "", ""), {})


async def test_labels_choose_sources(world: PushWorld) -> None:
    world.secret("a", {"push": "yes"}, a=b"1")
    world.secret("b", {"push": "yes"}, b=b"2")
    to = {"storeRef": {"name": "kv"}}
    selector = {"secret": {"selector": {"matchLabels": {"push": "yes"}}}}
    world.push({"selector": selector, "data": [], "dataTo": [to]})
    await world.reconcile()
    assert world.vaults.values() == {"a": b"1", "b": b"2"}
    world.secret("b", {"push": "no"}, b=b"2")
    await world.reconcile()
    assert world.vaults.values() == {"a": b"1"}


async def test_another_operator_s_stores_are_its_business(world: PushWorld) -> None:
    world.stores.foreign.add("kv")
    world.push()
    assert await world.reconcile() == Done()
    assert (finalizers(world), world.vaults.asked) == ([], [])


async def test_a_store_that_comes_to_fit_is_written_to_and_one_that_goes_is_cleared(world: PushWorld) -> None:
    blue = {"labels": {"c": "blue"}}
    world.store("a", **blue)
    world.push({"secretStoreRefs": [{"labelSelector": {"matchLabels": {"c": "blue"}}}]})
    await world.reconcile()
    world.store("b", **blue)
    await world.reconcile()
    assert set(world.status().synced) == {"SecretStore/a", "SecretStore/b"}
    world.cluster.remove(SECRET_STORES, Key(namespace="app", name="b"))
    await world.reconcile()
    assert set(world.status().synced) == {"SecretStore/a"}


async def test_one_that_is_gone_is_forgotten(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    assert PUSH in world.reconciler.durations
    world.cluster.remove(PUSH_SECRETS, PUSH)
    assert await world.reconcile() == Done()
    assert await world.reconcile() == Done()
    assert PUSH not in world.reconciler.durations


class Broken(Templates):
    """Fails as it is told."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def engine(self) -> Engine:
        return Engine(Compiled(), Surroundings())

    async def of(self, spec: PushSecret, engine: Engine) -> Templated:
        raise self._failure


def broken(world: PushWorld, failure: Exception) -> Reconciler:
    observer, carrier, applier = world.observer, world.reconciler._carrier, world.reconciler._applier
    return Reconciler(observer, Broken(failure), carrier, applier, world.clock, "default")


async def test_what_takes_too_long_is_told(world: PushWorld) -> None:
    world.push()
    world.catch_up()
    with pytest.raises(Unavailable, match="took longer than 100 seconds"):
        await broken(world, TimeoutError()).reconcile(PUSH)
    assert world.ready()[1] == "Errored"


async def test_one_that_went_meanwhile_needs_no_status(world: PushWorld) -> None:
    world.push({"deletionPolicy": "None"})
    world.catch_up()
    world.cluster.remove(PUSH_SECRETS, PUSH)
    with pytest.raises(NotFound, match="PushSecret"):
        await world.reconciler.reconcile(PUSH)
    world.catch_up()
    gone = watched({"deletionPolicy": "None"})
    assert not world.observer.is_there(gone)
    await world.reconciler._tell(gone, plan.failed(gone.status, GrantError(what="no"), NOW))


async def test_a_mistake_of_our_own_is_told_without_its_text(world: PushWorld) -> None:
    world.push()
    world.catch_up()
    with pytest.raises(Bug):
        await broken(world, RuntimeError("s3cret")).reconcile(PUSH)
    assert world.ready()[1] == "Errored"
    assert "s3cret" not in world.ready()[2]


async def test_a_store_that_is_being_deleted_is_not_written_to(world: PushWorld) -> None:
    world.cluster.remove(SECRET_STORES, Key(namespace="app", name="kv"))
    world.store(deletionTimestamp="2026-01-01T00:00:00Z", finalizers=["x"])
    world.push()
    assert await world.reconcile() == Done()
    assert world.vaults.asked == []
