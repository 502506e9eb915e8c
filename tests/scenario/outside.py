"""A cluster of another with the lab's Azure beside it, and one face for it and for the lab's own."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yaml

from keyferry.cli import node_plugin
from keyferry.cli.session import Session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.config import ClusterConfig
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CUSTOM_RESOURCE_DEFINITIONS
from keyferry.lab.azure.seed import Seed, parse
from keyferry.lab.serve.azure_lab import AzureLab
from keyferry.lab.serve.issuers import Address, Entry
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from keyferry.model.errors import NotFound
from keyferry.spec import crd
from tests.scenario.seeds import trusting
from tests.scenario.tidying import Tidying

DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """What a cluster says of the tokens that it signs."""

    url: str
    keys_url: str


class Beside(Lab):
    """The lab without its cluster: in its place there is that of a kubeconfig."""

    def __init__(self, seed: Seed, folder: Path, options: Options, kubeconfig: Path) -> None:
        super().__init__(seed, folder, options)
        self._kubeconfig = kubeconfig
        self._host = urlsplit(config.load(kubeconfig).server).hostname or ""

    @property
    def kubeconfig(self) -> Path:
        """The administrator's, as it was given."""
        return self._kubeconfig

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to meet both; the cluster is not behind the lab's proxy."""
        found = super().environment
        return found | {name: f"{found[name]},{self._host}" for name in ("NO_PROXY", "no_proxy")}

    async def _open(self, stack: AsyncExitStack) -> None:
        await AzureLab._open(self, stack)

    def _files(self) -> dict[str, str]:
        return AzureLab._files(self)

    def _facts(self) -> Mapping[str, Any]:
        return AzureLab._facts(self)


@asynccontextmanager
async def open_outside(kubeconfig: Path, folder: Path, seed: Mapping[str, Any], prefix: str) -> AsyncIterator[Session]:
    """Let the lab's Entra trust the cluster's issuer, whose documents everybody may read meanwhile."""
    cluster = config.load(kubeconfig)
    async with Client(cluster, field_manager="keyferry-stories") as client, Tidying(client) as tidying:
        await tidying.apply(_public_issuer(prefix))
        issuer = await _issuer(cluster)
        entries = {url: Entry(url=url, address=_address(cluster)) for url in (issuer.url, _origin(issuer.keys_url))}
        options = Options(issuers=tuple(entries.values()), issuer_ca=cluster.ca_pem.decode())
        async with Beside(parse(trusting(seed, issuer.url)), folder, options, kubeconfig) as lab:
            assert set((await lab.issuer_problems()).values()) == {""}, await lab.issuer_problems()
            yield Session(lab, client)


def definitions(path: Path | None) -> list[Mapping[str, Any]]:
    """Keyferry's CustomResourceDefinitions, or those of a file or folder where it has some of the same names."""
    found = {each["metadata"]["name"]: each for each in crd.definitions()}
    if path is not None:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        documents = [document for file in files for document in yaml.load_all(file.read_bytes(), yaml.CSafeLoader)]
        given = [one for one in documents if one and one["kind"] == "CustomResourceDefinition"]
        found |= {one["metadata"]["name"]: one for one in given}
    return list(found.values())


async def install(client: Client, documents: Sequence[Mapping[str, Any]], *, replace: bool) -> None:
    """Apply CustomResourceDefinitions, and the CSI driver; without `replace` only those that are missing."""
    manifests = Manifests(client, field_manager="keyferry-stories")
    for document in documents:
        if replace or not await _has(client, document["metadata"]["name"]):
            await manifests.apply(document)
    if replace:
        await manifests.apply(node_plugin.CSI_DRIVER)


async def _has(client: Client, name: str) -> bool:
    try:
        await client.get(CUSTOM_RESOURCE_DEFINITIONS, Key(name=name), bytes)
    except NotFound:
        return False
    return True


async def _issuer(cluster: ClusterConfig) -> Issuer:
    """Read the discovery document as Entra does: without a token."""
    trust = ssl.create_default_context(cadata=cluster.ca_pem.decode())
    async with aiohttp.ClientSession() as http, http.get(f"{cluster.server}{DISCOVERY}", ssl=trust) as answer:
        told = await answer.json(content_type=None)
        assert answer.status == 200, f"the cluster does not tell its issuer: HTTP {answer.status}"
    return Issuer(url=told["issuer"], keys_url=told["jwks_uri"])


def _address(cluster: ClusterConfig) -> Address:
    server = urlsplit(cluster.server)
    return Address(host=server.hostname or "", port=server.port or 443)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _public_issuer(prefix: str) -> dict[str, Any]:
    """A binding that lets everybody read the discovery documents, which Entra reads without a token."""
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{prefix}issuer"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "system:service-account-issuer-discovery"},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": "system:unauthenticated"}],
    }
