"""Makes an estate in a lab that runs, as `keyferry provision` does in the world: Azure, values, manifests, workloads.

Called by lab_estate and the demo, in a process that lives in the lab's network (HTTPS_PROXY, SSL_CERT_FILE).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import aiohttp

from keyferry.cli import engineer, lab_estate_workloads
from keyferry.cli.engineer import Engineer
from keyferry.cli.lab_estate_values import Values, Wanted, wanted
from keyferry.identity.credential import Credential
from keyferry.identity.federation.clouds import cloud_of
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.kube import yaml_documents
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.provision.arm.requests import Provisioned, provision
from keyferry.provision.arm.sending import ResourceManager
from keyferry.provision.manifests import render
from keyferry.provision.manifests.state import Form, Rendered
from keyferry.provision.outputs import Outputs
from keyferry.spec.estate.estate import Estate

_PLAIN: Final = "manifests/plain/"
_PATCHES: Final = "manifests/patches/"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was done. `values` are the objects that were put into vaults, `objects` what the cluster was told."""

    provisioned: Provisioned
    values: tuple[Wanted, ...]
    rendered: Rendered
    objects: int


class Making:
    """Makes one estate in one lab. May be done again: what is as it should be stays untouched.

    `client` is the administrator's, `owner` whoever owns the subscription.
    """

    def __init__(self, client: Client, owner: Engineer, http: aiohttp.ClientSession) -> None:
        self._manifests = Manifests(client)
        self._owner = owner
        self._http = http

    async def make(self, estate: Estate, tell: Tell) -> Made:
        """Do all three steps. `tell` hears of each thing before it is done.

        Raises what ARM, a vault or the API server refuses.
        """
        provisioned = await self.azure(estate, tell)
        values = await self.values(estate, provisioned.outputs, tell)
        rendered, objects = await self.cluster(estate, provisioned.outputs, tell)
        return Made(provisioned=provisioned, values=values, rendered=rendered, objects=objects)

    async def azure(self, estate: Estate, tell: Tell) -> Provisioned:
        """Have all resources made, by ARM."""
        await self._owner.arrive()
        cloud = cloud_of(estate.azure.cloud)
        manager = ResourceManager(cloud.management, self._credential(estate), self._http, Proxies())
        return await manager.carry_out(provision(estate), tell)

    async def values(self, estate: Estate, made: Outputs, tell: Tell) -> tuple[Wanted, ...]:
        """Put something into the vaults for what sites name; return what was not there."""
        tell("values for what the sites name")
        transport = SharedTransport(self._http, Proxies())
        return await Values(self._credential(estate), transport, made.vault_urls).put(wanted(estate))

    async def cluster(self, estate: Estate, made: Outputs, tell: Tell) -> tuple[Rendered, int]:
        """Apply the manifests and the workloads; return what was rendered, and how many objects were applied."""
        rendered = render.render(estate, made, Form.PLAIN)
        documents = list(_documents(estate, rendered))
        for document in documents:
            tell(f"{document['kind']} {document['metadata']['name']}")
            await self._manifests.apply(document)
        return rendered, len(documents)

    def _credential(self, estate: Estate) -> Credential:
        identity = self._owner.identity_of(engineer.NAME, engineer.ACCOUNT)
        return self._owner.credentials.of(replace(identity, authority_host=cloud_of(estate.azure.cloud).authority_host))


def _documents(estate: Estate, rendered: Rendered) -> Iterator[Mapping[str, Any]]:
    """Yield namespaces that are said to be there, then what was rendered, then the workloads of the patches."""
    for namespace in sorted({site.namespace for site in estate.sites if not site.makes_namespace}):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    yield from _of(rendered, _PLAIN)
    yield from lab_estate_workloads.deployments(_of(rendered, _PATCHES))


def _of(rendered: Rendered, folder: str) -> Iterator[Mapping[str, Any]]:
    for path, content in rendered.files.items():
        if path.startswith(folder):
            yield from yaml_documents.documents(content)
