"""What the client relies on, of any API server."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.client import Client, Selection
from keyferry.kube.errors import AlreadyExists, Conflict, Expired
from keyferry.kube.wire import objects, patches
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import CONFIG_MAPS, NAMESPACES, SECRETS, SERVICE_ACCOUNTS, Resource
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from tests.contract.kube.conftest import GADGETS, WIDGETS, Cluster

KEY = Key(namespace="default", name="one")


def body(resource: Resource, key: Key = KEY, **content: Any) -> bytes:
    metadata = {"name": key.name, "namespace": key.namespace, **content.pop("metadata", {})}
    return json.dumps(
        {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **content},
    ).encode()


async def read(client: Client, resource: Resource, key: Key = KEY) -> dict[str, Any]:
    content: dict[str, Any] = await client.get(resource, key, json.loads)
    return content


async def names(client: Client, resource: Resource, **selection: Any) -> list[str]:
    return sorted(
        [objects.envelope(item).key.name async for page in client.list(resource, **selection) for item in page.items],
    )


async def test_what_is_created_can_be_read(client: Client) -> None:
    created = objects.partial(await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, data={"a": "1"})))
    assert created.metadata.uid
    assert created.metadata.creation_timestamp is not None
    seen = await read(client, CONFIG_MAPS)
    assert seen["data"] == {"a": "1"}
    assert seen["metadata"]["resourceVersion"] == created.metadata.resource_version


async def test_a_name_is_taken_once(client: Client) -> None:
    await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS))
    with pytest.raises(AlreadyExists):
        await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS))


@pytest.mark.parametrize(
    ("resource", "key"),
    [
        pytest.param(CONFIG_MAPS, Key(namespace="default", name="missing"), id="no-object"),
        pytest.param(CONFIG_MAPS, Key(namespace="nowhere", name="missing"), id="no-namespace"),
        pytest.param(GADGETS, KEY, id="no-such-resource"),
    ],
)
async def test_what_does_not_exist_is_not_found(client: Client, resource: Resource, key: Key) -> None:
    with pytest.raises(NotFound):
        await read(client, resource, key)


async def test_creating_in_a_namespace_that_does_not_exist(client: Client) -> None:
    key = Key(namespace="nowhere", name="one")
    with pytest.raises(NotFound):
        await client.create(CONFIG_MAPS, "nowhere", body(CONFIG_MAPS, key))


async def test_replacing_an_old_version_is_a_conflict(client: Client) -> None:
    await client.create(WIDGETS, "default", body(WIDGETS, spec={"size": 1}))
    old = await read(client, WIDGETS)
    await client.replace(WIDGETS, KEY, json.dumps({**old, "spec": {"size": 2}}).encode())
    with pytest.raises(Conflict):
        await client.replace(WIDGETS, KEY, json.dumps({**old, "spec": {"size": 3}}).encode())
    assert (await read(client, WIDGETS))["spec"] == {"size": 2}


async def test_a_merge_patch_merges_and_may_insist_on_a_version(client: Client) -> None:
    await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, data={"a": "1", "b": "2"}))
    old = objects.partial(await client.merge_patch(CONFIG_MAPS, KEY, b'{"data":{"a":null,"c":"3"}}'))
    assert (await read(client, CONFIG_MAPS))["data"] == {"b": "2", "c": "3"}
    insisting = json.dumps({"metadata": {"resourceVersion": old.metadata.resource_version}, "data": {"d": "4"}})
    await client.merge_patch(CONFIG_MAPS, KEY, insisting.encode())
    with pytest.raises(Conflict):
        await client.merge_patch(CONFIG_MAPS, KEY, insisting.replace("4", "5").encode())


async def test_a_json_patch_is_carried_out_wholly_or_not(client: Client) -> None:
    await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, data={"a": "1"}))
    steps = [patches.test(("data", "a"), "1"), patches.replace(("data", "a"), "2"), patches.add(("data", "b"), "3")]
    await client.json_patch(CONFIG_MAPS, KEY, patches.encode(steps))
    with pytest.raises(SpecError):
        await client.json_patch(CONFIG_MAPS, KEY, patches.encode([patches.add(("data", "c"), "4"), *steps]))
    assert (await read(client, CONFIG_MAPS))["data"] == {"a": "2", "b": "3"}


async def test_status_is_written_apart_from_the_rest(client: Client) -> None:
    await client.create(WIDGETS, "default", body(WIDGETS, spec={"size": 1}))
    await client.merge_patch(WIDGETS, KEY, b'{"spec":{"size":9},"status":{"phase":"up"}}', subresource="status")
    seen = await read(client, WIDGETS)
    assert (seen["spec"], seen["status"]) == ({"size": 1}, {"phase": "up"})
    assert seen["metadata"]["generation"] == 1
    await client.merge_patch(WIDGETS, KEY, b'{"spec":{"size":2},"status":{"phase":"down"}}')
    seen = await read(client, WIDGETS)
    assert (seen["spec"], seen["status"]) == ({"size": 2}, {"phase": "up"})
    assert seen["metadata"]["generation"] == 2


async def test_a_patch_that_changes_nothing_makes_no_new_version(client: Client) -> None:
    before = objects.partial(await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, data={"a": "1"})))
    after = objects.partial(await client.merge_patch(CONFIG_MAPS, KEY, b'{"data":{"a":"1"}}'))
    assert after.metadata.resource_version == before.metadata.resource_version


async def test_apply_creates_owns_and_removes(client: Client) -> None:
    await client.apply(CONFIG_MAPS, KEY, body(CONFIG_MAPS, data={"a": "1", "b": "2"}), field_manager="me")
    await client.merge_patch(CONFIG_MAPS, KEY, b'{"data":{"c":"3"}}', field_manager="other")
    await client.apply(CONFIG_MAPS, KEY, body(CONFIG_MAPS, data={"a": "1"}), field_manager="me")
    assert (await read(client, CONFIG_MAPS))["data"] == {"a": "1", "c": "3"}


async def test_apply_does_not_take_fields_of_others_unless_forced(client: Client) -> None:
    await client.apply(CONFIG_MAPS, KEY, body(CONFIG_MAPS, data={"a": "1"}), field_manager="other")
    mine = body(CONFIG_MAPS, data={"a": "2"})
    with pytest.raises(Conflict):
        await client.apply(CONFIG_MAPS, KEY, mine, field_manager="me")
    await client.apply(CONFIG_MAPS, KEY, mine, field_manager="me", force=True)
    assert (await read(client, CONFIG_MAPS))["data"] == {"a": "2"}


async def test_delete_may_insist_on_the_very_object(client: Client) -> None:
    created = objects.partial(await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS)))
    with pytest.raises(Conflict):
        await client.delete(CONFIG_MAPS, KEY, uid="another")
    await client.delete(CONFIG_MAPS, KEY, uid=created.metadata.uid)
    with pytest.raises(NotFound):
        await client.delete(CONFIG_MAPS, KEY)


async def test_finalizers_hold_an_object(client: Client) -> None:
    await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, metadata={"finalizers": ["example.org/hold"]}))
    await client.delete(CONFIG_MAPS, KEY)
    held = await client.get(CONFIG_MAPS, KEY, objects.partial)
    assert held.metadata.deletion_timestamp is not None
    await client.merge_patch(CONFIG_MAPS, KEY, b'{"metadata":{"finalizers":null}}')
    with pytest.raises(NotFound):
        await read(client, CONFIG_MAPS)


async def test_lists_come_in_pages_of_one_snapshot(client: Client) -> None:
    for number in range(7):
        key = Key(namespace="default", name=f"w{number}")
        await client.create(WIDGETS, "default", body(WIDGETS, key))
    pages = [page async for page in client.list(WIDGETS, limit=3)]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert len({page.resource_version for page in pages}) == 1
    assert pages[0].resource_version


async def test_lists_are_selected(client: Client) -> None:
    for name, labels in (("a", {"x": "1"}), ("b", {"x": "2"}), ("c", {})):
        key = Key(namespace="default", name=name)
        await client.create(WIDGETS, "default", body(WIDGETS, key, metadata={"labels": labels}))
    assert await names(client, WIDGETS, label_selector="x") == ["a", "b"]
    assert await names(client, WIDGETS, label_selector="x=2") == ["b"]
    assert await names(client, WIDGETS, field_selector="metadata.name=c") == ["c"]
    assert await names(client, WIDGETS, namespace="kube-system") == []


async def test_metadata_alone_is_sent_when_asked_for(client: Client) -> None:
    await client.create(SECRETS, "default", body(SECRETS, data={"password": "cHc="}, metadata={"labels": {"a": "b"}}))
    selection = Selection(namespace="default", field_selector="metadata.name=one", metadata_only=True)
    items = [bytes(item) async for page in client.pages(SECRETS, selection) for item in page.items]
    assert [objects.partial(item).metadata.labels for item in items] == [{"a": "b"}]
    assert b"cHc=" not in items[0]
    single = await client.get(SECRETS, KEY, lambda raw: raw, metadata_only=True)
    assert b"cHc=" not in single


async def test_a_watch_tells_what_happened_after_the_list(client: Client) -> None:
    version = [page.resource_version async for page in client.list(WIDGETS)][-1]
    await client.create(WIDGETS, "default", body(WIDGETS, spec={"size": 1}))
    await client.merge_patch(WIDGETS, KEY, b'{"spec":{"size":2}}')
    await client.delete(WIDGETS, KEY)
    events: list[tuple[str, PartialObject]] = []
    async for batch in client.watch(WIDGETS, Selection(), version, timeout=timedelta(seconds=1)):
        events += [(event.type, objects.partial(event.object)) for event in batch if event.type != "BOOKMARK"]
    assert [kind for kind, _ in events] == ["ADDED", "MODIFIED", "DELETED"]
    assert {seen.metadata.key for _, seen in events} == {KEY}
    assert len({seen.metadata.resource_version for _, seen in events}) == 3


async def test_a_watch_on_labels_sees_objects_come_and_go(client: Client) -> None:
    version = [page.resource_version async for page in client.list(WIDGETS)][-1]
    await client.create(WIDGETS, "default", body(WIDGETS))
    await client.merge_patch(WIDGETS, KEY, b'{"metadata":{"labels":{"x":"1"}}}')
    await client.merge_patch(WIDGETS, KEY, b'{"metadata":{"labels":{"x":null}}}')
    selection = Selection(label_selector="x", metadata_only=True)
    kinds: list[str] = []
    async for batch in client.watch(WIDGETS, selection, version, timeout=timedelta(seconds=1)):
        kinds += [event.type for event in batch if event.type != "BOOKMARK"]
    assert kinds == ["ADDED", "DELETED"]


async def test_a_version_that_is_not_kept_expires(client: Client, cluster: Cluster) -> None:
    for name in ("a", "b", "c"):
        await client.create(WIDGETS, "default", body(WIDGETS, Key(namespace="default", name=name)))
    pages = client.list(WIDGETS, limit=2)
    version = (await anext(pages)).resource_version
    await client.delete(WIDGETS, Key(namespace="default", name="c"))
    await client.delete(WIDGETS, Key(namespace="default", name="b"))
    cluster.forget_history()
    with pytest.raises(Expired):
        await anext(pages)
    with pytest.raises(Expired):
        async for _ in client.watch(WIDGETS, Selection(), version, timeout=timedelta(seconds=1)):
            pass


async def test_a_token_for_an_account(client: Client) -> None:
    account = ServiceAccountRef(namespace="default", name="payments")
    with pytest.raises(NotFound):
        await client.create_token(account, ("api://AzureADTokenExchange",))
    key = Key(namespace="default", name="payments")
    await client.create(SERVICE_ACCOUNTS, "default", body(SERVICE_ACCOUNTS, key))
    token = await client.create_token(account, ("api://AzureADTokenExchange",), timedelta(hours=1))
    assert len(token.token) > 10
    assert token.expires.utcoffset() is not None


async def test_a_token_may_not_be_too_short_lived(client: Client) -> None:
    key = Key(namespace="default", name="payments")
    await client.create(SERVICE_ACCOUNTS, "default", body(SERVICE_ACCOUNTS, key))
    account = ServiceAccountRef(namespace="default", name="payments")
    with pytest.raises(SpecError):
        await client.create_token(account, ("a",), timedelta(minutes=1))


async def test_an_invalid_object_is_the_authors_to_mend(client: Client) -> None:
    key = Key(namespace="default", name="No_Such_Name")
    with pytest.raises(SpecError):
        await client.create(CONFIG_MAPS, "default", body(CONFIG_MAPS, key))


async def test_a_refused_secret_is_not_quoted(client: Client) -> None:
    with pytest.raises(KeyferryError) as caught:
        await client.create(SECRETS, "default", body(SECRETS, data={"password": "hunter2!"}))
    assert isinstance(caught.value, SpecError)
    assert "hunter2" not in str(caught.value)


async def test_cluster_scoped_objects(client: Client) -> None:
    await client.create(NAMESPACES, "", b'{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team"}}')
    assert "team" in await names(client, NAMESPACES)


async def test_a_wrong_token_is_refused(cluster: Cluster) -> None:
    async with Client(replace(cluster.config, credential=SecretValue(b"wrong"))) as stranger:
        with pytest.raises(GrantError) as caught:
            await read(stranger, CONFIG_MAPS)
    assert "wrong" not in str(caught.value)
