"""The chart in the lab: installed by Helm, its three processes under its own accounts; upgraded, rolled back, removed.

The stories follow one another, as the life of a release does.
"""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from keyferry.cli import looking
from keyferry.cli.session import open_session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS, SECRETS, Resource
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.scenario import mount_manifests
from tests.scenario.chart_house import CONFIGURATIONS, SERVICE, House
from tests.scenario.commands import Kubectl
from tests.scenario.mount_manifests import secret_class, secret_object
from tests.scenario.mount_stage import digests, is_ready
from tests.scenario.stage import CANARY, READER, TENANT

pytestmark = pytest.mark.asyncio(loop_scope="module")

CERTIFICATE = Key(namespace="keyferry", name="keyferry-webhook-tls")
FILES = {"db-password": f"{CANARY}-db", "api-key": f"{CANARY}-api"}
SECRET = {"PASSWORD": f"{CANARY}-db"}
CRDS = Resource(
    group="apiextensions.k8s.io",
    version="v1",
    plural="customresourcedefinitions",
    kind="CustomResourceDefinition",
    namespaced=False,
)

Json = dict[str, Any]


@pytest.fixture(scope="module")
def seed() -> Json:
    return mount_manifests.seed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path, seed: Json, environment: Mapping[str, str]) -> AsyncIterator[House]:
    """A lab in which nothing is but what Helm installs."""
    async with AsyncExitStack() as stack:
        options = Options(nodes=1, republish_seconds=(1.0, 2.0))
        session = await stack.enter_async_context(open_session(Lab(parse(seed), folder, options)))
        os.environ.update(session.lab.environment)
        made = House(session)
        stack.push_async_callback(made.release.close)
        await made.release.install(made.values)
        stack.push_async_callback(made.stop_all)
        for component in ("operator", "webhook", "node"):
            await made.start(component)
        for kubelet in session.lab.kubelets:
            stack.push_async_callback(kubelet.close)
        webhook = made.parts["webhook"]
        session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, webhook.port)
        await asyncio.gather(*(part.is_ready() for part in made.parts.values()))
        yield made


async def test_a_secret_arrives(house: House) -> None:
    await house.site("one")
    await house.delivered(await house.order("one"), SECRET)


async def test_files_arrive_and_a_secret_made_of_them(house: House) -> None:
    synced = secret_object("synced", password="db-password")
    await house.session.put(secret_class("one", secret_objects=[synced]))
    await house.session.put(mount_manifests.pod("one", "web"))
    files = await house.until(lambda: mounted(house, "one", "web"), "the mounted files")
    assert files == digests(FILES)
    await house.delivered(Key(namespace="one", name="synced"), {"password": FILES["db-password"]})


async def mounted(house: House, namespace: str, name: str) -> dict[str, str] | None:
    """Return the digests of a running pod's files."""
    pod = await house.read(PODS, Key(namespace=namespace, name=name))
    if pod is None or not is_ready(pod):
        return None
    root = house.session.lab.kubelets[0].root
    folder = root / "pods" / pod["metadata"]["uid"] / "volumes/kubernetes.io~csi/secrets/mount"
    return digests({path.name: path.read_text() for path in (folder / "..data").iterdir()})


async def test_a_pod_that_asks_gets_its_identity_and_one_that_cannot_is_refused(house: House) -> None:
    spec = {"serviceAccountName": "reader", "containers": [{"name": "app", "image": "registry.example/app:1"}]}
    labels = {"azure.workload.identity/use": "true"}
    await house.put("v1", "Pod", "one/asks", metadata={"labels": labels}, spec=spec)
    pod = await house.read(PODS, Key(namespace="one", name="asks"))
    assert pod is not None
    env = {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}
    assert (env["AZURE_CLIENT_ID"], env["AZURE_TENANT_ID"]) == (READER, TENANT)
    with pytest.raises(Exception, match="so it delivers nothing"):
        await house.put(
            "external-secrets.io/v1",
            "ExternalSecret",
            "one/empty",
            spec={"secretStoreRef": {"name": "kv"}, "dataFrom": [{}]},
        )


async def test_nobody_asked_for_more_than_the_chart_grants(house: House) -> None:
    assert house.refused() == {}


async def test_an_upgrade_keeps_what_is_delivered_and_trusted(house: House) -> None:
    before, secret = await house.bundles(), await looking.secret(house.client, Key(namespace="one", name="db"))
    assert all(map(all, before))
    await house.release.upgrade({**house.values, "logs": {"level": "debug"}, "operator": {"replicas": 3}})
    assert await house.bundles() == before
    await house.release.rollback(1)
    assert await house.bundles() == before
    assert await looking.secret(house.client, Key(namespace="one", name="db")) == secret


async def test_replicas_that_share_the_stores_have_the_rights_for_it(house: House) -> None:
    await house.stop("operator")
    await house.release.upgrade({**house.values, "operator": {"shards": 2}})
    for name in ("operator-a", "operator-b"):
        await house.start("operator", name)
    await house.delivered(await house.order("one", "shared"), SECRET)
    await house.parts["operator-a"].is_ready()
    await house.parts["operator-b"].is_ready()
    assert house.refused() == {}
    for name in ("operator-a", "operator-b"):
        await house.stop(name)


async def test_an_operator_of_one_namespace_has_the_rights_for_it(house: House) -> None:
    await house.site("two")
    for namespace in ("one", "two"):
        await house.order(namespace, "scoped")
    await house.release.upgrade({**house.values, "operator": {"namespace": "two"}})
    await house.start("operator")
    await house.delivered(Key(namespace="two", name="scoped"), SECRET)
    await house.parts["operator"].is_ready()
    assert await house.read(SECRETS, Key(namespace="one", name="scoped")) is None
    assert house.refused() == {}


async def test_an_uninstall_leaves_secrets_definitions_and_files(house: House) -> None:
    for name in ("operator", "webhook"):
        await house.stop(name)
    await house.release.uninstall()
    for resource, name in CONFIGURATIONS:
        assert await house.read(resource, Key(name=name)) is None, "an API server would ask nobody"
    for key in (Key(namespace="one", name="db"), Key(namespace="two", name="scoped")):
        await house.delivered(key, SECRET)
        assert await house.read(EXTERNAL_SECRETS, key) is not None
    assert await mounted(house, "one", "web") == digests(FILES)
    assert await house.read(SECRETS, CERTIFICATE) is not None


async def test_installed_again_it_takes_its_definitions_over_and_a_given_certificate(house: House) -> None:
    authority = house.session.lab.authority
    certificate, key = authority.server_pair(f"{SERVICE.name}.{SERVICE.namespace}.svc")
    data = {"tls.crt": base64.b64encode(certificate).decode(), "tls.key": base64.b64encode(key).decode()}
    await house.put("v1", "Secret", "keyferry/given", type="kubernetes.io/tls", data=data)
    trusted = base64.b64encode(authority.certificate_pem).decode()
    given = {"source": "secret", "secretName": "given", "caBundle": trusted}
    await house.release.install({**house.values, "webhook": {"certificate": given}})
    await house.start("operator")
    webhook = await house.start("webhook", "webhook-given")
    house.session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, webhook.port)
    await webhook.is_ready()
    await house.delivered(await house.order("one", "again"), SECRET)
    assert house.refused("operator", "webhook-given") == {}


async def test_without_keep_an_uninstall_takes_every_secret_along_but_orphans(house: House) -> None:
    """Why `crds.keep` is true: this is what NOTES.txt warns of. An orphan was let go of before."""
    orphan = await house.order("one", "orphan")
    await house.delivered(orphan, SECRET)
    await house.order("one", "orphan", creationPolicy="Orphan")

    async def let_go() -> bool | None:
        found = await house.read(SECRETS, orphan)
        return None if found is None or found["metadata"].get("ownerReferences") else True

    await house.until(let_go, "a Secret without owner")
    await house.release.upgrade({**house.values, "crds": {"keep": False}})
    await house.stop("operator")
    await house.release.uninstall()

    async def gone() -> bool | None:
        return True if await house.read(SECRETS, Key(namespace="one", name="db")) is None else None

    await house.until(gone, "the end of an owned Secret")
    assert await house.read(CRDS, Key(name="externalsecrets.external-secrets.io")) is None
    await house.delivered(orphan, SECRET)


async def test_kubectl_applies_all_that_helm_renders(house: House, kubectl: str) -> None:
    rendered = await house.release.rendered(house.values)
    said = await Kubectl(kubectl, house.session.environment).apply(*yaml.load_all(rendered, Loader=yaml.CSafeLoader))
    assert (said.code, said.err) == (0, "")
    assert len(said.out.splitlines()) > len(CONFIGURATIONS)
    assert await house.read(CRDS, Key(name="externalsecrets.external-secrets.io")) is not None


async def test_no_value_and_no_token_reaches_a_log(house: House) -> None:
    for name in ("operator", "webhook", "node", "operator-a", "operator-b", "webhook-given"):
        log = (house.session.lab.folder / f"{name}.log").read_text()
        assert log
        assert [sign for sign in (CANARY, "eyJ", "PRIVATE KEY") if sign in log] == []
