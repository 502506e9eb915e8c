"""Manifests against the lab's API server, which knows discovery, custom resources and server-side apply."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests, read
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, Resource
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.model.errors import SpecError
from tests.fakes.kubernetes_cluster import ferry, ferry_definition

NOW = datetime.now(UTC)  # noqa: TID251  (certificates of a server on a real socket live in real time)
SETTINGS = Key(namespace="default", name="settings")
FERRIES = Resource(group="example.com", version="v1", plural="ferries", kind="Ferry")


@pytest.fixture
async def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    server = KubernetesServer("https://issuer.example/", Authority(NOW), lambda: NOW)
    await server.open()
    (tmp_path / "kubeconfig").write_text(server.kubeconfig())
    async with Client(config.load(tmp_path / "kubeconfig")) as client:
        yield client
    await server.close()


def config_map(**data: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": data}


async def stored(client: Client, resource: Resource, key: Key) -> dict[str, Any]:
    found: dict[str, Any] = await client.get(resource, key, json.loads)
    return found


class TestApply:
    async def test_creates_then_changes_what_it_owns(self, client: Client) -> None:
        manifests = Manifests(client)
        applied = await manifests.apply(config_map(a="1", b="2"))
        assert str(applied) == "ConfigMap default/settings"
        await manifests.apply(config_map(a="3"))
        assert (await stored(client, CONFIG_MAPS, SETTINGS))["data"] == {"a": "3"}

    async def test_takes_over_from_other_managers(self, client: Client) -> None:
        await Manifests(client, field_manager="somebody").apply(config_map(a="1"))
        await Manifests(client).apply(config_map(a="2"))
        assert (await stored(client, CONFIG_MAPS, SETTINGS))["data"] == {"a": "2"}

    async def test_objects_of_the_cluster_have_no_namespace(self, client: Client) -> None:
        document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "app"}}
        assert str(await Manifests(client).apply(document)) == "Namespace app"

    async def test_a_kind_whose_definition_came_with_the_same_manifests(self, client: Client) -> None:
        manifests = Manifests(client)
        with pytest.raises(SpecError, match="no kind Ferry"):
            await manifests.apply(ferry("one"))
        await manifests.apply(ferry_definition())
        assert str(await manifests.apply(ferry("one"))) == "Ferry default/one"
        assert (await stored(client, FERRIES, Key(namespace="default", name="one")))["spec"]["harbour"] == "Bodo"

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            pytest.param({"apiVersion": "v1", "kind": "Nonsense"}, "no kind Nonsense in v1", id="unknown-kind"),
            pytest.param({"apiVersion": "a.io/v1", "kind": "A"}, "no kind A in a.io/v1", id="unknown-group"),
            pytest.param({"kind": "ConfigMap"}, "(no apiVersion given)", id="no-api-version"),
            pytest.param({"apiVersion": "v1"}, "(none given)", id="no-kind"),
            pytest.param(config_map() | {"metadata": {}}, "a ConfigMap has no name", id="no-name"),
            pytest.param(config_map() | {"metadata": {"name": 3}}, "a ConfigMap has no name", id="name-is-a-number"),
            pytest.param(config_map() | {"metadata": ["name"]}, "a ConfigMap has no name", id="metadata-is-a-list"),
            pytest.param(config_map() | {"data": {None: "x"}}, "cannot be written as JSON", id="a-key-that-is-no-text"),
        ],
    )
    async def test_what_is_no_object(self, client: Client, document: dict[str, Any], words: str) -> None:
        with pytest.raises(SpecError) as caught:
            await Manifests(client).apply(document)
        assert words in str(caught.value)
        assert caught.value.remedy


class TestRead:
    def test_every_document_but_empty_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "all.yaml"
        path.write_text("# first\n---\nkind: A\n---\n---\nkind: B\n")
        assert list(read(path)) == [{"kind": "A"}, {"kind": "B"}]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            pytest.param(b"a: 1\nb: ]\nc: 1\n", ["is not YAML", "line 2"], id="syntax"),
            pytest.param(b"\xff\xfe\x00", ["is not YAML"], id="no-text"),
            pytest.param(b"- a\n- b\n", ["is no object", "a list"], id="a-list"),
            pytest.param(None, ["cannot be read", "No such file"], id="missing"),
        ],
    )
    def test_a_file_that_is_none(self, tmp_path: Path, content: bytes | None, words: list[str]) -> None:
        path = tmp_path / "bad.yaml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SpecError) as caught:
            list(read(path))
        assert [word for word in (*words, str(path)) if word not in str(caught.value)] == []
        assert caught.value.remedy

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(SpecError, match="cannot be read"):
            list(read(tmp_path))
