import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.client import Client, Selection
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS
from keyferry.model.errors import SpecError, Unavailable
from keyferry.model.identity import ServiceAccountRef
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import ImpossibleSetupError, KubeWorld

KEY = Key(namespace="default", name="one")
BODY = b'{"metadata":{"name":"one"},"data":{"a":"MQ=="}}'


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    async with FakeKubeApi(KubeWorld()) as api:
        yield api


@pytest.fixture
async def client(api: FakeKubeApi) -> AsyncIterator[Client]:
    async with Client(api.config(), field_manager="keyferry-test", jitter=lambda: 0.0) as client:
        yield client


def last(api: FakeKubeApi) -> tuple[str, dict[str, str], str]:
    seen = api.seen[-1]
    return seen.path, seen.query, seen.headers.get("content-type", "")


async def test_each_verb_is_sent_as_the_api_wants_it(api: FakeKubeApi, client: Client) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    manager = {"fieldManager": "keyferry-test"}
    await client.create(CONFIG_MAPS, "default", BODY)
    assert last(api) == (path, manager, "application/json")
    await client.replace(CONFIG_MAPS, KEY, BODY, field_manager="other")
    assert last(api) == (f"{path}/one", {"fieldManager": "other"}, "application/json")
    await client.merge_patch(CONFIG_MAPS, KEY, b'{"data":{"b":"2"}}', subresource="status")
    assert last(api) == (f"{path}/one/status", manager, "application/merge-patch+json")
    await client.json_patch(CONFIG_MAPS, KEY, b"[]")
    assert last(api) == (f"{path}/one", manager, "application/json-patch+json")
    await client.apply(CONFIG_MAPS, KEY, BODY, field_manager="me", force=True)
    assert last(api) == (f"{path}/one", {"fieldManager": "me", "force": "true"}, "application/apply-patch+yaml")
    await client.get(CONFIG_MAPS, KEY, objects.partial)
    assert last(api) == (f"{path}/one", {}, "")
    await client.delete(CONFIG_MAPS, KEY, propagation="Foreground")
    assert json.loads(api.seen[-1].body) == {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Foreground",
        "preconditions": {},
    }
    assert api.verbs() == ["create", "update", "patch", "patch", "patch", "get", "delete"]


async def test_lists_and_watches_carry_their_selection(api: FakeKubeApi, client: Client) -> None:
    selection = Selection(namespace="default", label_selector="a=b,!c", field_selector="metadata.name=x")
    async for page in client.pages(CONFIG_MAPS, selection, limit=7):
        version = page.resource_version
    chosen = {"labelSelector": "a=b,!c", "fieldSelector": "metadata.name=x"}
    assert api.seen[-1].query == {**chosen, "limit": "7"}
    async for _ in client.watch(CONFIG_MAPS, selection, version, timeout=timedelta(seconds=30)):
        break
    assert api.seen[-1].query == {
        **chosen,
        "watch": "true",
        "allowWatchBookmarks": "true",
        "resourceVersion": version,
        "timeoutSeconds": "30",
    }


async def test_the_keywords_of_list_select_too(api: FakeKubeApi, client: Client) -> None:
    pages = client.list(CONFIG_MAPS, namespace="default", label_selector="a", limit=0)
    assert [page.items async for page in pages] == [[]]
    assert (api.seen[-1].path, api.seen[-1].query) == (
        "/api/v1/namespaces/default/configmaps",
        {"labelSelector": "a"},
    )


async def test_metadata_alone_is_asked_for_with_a_fallback(api: FakeKubeApi, client: Client) -> None:
    api.world.seed(SECRETS, {"metadata": {"name": "one", "namespace": "default"}, "data": {"a": "MQ=="}})
    await client.get(SECRETS, KEY, objects.partial, metadata_only=True)
    accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    assert api.seen[-1].headers["accept"] == accept


async def test_a_watch_that_breaks_off_inside_an_event_says_so(api: FakeKubeApi, client: Client) -> None:
    api.faults.append(Fault(status=200, body=b'{"type":"ADDED","obj', verb="watch"))
    with pytest.raises(Unavailable, match="broke off"):
        async for _ in client.watch(CONFIG_MAPS, Selection(), "1"):
            pass


async def test_a_page_that_is_no_list_is_not_taken_for_an_empty_one(api: FakeKubeApi, client: Client) -> None:
    api.faults.append(Fault(status=200, body=b"<html></html>", verb="list"))
    with pytest.raises(Unavailable, match="something else"):
        await anext(client.list(CONFIG_MAPS))


@pytest.mark.parametrize("name", ["", "..", "../../secrets/x", "a/b"])
async def test_a_name_out_of_users_yaml_never_becomes_another_request(
    api: FakeKubeApi,
    client: Client,
    name: str,
) -> None:
    with pytest.raises(SpecError):
        await client.create_token(ServiceAccountRef(namespace="default", name=name), ("a",))
    assert api.seen == []


async def test_what_decode_raises_goes_through(api: FakeKubeApi, client: Client) -> None:
    api.world.seed(CONFIG_MAPS, {"metadata": {"name": "one", "namespace": "default"}})

    def refuse(body: bytes) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await client.get(CONFIG_MAPS, KEY, refuse)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"metadata": {"namespace": "default"}}, id="no-name"),
        pytest.param({"metadata": {"name": "x", "namespace": "nowhere"}}, id="no-such-namespace"),
        pytest.param({"metadata": {"name": "x"}}, id="no-namespace"),
        pytest.param({"metadata": {"name": "X", "namespace": "default"}}, id="no-such-name"),
    ],
)
def test_the_fake_refuses_what_cannot_be(content: dict[str, Any]) -> None:
    with pytest.raises(ImpossibleSetupError):
        KubeWorld().seed(CONFIG_MAPS, content)


async def test_a_release_is_told(client: Client) -> None:
    version = await client.version()
    assert (version.major, version.minor) == ("1", "34")
