"""A pod gets its patch by the ServiceAccount that the cluster has; whose fault a refusal is, its code tells."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.admit.settings import InjectionFlags
from keyferry.kube.client import Client
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.webhook_clients import INJECTION, ApiServer, certify, review, serving, settings

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"generateName": "api-", "labels": {"azure.workload.identity/use": "true"}},
    "spec": {"serviceAccountName": "reader", "containers": [{"name": "app", "image": "app"}]},
}
CLIENT_ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    world = KubeWorld()
    world.seed(NAMESPACES, {"metadata": {"name": "apps"}})
    async with FakeKubeApi(world) as made:
        yield made


@pytest.fixture
async def api_server(api: FakeKubeApi, tmp_path: Path) -> AsyncIterator[ApiServer]:
    certify(tmp_path)
    async with Client(api.config()) as client, serving(settings(tmp_path, injection=InjectionFlags()), client) as made:
        yield made


def account(api: FakeKubeApi, name: str = "reader") -> None:
    annotations = {"azure.workload.identity/client-id": CLIENT_ID}
    metadata = {"name": name, "namespace": "apps", "annotations": annotations}
    api.world.seed(SERVICE_ACCOUNTS, {"metadata": metadata})


async def test_a_pod_is_patched_by_its_account(api: FakeKubeApi, api_server: ApiServer) -> None:
    account(api)
    response = await api_server.ask(INJECTION, review(POD))
    patch = json.loads(base64.b64decode(response["patch"]))
    assert (response["allowed"], response["patchType"]) == (True, "JSONPatch")
    assert CLIENT_ID in json.dumps(patch)
    assert 'namespace="apps"' in (await api_server.health("/metrics"))[1]


@pytest.mark.parametrize(
    "service_account", [pytest.param({}, id="none"), pytest.param({"serviceAccountName": ""}, id="empty")]
)
async def test_a_pod_that_names_none_has_the_default_account(
    api: FakeKubeApi, api_server: ApiServer, service_account: dict[str, Any]
) -> None:
    account(api, "default")
    response = await api_server.ask(
        INJECTION, review(POD | {"spec": {"containers": POD["spec"]["containers"]} | service_account})
    )
    assert "patch" in response


async def test_an_account_without_client_id_is_warned_of(api: FakeKubeApi, api_server: ApiServer) -> None:
    api.world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "apps"}})
    response = await api_server.ask(INJECTION, review(POD))
    assert response["allowed"]
    assert "azure.workload.identity/client-id" in response["warnings"][0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("reader", "ServiceAccount apps/reader does not exist", id="missing"),
        pytest.param("a/b", "is not a name", id="impossible"),
    ],
)
async def test_an_account_that_cannot_be_is_the_askers_mistake(api_server: ApiServer, name: str, told: str) -> None:
    pod = POD | {"spec": POD["spec"] | {"serviceAccountName": name}}
    response = await api_server.ask(INJECTION, review(pod))
    assert (response["allowed"], response["status"]["code"], response["status"]["reason"]) == (False, 400, "BadRequest")
    assert told in response["status"]["message"]


async def test_an_api_server_that_does_not_answer_is_nobodys_mistake(api: FakeKubeApi, api_server: ApiServer) -> None:
    api.faults.extend([Fault(verb="get", status=403, reason="Forbidden", message="no")] * 3)
    with capture_logs() as logs:
        response = await api_server.ask(INJECTION, review(POD))
    assert (response["status"]["code"], response["status"]["reason"]) == (500, "InternalError")
    assert [(entry["event"], entry["account"]) for entry in logs] == [("injection.account_unknown", "apps/reader")]
    assert "apps/reader" in response["status"]["message"]


@pytest.mark.parametrize(
    ("pod", "code"),
    [
        pytest.param({"spec": {"containers": 1}}, 400, id="containers"),
        pytest.param({"spec": 1}, 400, id="spec"),
        pytest.param({}, 400, id="nothing"),
    ],
)
async def test_a_pod_that_is_none_is_refused(
    api: FakeKubeApi, api_server: ApiServer, pod: dict[str, Any], code: int
) -> None:
    account(api, "default")
    response = await api_server.ask(INJECTION, review(pod))
    assert (response["allowed"], response["status"]["code"]) == (False, code)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"operation": "UPDATE"}, id="update"),
        pytest.param({"subResource": "ephemeralcontainers"}, id="ephemeral-containers"),
        pytest.param({"operation": "DELETE", "object": None}, id="deletion"),
    ],
)
async def test_what_is_no_creation_passes(api_server: ApiServer, request_: dict[str, Any]) -> None:
    assert await api_server.ask(INJECTION, review(POD, **request_)) == {"uid": "7", "allowed": True}


async def test_a_pod_that_stays_as_it_is_needs_no_account(api_server: ApiServer) -> None:
    mirror = POD | {"metadata": POD["metadata"] | {"annotations": {"kubernetes.io/config.mirror": "x"}}}
    response = await api_server.ask(INJECTION, review(mirror))
    assert (response["allowed"], "patch" in response) == (True, False)


@pytest.mark.parametrize(
    ("release", "is_native"),
    [
        pytest.param({"major": "1", "minor": "31+"}, False, id="before"),
        pytest.param({"major": "1", "minor": "32"}, True, id="since"),
        pytest.param({"major": 1}, True, id="unreadable"),
    ],
)
async def test_the_proxy_is_a_sidecar_where_nodes_know_them(
    api: FakeKubeApi, tmp_path: Path, release: dict[str, Any], is_native: bool
) -> None:
    api.release = release
    account(api)
    certify(tmp_path)
    asking = {"azure.workload.identity/inject-proxy-sidecar": "true"}
    pod = POD | {"metadata": POD["metadata"] | {"annotations": asking}}
    with capture_logs() as logs:
        async with (
            Client(api.config()) as client,
            serving(settings(tmp_path, injection=InjectionFlags()), client) as api_server,
        ):
            response = await api_server.ask(INJECTION, review(pod))
    patch = json.loads(base64.b64decode(response["patch"]))
    assert any("azwi-proxy" in json.dumps(one) and one["path"].startswith("/spec/initContainers") for one in patch)
    assert ('"restartPolicy": "Always"' in json.dumps(patch)) is is_native
    assert ("injection.version_unknown" in [entry["event"] for entry in logs]) is (release == {"major": 1})
