"""The operator process against the fake API server and fake Azure."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, LEASES, SECRETS
from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import SystemClock
from keyferry.sync import run
from keyferry.sync.kinds import CLASSES, EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.run import Operator
from keyferry.sync.settings import EventSettings, Served, Settings
from keyferry.vault.events.receiver import Gate
from tests.fakes.patience import patient
from tests.fakes.sync_world import DB, KV, SyncWorld

QUICK = Key(namespace="app", name="quick")


def free_address() -> str:
    """An address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def working(world: SyncWorld, settings: Settings, gate: Gate | None = None) -> AsyncIterator[asyncio.Event]:
    """Run an operator; setting the event ends it, as leaving does."""
    stop = asyncio.Event()
    operator = Operator(settings, world.client, world.reader, SystemClock(), gate)
    async with patient():
        task = asyncio.create_task(operator.work(stop))
        try:
            yield stop
        finally:
            stop.set()
            await task


async def fetched(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


@pytest.fixture(autouse=True)
def _cluster(world: SyncWorld) -> None:
    world.account()
    world.store()
    world.external()
    world.put("db-password", "first")


async def test_it_delivers_follows_and_tells(world: SyncWorld) -> None:
    address = free_address()
    async with working(world, Settings(health_address=address)):
        await world.api.until(lambda: world.ready()[0] == "True" and world.ready(SECRET_STORES, KV)[1] == "Valid")
        assert world.data() == {"PASSWORD": "first"}
        assert await fetched(address, "/readyz") == (200, "ok\n")
        status, metrics = await fetched(address, "/metrics")
        assert status == 200
        assert 'keyferry_azure_requests_total{kind="get",outcome="ok"} 1.0' in metrics
        ready = 'externalsecret_status_condition{condition="Ready",name="db",namespace="app",status="True"} 1.0'
        assert ready in metrics
        world.cluster.remove(SECRETS, DB)
        await world.api.until(lambda: world.data() == {"PASSWORD": "first"})
    reasons = {event["reason"] for event in world.cluster.all_of(EVENTS)}
    assert {"Created", "Valid"} <= reasons, "events are written before the end"


def delivery(name: str) -> bytes:
    """An event of Event Grid that tells of a new version."""
    data = {"VaultName": "kv-prod", "ObjectType": "Secret", "ObjectName": name, "Version": ""}
    return json.dumps([{"eventType": "Microsoft.KeyVault.SecretNewVersionCreated", "data": data}]).encode()


async def test_an_event_brings_a_new_value_long_before_the_interval(world: SyncWorld) -> None:
    address = free_address()
    settings = Settings(health_address="127.0.0.1:0", events=EventSettings(address=address))
    gate = Gate(keys=(SecretValue(b"open sesame"),))
    async with working(world, settings, gate), aiohttp.ClientSession() as session:
        await world.api.until(lambda: world.ready()[0] == "True")
        world.put("db-password", "second")
        url = f"http://{address}/events?key=open%20sesame"
        async with session.post(url, data=delivery("db-password")) as answer:
            assert answer.status == 200
        await world.api.until(lambda: world.data() == {"PASSWORD": "second"})
        async with session.post(f"http://{address}/events", data=delivery("db-password")) as answer:
            assert answer.status == 401


async def test_an_event_is_handed_on_to_the_nodes_by_the_classes_that_name_its_object(world: SyncWorld) -> None:
    world.cluster.served[CLASSES.group, CLASSES.version, CLASSES.plural] = CLASSES
    objects = 'array:\n- "objectName: db-password\\nobjectType: secret"\n'
    spec = {"provider": "azure", "parameters": {"keyvaultName": "kv-prod", "objects": objects}}
    world.cluster.seed(CLASSES, {"metadata": {"name": "db", "namespace": "app"}, "spec": spec})
    address = free_address()
    settings = Settings(health_address="127.0.0.1:0", events=EventSettings(address=address))
    gate = Gate(keys=(SecretValue(b"open sesame"),))
    async with working(world, settings, gate), aiohttp.ClientSession() as session:
        await world.api.until(lambda: world.ready()[0] == "True")
        await world.api.until(lambda: world.api.verbs("secretproviderclasses").count("watch") == 1)
        async with session.post(f"http://{address}/events?key=open%20sesame", data=delivery("db-password")) as answer:
            assert answer.status == 200
        await world.api.until(lambda: "patch" in world.api.verbs("secretproviderclasses"))
    stored = world.cluster.stored(CLASSES, Key(namespace="app", name="db"))
    assert stored is not None
    assert stored["metadata"]["annotations"]["keyferry.io/changed"].startswith("secrets/db-password@")


async def test_who_shares_a_changed_secret_is_woken_whatever_its_interval(world: SyncWorld) -> None:
    world.external({"refreshInterval": "1s", "target": {"name": "quick"}}, name="quick")
    async with working(world, Settings(health_address="127.0.0.1:0")):
        await world.api.until(lambda: world.ready()[0] == "True" and world.data(QUICK) is not None)
        world.put("db-password", "second")
        await world.api.until(lambda: world.data() == {"PASSWORD": "second"})


async def test_a_replica_that_is_not_elected_is_ready_and_writes_nothing(world: SyncWorld) -> None:
    held = {"holderIdentity": "another", "leaseDurationSeconds": 60, "renewTime": "2099-01-01T00:00:00.000000Z"}
    world.cluster.seed(LEASES, {"metadata": {"name": "keyferry-operator", "namespace": "platform"}, "spec": held})
    address = free_address()
    settings = Settings(health_address=address, leader_elect=True, lease_namespace="platform", instance="me")
    async with working(world, settings):
        await world.api.until(lambda: "get" in world.api.verbs("leases"))
        await world.api.until(lambda: world.api.verbs().count("watch") == 6)
        assert (await fetched(address, "/readyz"))[0] == 200
    assert world.data() is None
    assert world.ready() == ("", "", "")


async def test_a_cluster_without_our_kinds_is_told_as_what_is_missing(world: SyncWorld) -> None:
    del world.cluster.served[EXTERNAL_SECRETS.group, EXTERNAL_SECRETS.version, EXTERNAL_SECRETS.plural]
    address = free_address()
    async with working(world, Settings(health_address=address)):
        await world.api.until(lambda: world.api.verbs("externalsecrets").count("list") == 2)
        status, told = await fetched(address, "/readyz")
    assert status == 503
    assert "externalsecrets.external-secrets.io" in told


async def test_the_leader_works_and_gives_the_lease_back(world: SyncWorld) -> None:
    lease = Key(namespace="platform", name="keyferry-operator")
    settings = Settings(health_address="127.0.0.1:0", leader_elect=True, lease_namespace="platform", instance="me")
    async with working(world, settings):
        await world.api.until(lambda: world.ready()[0] == "True")
        assert world.cluster.get(LEASES, lease)["spec"]["holderIdentity"] == "me"
    assert world.cluster.get(LEASES, lease)["spec"].get("holderIdentity", "") == ""


async def test_one_namespace_alone(world: SyncWorld) -> None:
    world.account(namespace="web")
    world.store(namespace="web")
    world.external(namespace="web")
    async with working(world, Settings(health_address="127.0.0.1:0", namespace="web")):
        await world.api.until(lambda: world.ready(EXTERNAL_SECRETS, Key(namespace="web", name="db"))[0] == "True")
    assert world.data() is None
    assert [seen.path for seen in world.api.seen if "/namespaces/web/" not in seen.path] == []


async def test_liveness_and_readiness_at_an_address_of_their_own(world: SyncWorld) -> None:
    metrics, live = free_address(), free_address()
    async with working(world, Settings(health_address=metrics, live_address=live)):
        await world.api.until(lambda: world.ready()[0] == "True")
        assert [await fetched(each, "/healthz") for each in (metrics, live)] == [(200, "ok\n")] * 2


async def test_an_address_of_liveness_that_is_none_ends_the_start(world: SyncWorld) -> None:
    operator = Operator(
        Settings(health_address="127.0.0.1:0", live_address="nowhere"), world.client, world.reader, SystemClock()
    )
    with pytest.raises(SpecError):
        await operator.work(asyncio.Event())
    assert world.api.seen == []


@pytest.mark.parametrize(
    ("served", "absent"),
    [
        pytest.param(Served(cluster_secret_stores=False), {"clustersecretstores"}, id="cluster-stores"),
        pytest.param(Served(cluster_external_secrets=False), {"clusterexternalsecrets"}, id="cluster-external"),
        pytest.param(Served(cluster_push_secrets=False), {"clusterpushsecrets"}, id="cluster-push"),
        pytest.param(Served(push_secrets=False), {"pushsecrets", "clusterpushsecrets"}, id="push"),
        pytest.param(Served(), set(), id="everything"),
    ],
)
async def test_what_is_not_served_is_not_watched(world: SyncWorld, served: Served, absent: set[str]) -> None:
    optional = {"clustersecretstores", "clusterexternalsecrets", "clusterpushsecrets", "pushsecrets"}
    async with working(world, Settings(health_address="127.0.0.1:0", served=served)):
        await world.api.until(lambda: world.ready()[0] == "True")
        await world.api.until(lambda: optional - absent <= {seen.path.rsplit("/", 1)[-1] for seen in world.api.seen})
    assert absent & {seen.path.rsplit("/", 1)[-1] for seen in world.api.seen} == set()


async def test_stores_that_another_operator_checks_are_used_and_not_written(world: SyncWorld) -> None:
    settings = Settings(health_address="127.0.0.1:0", served=Served(secret_stores=False, push_secrets=False))
    async with working(world, settings):
        await world.api.until(lambda: world.ready()[0] == "True")
    assert "patch" not in world.api.verbs("secretstores")
    assert "status" not in world.cluster.get(SECRET_STORES, KV)


async def test_a_cluster_store_that_another_operator_serves_is_left_to_it(world: SyncWorld) -> None:
    world.external({"secretStoreRef": {"kind": "ClusterSecretStore", "name": "kv"}}, name="other")
    settings = Settings(health_address="127.0.0.1:0", served=Served(cluster_secret_stores=False))
    async with working(world, settings):
        await world.api.until(lambda: world.ready()[0] == "True")
    assert world.cluster.get(EXTERNAL_SECRETS, Key(namespace="app", name="other"))["status"] == {}


async def test_templates_have_the_delimiters_that_the_operator_has(world: SyncWorld) -> None:
    template = {"data": {"URL": "<< .PASSWORD | upper >>{{"}}
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"].update(target={"template": template}))
    async with working(world, Settings(health_address="127.0.0.1:0", delimiters=("<<", ">>"))):
        await world.api.until(lambda: world.ready()[0] == "True")
    assert world.data() == {"URL": "FIRST{{"}


async def test_it_lists_managed_secrets_and_accounts_without_what_nobody_asks_for(world: SyncWorld) -> None:
    async with working(world, Settings(health_address="127.0.0.1:0")):
        await world.api.until(lambda: world.ready()[0] == "True")
    lists = {seen.path.rsplit("/", 1)[-1]: seen for seen in world.api.seen if seen.verb == "list"}
    assert lists["secrets"].query["labelSelector"] == "reconcile.external-secrets.io/managed=true"
    assert "as=PartialObjectMetadata" in lists["serviceaccounts"].headers["accept"]


async def test_a_taken_address_is_told_before_anything_starts(world: SyncWorld) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        operator = Operator(Settings(health_address=address), world.client, world.reader, SystemClock())
        with pytest.raises(SpecError, match="port is in use"):
            await operator.work(asyncio.Event())
    assert world.api.seen == []


def kubeconfig(world: SyncWorld, folder: Path) -> Path:
    """A kubeconfig of the fake cluster."""
    document = {
        "current-context": "fake",
        "clusters": [{"name": "fake", "cluster": {"server": f"http://127.0.0.1:{world.api.port}"}}],
        "users": [{"name": "fake", "user": {}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(document))
    return path


async def test_the_process_works_until_it_is_told_to_stop(world: SyncWorld, tmp_path: Path) -> None:
    """The fake cluster's tokens are nothing that Entra trusts, and the status says so."""
    settings = Settings(kubeconfig=kubeconfig(world, tmp_path), health_address="127.0.0.1:0")
    async with patient():
        process = asyncio.create_task(run.run(settings))
        await world.api.until(lambda: world.ready()[0] == "False")
        os.kill(os.getpid(), signal.SIGTERM)
        await process
    assert "AADSTS" in world.ready()[2]
    assert world.azure.azure.values_served == 0
    assert json.dumps(world.cluster.get(EXTERNAL_SECRETS, DB)).count("fake.app/reader") == 0


async def test_a_kubeconfig_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("[]")
    with pytest.raises(SpecError):
        await run.run(Settings(kubeconfig=path))
