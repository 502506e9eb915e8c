"""The two kinds with what the API server and upstream's operator call them. Pure."""

from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import CES_FINALIZER, ES_GROUP, ES_VERSION, NAMESPACE_FINALIZER_PREFIX, PUSH_VERSION
from keyferry.spec import fanout
from keyferry.spec.fanout import FanoutKind
from keyferry.sync.kinds import EXTERNAL_SECRETS, PUSH_SECRETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of the two. `finalizer` and `namespace_finalizer`, a prefix, are upstream's; "" where it has none."""

    spec: FanoutKind
    resource: Resource
    children: Resource
    finalizer: str = ""
    namespace_finalizer: str = ""

    def finalizer_of(self, name: str) -> str:
        """Return what upstream puts on each namespace for the object `name`; "" where it puts nothing."""
        return self.namespace_finalizer + name if self.namespace_finalizer else ""


CLUSTER_EXTERNAL_SECRETS: Final = Kind(
    spec=fanout.CLUSTER_EXTERNAL_SECRET,
    resource=Resource(
        group=ES_GROUP,
        version=ES_VERSION,
        plural="clusterexternalsecrets",
        kind="ClusterExternalSecret",
        namespaced=False,
    ),
    children=EXTERNAL_SECRETS,
    finalizer=CES_FINALIZER,
    namespace_finalizer=NAMESPACE_FINALIZER_PREFIX,
)
CLUSTER_PUSH_SECRETS: Final = Kind(
    spec=fanout.CLUSTER_PUSH_SECRET,
    resource=Resource(
        group=ES_GROUP,
        version=PUSH_VERSION,
        plural="clusterpushsecrets",
        kind="ClusterPushSecret",
        namespaced=False,
    ),
    children=PUSH_SECRETS,
)
