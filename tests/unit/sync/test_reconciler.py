"""Whole reconciles against the fake API server and fake Azure."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, SERVICE_ACCOUNTS
from keyferry.model.errors import (
    AssertionRejected,
    Bug,
    GrantError,
    NotFound,
    RoleMissing,
    SecretAbsent,
    SpecError,
    Unavailable,
)
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync.apply import Applier
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.observe import Observer
from keyferry.sync.reconciler import LATER, Habits, Reconciler
from keyferry.sync.render_thread import CROWD
from keyferry.sync.state import Values
from keyferry.sync.template_sources import TemplateSources
from tests.fakes.azure_http import Fault as AzureFault
from tests.fakes.kube_api import Fault
from tests.fakes.kube_world import Json
from tests.fakes.sync_world import DB, KV, SyncWorld
from tests.fakes.vault_world import CLIENT, VAULT_HOST

HOUR = timedelta(hours=1)
CONFLICT = Fault(verb="update", plural="secrets", status=409, reason="Conflict", message="modified")
NO_VAULT = "<html>some proxy's page</html>"
SYNCED = ("True", "SecretSynced", "the Secret holds what the vault holds")


@pytest.fixture(autouse=True)
def _ready(world: SyncWorld) -> None:
    """An ExternalSecret, its store, its account and its value."""
    world.account()
    world.store()
    world.external()
    world.put("db-password", "first")


def waits_an_hour(result: Result) -> bool:
    """A status tells whole seconds, so up to one of them may be over already; the rest is the machine's."""
    return isinstance(result, Again) and HOUR - timedelta(seconds=30) < result.after <= HOUR


async def test_creates_the_secret_and_comes_back_after_the_interval(world: SyncWorld) -> None:
    assert waits_an_hour(await world.reconcile())
    assert world.data() == {"PASSWORD": "first"}
    assert world.ready() == SYNCED
    assert await world.events() == [("Normal", "Created")]


async def test_at_rest_it_asks_nobody(world: SyncWorld) -> None:
    await world.reconcile()
    requests, asked = len(world.api.seen), world.azure.azure.requests.copy()
    assert waits_an_hour(await world.reconcile())
    assert (len(world.api.seen), world.azure.azure.requests) == (requests, asked)


async def test_follows_the_vault_after_the_interval(world: SyncWorld) -> None:
    await world.reconcile()
    uid = world.cluster.get(SECRETS, DB)["metadata"]["uid"]
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    assert waits_an_hour(await world.reconcile())
    assert world.data() == {"PASSWORD": "second"}
    assert world.cluster.get(SECRETS, DB)["metadata"]["uid"] == uid, "replaced, never deleted and made again"


async def test_a_second_look_before_the_watch_asks_nobody(world: SyncWorld) -> None:
    world.catch_up()
    await world.reconciler.reconcile(DB)
    external = world.caches.externals.get(DB)
    world.catch_up()  # what the watch tells later is what the write had answered
    assert external == world.caches.externals.get(DB)


async def test_an_edited_secret_is_put_back(world: SyncWorld) -> None:
    await world.reconcile()
    world.edit(SECRETS, DB, lambda secret: secret["data"].update(PASSWORD="ZWRpdGVk", MORE="eA=="))
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}


async def test_a_deleted_secret_is_made_again(world: SyncWorld) -> None:
    await world.reconcile()
    world.cluster.remove(SECRETS, DB)
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}


@pytest.mark.parametrize("conflicts", [1, 2])
async def test_replaces_after_a_conflict_what_is_there_by_then(world: SyncWorld, conflicts: int) -> None:
    await world.reconcile()
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    world.api.faults.extend([CONFLICT] * conflicts)
    assert waits_an_hour(await world.reconcile())
    assert world.data() == {"PASSWORD": "second"}
    assert world.api.verbs("secrets").count("update") == conflicts + 1
    assert world.azure.azure.requests["get"] == 2, "the vault is asked once a pass, whatever the writes meet"


async def test_gives_up_after_some_conflicts_for_the_loop_to_come_back(world: SyncWorld) -> None:
    await world.reconcile()
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    world.api.faults.extend([CONFLICT] * 10)
    with pytest.raises(Conflict):
        await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}


async def test_adopts_a_secret_that_the_cache_did_not_know(world: SyncWorld) -> None:
    theirs: Json = {"PASSWORD": "b2xk", "OTHER": "eA=="}
    metadata = {"name": "db", "namespace": "app", "labels": {"team": "a"}}
    world.cluster.seed(SECRETS, {"metadata": metadata, "data": theirs, "type": "Opaque"})
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    stored = world.cluster.get(SECRETS, DB)
    assert stored["metadata"]["labels"]["team"] == "a"
    assert [owner["kind"] for owner in stored["metadata"]["ownerReferences"]] == ["ExternalSecret"]
    assert await world.events() == [("Normal", "Updated"), ("Warning", "Adopted")]


async def test_never_takes_a_secret_from_its_owner(world: SyncWorld) -> None:
    owner = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "name": "web", "uid": "u", "controller": True}
    metadata = {"name": "db", "namespace": "app", "ownerReferences": [owner]}
    world.cluster.seed(SECRETS, {"metadata": metadata, "data": {"a": "eA=="}})
    with pytest.raises(GrantError):
        await world.reconcile()
    assert world.data() == {"a": "x"}
    assert world.ready()[:2] == ("False", "SecretSyncedError")


async def test_a_changed_label_of_ours_moves_and_one_of_others_stays(world: SyncWorld) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["metadata"].update(labels={"tier": "1"}))
    await world.reconcile()
    world.edit(SECRETS, DB, lambda secret: secret["metadata"]["labels"].update(theirs="yes"))
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["metadata"].update(labels={"level": "2"}))
    await world.reconcile()
    labels = world.cluster.get(SECRETS, DB)["metadata"]["labels"]
    assert labels["level"] == "2"
    assert labels["theirs"] == "yes"
    assert "tier" not in labels


async def test_a_renamed_target_leaves_nothing_behind(world: SyncWorld) -> None:
    await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(name="new"))
    await world.reconcile()
    assert world.data(Key(namespace="app", name="new")) == {"PASSWORD": "first"}
    assert world.data(DB) is None


async def test_a_former_target_that_somebody_else_deleted_is_no_failure(world: SyncWorld) -> None:
    await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(name="new"))
    world.catch_up()
    world.cluster.remove(SECRETS, DB)
    assert waits_an_hour(await world.reconciler.reconcile(DB))
    assert world.ready() == SYNCED


@pytest.mark.parametrize(
    ("policy", "data", "reason"),
    [
        pytest.param("Retain", {"PASSWORD": "first"}, "SecretSyncedError", id="retain"),
        pytest.param("Delete", None, "SecretDeleted", id="delete"),
        pytest.param("Merge", {}, "SecretSynced", id="merge"),
    ],
)
async def test_a_secret_that_the_vault_has_no_more(
    world: SyncWorld, policy: str, data: dict[str, str] | None, reason: str
) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(deletionPolicy=policy))
    await world.reconcile()
    del world.azure.azure.vaults[VAULT_HOST].secrets["db-password"]
    world.azure.clock.advance(HOUR)
    if policy == "Retain":
        with pytest.raises(SecretAbsent):
            await world.reconcile()
    else:
        await world.reconcile()
    assert world.data() == data
    assert world.ready()[1] == reason


async def test_a_deleted_secret_comes_back_with_its_value(world: SyncWorld) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(deletionPolicy="Delete"))
    await world.reconcile()
    del world.azure.azure.vaults[VAULT_HOST].secrets["db-password"]
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.data() is None
    world.put("db-password", "again")
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert world.data() == {"PASSWORD": "again"}


def lose_the_store(world: SyncWorld) -> None:
    world.cluster.remove(SECRET_STORES, KV)


def lose_the_account(world: SyncWorld) -> None:
    world.cluster.remove(SERVICE_ACCOUNTS, Key(namespace="app", name="reader"))


def lose_the_accounts_token(world: SyncWorld) -> None:
    world.azure.tokens.accounts.clear()
    world.azure.azure.refuse_tokens.update(f"access-token-{number}" for number in range(10))


def lose_the_role(world: SyncWorld) -> None:
    world.azure.azure.vaults[VAULT_HOST].readers.clear()
    world.azure.azure.vaults[VAULT_HOST].listers.clear()


def lose_the_vault(world: SyncWorld) -> None:
    world.azure.azure.vault_faults.extend([AzureFault(404, NO_VAULT, content_type="text/html")] * 20)


def lose_the_credential(world: SyncWorld) -> None:
    world.edit(SERVICE_ACCOUNTS, Key(namespace="app", name="reader"), _with_another_client)


def _with_another_client(account: Json) -> None:
    account["metadata"]["annotations"]["azure.workload.identity/client-id"] = CLIENT.replace("c", "e")


SOURCES: dict[str, dict[str, Any]] = {
    "data": {"data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}]},
    "extract": {"data": [], "dataFrom": [{"extract": {"key": "json"}}]},
    "find": {"data": [], "dataFrom": [{"find": {"name": {"regexp": "db"}}}]},
}


@pytest.mark.parametrize("policy", ["Delete", "Merge"])
@pytest.mark.parametrize(
    ("lose", "error"),
    [
        pytest.param(lose_the_store, NotFound, id="the-store"),
        pytest.param(lose_the_account, NotFound, id="the-account"),
        pytest.param(lose_the_accounts_token, NotFound, id="the-accounts-token"),
        pytest.param(lose_the_role, RoleMissing, id="the-role"),
        pytest.param(lose_the_vault, NotFound, id="the-vault"),
        pytest.param(lose_the_credential, AssertionRejected, id="the-federated-credential"),
    ],
)
async def test_no_loss_but_the_secrets_own_deletes_or_empties(
    world: SyncWorld, lose: Callable[[SyncWorld], None], error: type[Exception], policy: str
) -> None:
    world.put("json", '{"a": "1"}')
    names = [Key(namespace="app", name=name) for name in SOURCES]
    for key in names:
        world.external(SOURCES[key.name] | {"target": {"name": key.name, "deletionPolicy": policy}}, name=key.name)
        await world.reconcile(key)
    before = [world.cluster.get(SECRETS, key) for key in names]
    lose(world)
    world.azure.clock.advance(2 * HOUR)
    for key in names:
        with pytest.raises(error) as caught:
            await world.reconcile(key)
        assert not isinstance(caught.value, SecretAbsent)
        assert world.ready(key=key)[:2] == ("False", "SecretSyncedError")
    assert [world.cluster.get(SECRETS, key) for key in names] == before


async def test_a_failure_is_told_and_raised_and_mends_itself(world: SyncWorld) -> None:
    await world.reconcile()
    told = world.cluster.get(EXTERNAL_SECRETS, DB)["status"]["refreshTime"]
    world.azure.clock.advance(HOUR)
    world.azure.azure.vault_faults.extend([AzureFault(200, NO_VAULT, content_type="text/html")] * 20)
    with pytest.raises(Unavailable):
        await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert world.ready()[:2] == ("False", "SecretSyncedError")
    assert world.cluster.get(EXTERNAL_SECRETS, DB)["status"]["refreshTime"] == told
    assert ("Warning", "UpdateFailed") in await world.events()
    world.azure.azure.vault_faults.clear()
    world.azure.clock.advance(timedelta(minutes=1))
    assert waits_an_hour(await world.reconcile())
    assert world.ready() == SYNCED


@pytest.mark.parametrize("verb", ["create", "update", "get"])
@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        pytest.param(403, "Forbidden", GrantError, id="forbidden"),
        pytest.param(422, "Invalid", SpecError, id="invalid"),
        pytest.param(500, "InternalError", Unavailable, id="broken"),
    ],
)
async def test_what_the_api_server_refuses_is_told_without_its_words(
    world: SyncWorld, verb: str, status: int, reason: str, error: type[Exception]
) -> None:
    if verb != "create":
        await world.reconcile()
        world.put("db-password", "canary")
        world.azure.clock.advance(HOUR)
    fault = Fault(verb=verb, plural="secrets", status=status, reason=reason, message="the body was canary first")
    world.api.faults.extend([fault] * 9)
    with pytest.raises(error) as caught:
        await world.reconcile()
    assert world.ready() == ("False", "SecretSyncedError", str(caught.value))
    assert ("Warning", "UpdateFailed") in await world.events()
    assert "canary" not in world.ready()[2]
    assert "first" not in world.ready()[2]


async def test_where_even_the_status_is_refused_the_loop_hears_of_it(world: SyncWorld) -> None:
    for plural in ("secrets", "externalsecrets"):
        world.api.faults.append(Fault(plural=plural, status=403, reason="Forbidden"))
    with pytest.raises(GrantError):
        await world.reconcile()
    assert world.ready() == ("", "", "")


async def test_what_is_read_once_is_ready_again_when_its_spec_is_mended(world: SyncWorld) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"].update(refreshInterval="0"))
    await world.reconcile()
    data = world.cluster.get(EXTERNAL_SECRETS, DB)["spec"]["data"]
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"].update(data=[]))
    with pytest.raises(SpecError):
        await world.reconcile()
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"].update(data=data))
    assert await world.reconcile() == Done()
    assert world.ready()[:2] == ("True", "SecretSynced")


async def test_an_invalid_spec_is_told_and_asks_nobody(world: SyncWorld) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"].update(data=[]))
    with pytest.raises(SpecError):
        await world.reconcile()
    assert world.ready()[:2] == ("False", "SecretSyncedError")
    assert not world.azure.azure.requests


async def test_a_store_of_another_class_is_left_alone(world: SyncWorld) -> None:
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(controller="other"))
    assert await world.reconcile() == Done()
    assert world.data() is None
    assert world.ready() == ("", "", "")


async def test_an_external_secret_that_is_gone_needs_nothing(world: SyncWorld) -> None:
    world.cluster.remove(EXTERNAL_SECRETS, DB)
    assert await world.reconcile() == Done()


async def test_one_that_is_deleted_is_let_go_without_upstreams_finalizer(world: SyncWorld) -> None:
    finalizer = "externalsecrets.external-secrets.io/externalsecret-cleanup"
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["metadata"].update(finalizers=[finalizer]))
    await world.reconcile()
    world.cluster.remove(EXTERNAL_SECRETS, DB)
    assert world.cluster.stored(EXTERNAL_SECRETS, DB) is not None
    assert await world.reconcile() == Done()
    assert world.cluster.stored(EXTERNAL_SECRETS, DB) is None


async def test_a_crash_is_told_too_without_its_words(world: SyncWorld) -> None:
    await world.reconcile()
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    world.api.faults.append(Fault(verb="get", plural="secrets", status=200, body=b'{"metadata": "canary"}'))
    with pytest.raises(Bug):
        await world.reconcile()
    assert world.ready()[:2] == ("False", "SecretSyncedError")
    assert "canary" not in world.ready()[2]
    assert world.data() == {"PASSWORD": "first"}


class TestGoneInTheMiddle:
    """The ExternalSecret is deleted while its vault is asked."""

    async def test_the_loop_comes_back_until_the_watch_has_told(self, world: SyncWorld) -> None:
        world.catch_up()
        world.cluster.remove(EXTERNAL_SECRETS, DB)
        with pytest.raises(NotFound):
            await world.reconciler.reconcile(DB)

    async def test_nothing_is_written_for_what_went_while_the_vault_was_asked(self, world: SyncWorld) -> None:
        world.catch_up()
        asked = asyncio.create_task(world.reconciler.reconcile(DB))
        await world.azure.proxy.connected.wait()
        world.cluster.remove(EXTERNAL_SECRETS, DB)
        world.caches.externals.deleted(DB)
        assert await asked == Done()
        assert world.data() is None

    async def test_nothing_is_wrong_once_the_watch_has_told(self, world: SyncWorld) -> None:
        world.catch_up()

        def forget(_change: object) -> None:
            world.cluster.listeners.remove(forget)
            world.cluster.remove(EXTERNAL_SECRETS, DB)
            world.caches.externals.deleted(DB)

        world.cluster.listeners.append(forget)  # at the first write, which is the Secret's
        assert waits_an_hour(await world.reconciler.reconcile(DB))


async def test_an_edit_that_overtakes_the_answer_to_a_write_is_not_lost(world: SyncWorld) -> None:
    world.catch_up()

    def edit(_change: object) -> None:
        """After the status is written, and before its answer arrives, the spec changes and the watch tells it."""
        if world.ready()[0]:
            world.cluster.listeners.remove(edit)
            world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(name="new"))
            world.catch_up()

    world.cluster.listeners.append(edit)
    await world.reconciler.reconcile(DB)
    external = world.caches.externals.get(DB)
    assert external is not None
    assert external.target_name == "new"


async def test_one_that_is_made_anew_while_the_vault_is_asked_gets_nothing_of_the_old_one(world: SyncWorld) -> None:
    """Both have generation 1 and equal labels: with the old one's status the new one would pass for synced."""
    world.put("other", "of the new one")
    world.catch_up()
    world.azure.azure.latency = 0.2
    reconciling = asyncio.create_task(world.reconciler.reconcile(DB))
    await world.azure.proxy.connected.wait()
    world.cluster.remove(EXTERNAL_SECRETS, DB)
    world.external({"data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "other"}}]}, uid="another")
    world.catch_up()
    assert await reconciling == Done()
    assert world.data() is None
    assert world.ready() == ("", "", "")
    await world.reconcile()
    assert world.data() == {"PASSWORD": "of the new one"}


class Broken(Observer):
    """An observer with a mistake in it."""

    async def values(self, spec: ExternalSecret, *, fresh: bool) -> Values:
        """Fail in a way that nobody foresaw, with a value in the text."""
        raise ZeroDivisionError(f"canary {spec.name}")


class Slow(Observer):
    """An observer whose vault takes its time."""

    async def values(self, spec: ExternalSecret, *, fresh: bool) -> Values:
        """Never return."""
        await asyncio.Event().wait()
        return await super().values(spec, fresh=fresh)


def with_observer(world: SyncWorld, kind: type[Observer], read_seconds: float = 60) -> Reconciler:
    observer = kind(world.caches, world.client, world.reader, world.directory, TemplateSources(world.client))
    applier = Applier(world.client, world.recorder, observer.note_status)
    return Reconciler(observer, applier, world.azure.clock, Habits(read_seconds=read_seconds))


async def test_a_mistake_of_ours_is_told_too_without_its_text(world: SyncWorld) -> None:
    world.catch_up()
    with pytest.raises(Bug):
        await with_observer(world, Broken).reconcile(DB)
    status, _, message = world.ready()
    assert status == "False"
    assert "ZeroDivisionError at test_reconciler.py:" in message
    assert "canary" not in message


async def test_reads_that_take_too_long_are_told(world: SyncWorld) -> None:
    world.catch_up()
    with pytest.raises(Unavailable, match="took longer than"):
        await with_observer(world, Slow, 0.05).reconcile(DB)
    assert world.ready()[0] == "False"


async def test_a_long_property_is_cut_in_the_message(world: SyncWorld) -> None:
    remote = {"key": "db-password", "property": "a" * 100_000}
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["data"][0].update(remoteRef=remote))
    with pytest.raises(SpecError):
        await world.reconcile()
    assert len(world.ready()[2]) < 1_000


def templated(world: SyncWorld, count: int, actions: int) -> list[Key]:
    keys = [Key(namespace="app", name=f"templated-{number}") for number in range(count)]
    text = f"{{{{ range until {actions} }}}}{{{{ print . }}}}{{{{ end }}}}"
    for key in keys:
        world.external({"target": {"name": key.name, "template": {"data": {"k": text}}}}, name=key.name)
    return keys


async def test_templates_that_take_their_time_hold_up_nobody_but_each_other(world: SyncWorld) -> None:
    keys = templated(world, count=10, actions=800)
    world.catch_up()
    dear = [asyncio.create_task(world.reconciler.reconcile(key)) for key in keys]
    plain = asyncio.create_task(world.reconciler.reconcile(DB))
    await plain
    assert sum(task.done() for task in dear) < len(dear) / 2
    await asyncio.gather(*dear)


async def test_where_many_wait_to_be_rendered_others_come_back_later(world: SyncWorld) -> None:
    keys = templated(world, count=CROWD + 5, actions=50)
    world.catch_up()
    results = await asyncio.gather(*map(world.reconciler.reconcile, keys))
    later = [key for key, result in zip(keys, results, strict=True) if result == LATER]
    assert later
    assert [world.data(key) for key in later] == [None] * len(later)
    assert [world.data(key) is None for key in keys if key not in later] == [False] * (len(keys) - len(later))
    for key in later:
        await world.reconciler.reconcile(key)
        assert world.data(key) is not None
