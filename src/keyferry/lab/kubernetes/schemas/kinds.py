"""Every built-in kind's schema, by (group, version, kind)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from keyferry.lab.kubernetes.schemas import (
    access,
    core,
    csi,
    disruption,
    extensions,
    leases,
    network_policies,
    nodes,
    pods,
    services,
    workloads,
)

_ALL = (
    core.NAMESPACE,
    core.SECRET,
    core.CONFIG_MAP,
    core.SERVICE_ACCOUNT,
    core.EVENT,
    core.EVENTS_EVENT,
    nodes.NODE,
    csi.CSI_DRIVER,
    csi.CSI_NODE,
    pods.POD,
    services.SERVICE,
    workloads.DEPLOYMENT,
    workloads.REPLICA_SET,
    workloads.STATEFUL_SET,
    workloads.DAEMON_SET,
    leases.LEASE,
    disruption.POD_DISRUPTION_BUDGET,
    network_policies.NETWORK_POLICY,
    access.ROLE,
    access.CLUSTER_ROLE,
    access.ROLE_BINDING,
    access.CLUSTER_ROLE_BINDING,
    access.TOKEN_REQUEST,
    access.TOKEN_REVIEW,
    access.SELF_SUBJECT_REVIEW,
    access.SUBJECT_ACCESS_REVIEW,
    access.LOCAL_SUBJECT_ACCESS_REVIEW,
    access.SELF_SUBJECT_ACCESS_REVIEW,
    extensions.CUSTOM_RESOURCE_DEFINITION,
    extensions.MUTATING_WEBHOOK_CONFIGURATION,
    extensions.VALIDATING_WEBHOOK_CONFIGURATION,
)


def _key(schema: dict[str, Any]) -> tuple[str, str, str]:
    (gvk,) = schema["x-kubernetes-group-version-kind"]
    return gvk["group"], gvk["version"], gvk["kind"]


SCHEMAS: Final[Mapping[tuple[str, str, str], dict[str, Any]]] = MappingProxyType(
    {_key(schema): schema for schema in _ALL}
)
