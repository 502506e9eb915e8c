"""The kinds that sync watches and writes, as the API server names them."""

from typing import Final

from keyferry.kube.wire.events import ObjectReference
from keyferry.kube.wire.objects import ObjectMeta
from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import ES_GROUP, ES_VERSION

EXTERNAL_SECRETS: Final = Resource(group=ES_GROUP, version=ES_VERSION, plural="externalsecrets", kind="ExternalSecret")
SECRET_STORES: Final = Resource(group=ES_GROUP, version=ES_VERSION, plural="secretstores", kind="SecretStore")


def reference(resource: Resource, metadata: ObjectMeta) -> ObjectReference:
    """Return how an event names an object of `resource`."""
    return ObjectReference(
        api_version=resource.api_version,
        kind=resource.kind,
        name=metadata.name,
        namespace=metadata.namespace,
        uid=metadata.uid,
        resource_version=metadata.resource_version,
    )
