"""The kinds that sync watches and writes, as the API server names them."""

from typing import Final

from keyferry.kube.wire.events import ObjectReference
from keyferry.kube.wire.objects import ObjectMeta
from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import ES_GROUP, ES_VERSION, PUSH_VERSION, SECRETS_STORE_GROUP, SECRETS_STORE_VERSION

EXTERNAL_SECRETS: Final = Resource(group=ES_GROUP, version=ES_VERSION, plural="externalsecrets", kind="ExternalSecret")
SECRET_STORES: Final = Resource(group=ES_GROUP, version=ES_VERSION, plural="secretstores", kind="SecretStore")
CLUSTER_SECRET_STORES: Final = Resource(
    group=ES_GROUP, version=ES_VERSION, plural="clustersecretstores", kind="ClusterSecretStore", namespaced=False
)
PUSH_SECRETS: Final = Resource(group=ES_GROUP, version=PUSH_VERSION, plural="pushsecrets", kind="PushSecret")
# Delivered by the node plugin. The operator hands on to it what Event Grid tells.
CLASSES: Final = Resource(
    group=SECRETS_STORE_GROUP,
    version=SECRETS_STORE_VERSION,
    plural="secretproviderclasses",
    kind="SecretProviderClass",
)


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
