"""The kinds of generators, as the API server names them. Pure."""

from collections.abc import Mapping
from typing import Final

from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import GENERATORS_GROUP, GENERATORS_VERSION
from keyferry.spec.generators.document import CLUSTER, KINDS


def _resource(kind: str) -> Resource:
    return Resource(
        group=GENERATORS_GROUP,
        version=GENERATORS_VERSION,
        plural=f"{kind.lower()}s",
        kind=kind,
        namespaced=kind != CLUSTER,
    )


RESOURCES: Final[Mapping[str, Resource]] = {kind: _resource(kind) for kind in (*KINDS, CLUSTER)}
