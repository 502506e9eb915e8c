"""Which resource a kind is: asked of the API server, one request for each group and version, again on a miss."""

import asyncio
import re
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import NotFound, SpecError, foreign
from keyferry.model.wellknown import ES_GROUP, GENERATORS_GROUP
from keyferry.spec.external_secret import Manifest

_OWN_GROUPS: Final = frozenset({ES_GROUP, GENERATORS_GROUP})  # on which the operator has rights for its own work
# It becomes part of a path. https://kubernetes.io/docs/reference/using-api/#api-groups
_API_VERSION: Final = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


class Kinds:
    """What the API server serves, as far as it was asked for, for one operator process."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._served: dict[str, tuple[Resource, ...]] = {}
        self._asking = asyncio.Lock()

    async def resource(self, manifest: Manifest) -> Resource:
        """Return the resource. NotFound for a kind that is not served, SpecError for one that cannot be a target."""
        if not _API_VERSION.fullmatch(manifest.api_version):
            raise SpecError(
                what=f"{foreign(manifest.api_version)!r} is no apiVersion",
                remedy='write one such as "v1" or "example.com/v1"',
            )
        if manifest.api_version.partition("/")[0] in _OWN_GROUPS:
            raise SpecError(
                what=f"a {foreign(manifest.kind)} cannot be the target",
                cause="the operator may write it for its own work, not for whoever may write an ExternalSecret",
                remedy="write it by hand, or with a tool of your own",
            )
        found = self._known(manifest) or await self._asked(manifest)
        if found is None:
            raise NotFound(
                what=f"the cluster has no kind {foreign(manifest.kind)} in {manifest.api_version}",
                cause="its API server does not serve it",
                remedy="correct spec.target.manifest, or install the CustomResourceDefinition",
            )
        if not found.namespaced:
            raise SpecError(
                what=f"a {found.kind} cannot be the target",
                cause="it is of the whole cluster, and an ExternalSecret writes into its own namespace alone",
                remedy="choose a kind whose objects are in namespaces",
            )
        return found

    def forget(self, manifest: Manifest) -> None:
        """Ask again the next time: what was served is served no more."""
        self._served.pop(manifest.api_version, None)

    async def _asked(self, manifest: Manifest) -> Resource | None:
        """What was not served before may be now: its definition may have come in between. Who waits shares answers."""
        async with self._asking:
            if self._known(manifest) is None:
                self._served[manifest.api_version] = await self._client.served(manifest.api_version)
            return self._known(manifest)

    def _known(self, manifest: Manifest) -> Resource | None:
        served = self._served.get(manifest.api_version, ())
        return next((resource for resource in served if resource.kind == manifest.kind), None)
