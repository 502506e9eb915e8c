"""A world's client whose reads are of metadata alone, as the webhook's are."""

from collections.abc import Callable
from typing import TypeVar

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from tests.fakes.kube_client import WorldClient

T = TypeVar("T")


class MetadataClient(WorldClient):
    """Refuses to read whole objects."""

    async def get(
        self, resource: Resource, key: Key, decode: Callable[[bytes], T], *, metadata_only: bool = False
    ) -> T:
        assert metadata_only, "the whole object is not needed"
        return await super().get(resource, key, decode)
