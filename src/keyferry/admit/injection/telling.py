"""What is said of a pod that is admitted: cause and remedy, in one line that kubectl shows. No annotation's value."""

from collections.abc import Sequence
from typing import Final

from keyferry.admit.injection import names
from keyferry.admit.injection.pod_shape import Container, Mount
from keyferry.kube.wire.admission import MAX_WARNING
from keyferry.model.wellknown import (
    CLIENT_ID_ANNOTATION,
    PROXY_SIDECAR_ANNOTATION,
    SKIP_CONTAINERS_ANNOTATION,
    TENANT_ID_ANNOTATION,
)

_SHOWN: Final = 2


def no_client_id(namespace: str, account: str) -> str:
    """The ServiceAccount stands for no identity."""
    cause = f"ServiceAccount {namespace}/{account} has no {CLIENT_ID_ANNOTATION}, so {names.CLIENT_ID} is not set"
    if account == "default":  # an identity of this one would be that of every pod which names none
        return _line(cause, "name a ServiceAccount that has it in spec.serviceAccountName")
    return _line(cause, f"kubectl annotate sa -n {namespace} {account} {CLIENT_ID_ANNOTATION}=CLIENT_ID")


def odd_client_id(namespace: str, account: str) -> str:
    """What the ServiceAccount names is no identity's client id."""
    cause = f"ServiceAccount {namespace}/{account}: {CLIENT_ID_ANNOTATION} is not a GUID, and Entra will not know it"
    return _line(cause, "write the identity's client ID, not its name, object ID or resource ID")


def no_tenant_id(namespace: str, account: str) -> str:
    """An empty annotation hides the tenant that the webhook knows."""
    cause = f"ServiceAccount {namespace}/{account}: {TENANT_ID_ANNOTATION} is empty, so {names.TENANT_ID} is not set"
    return _line(cause, "write the tenant's ID, or take the annotation away to have the webhook's own")


def odd_tenant_id(namespace: str, account: str) -> str:
    """What the ServiceAccount names is no tenant, and Azure's libraries refuse it."""
    cause = f"ServiceAccount {namespace}/{account}: {TENANT_ID_ANNOTATION} has characters that no tenant has"
    return _line(cause, "write the tenant's GUID or domain, or take the annotation away to have the webhook's own")


def occupied(found: Sequence[tuple[Container, Mount]]) -> str:
    """Containers have something else where the token would be."""
    told = ", ".join(container.name for container, _ in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    cause = f"container {told}{more}: its own mount at {names.MOUNT_PATH} stays, so the token is not mounted"
    if all((mount.name or "").startswith(names.VOLUME_PREFIX) for _, mount in found):
        return _line(cause, "delete the mount and its volume, which were injected into another pod")
    return _line(cause, "mount it elsewhere")


def commas() -> str:
    """A list that is none."""
    cause = f"metadata.annotations[{SKIP_CONTAINERS_ANNOTATION}]: a comma parts no names, so nothing is skipped for it"
    return _line(cause, 'put ";" between the names')


def proxy_declined() -> str:
    """An annotation that means the opposite elsewhere."""
    cause = (
        f"metadata.annotations[{PROXY_SIDECAR_ANNOTATION}] says no, so no proxy is injected; upstream's webhook does"
    )
    return _line(cause, "take the annotation away")


def proxy_on_windows() -> str:
    """A proxy that cannot start."""
    cause = (
        f"metadata.annotations[{PROXY_SIDECAR_ANNOTATION}]: the proxy's images are for Linux, and this pod for Windows"
    )
    return _line(cause, "take the annotation away, and use a library that reads the token's file")


def no_binding(annotation: str) -> str:
    """A way that this webhook does not know."""
    cause = f"metadata.annotations[{annotation}]: this webhook serves no identity bindings; the usual token is injected"
    return _line(cause, "give the webhook the token proxy's address and audience")


def mirror() -> str:
    """A pod that the API server lets nobody give a token."""
    cause = "this is a static pod's mirror, which can have no ServiceAccount token, so nothing is injected"
    return _line(cause, "run it as a DaemonSet or Deployment")


def _line(cause: str, remedy: str) -> str:
    line = f"{cause}. To mend it: {remedy}"
    return line if len(line) <= MAX_WARNING else f"{line[: MAX_WARNING - 1]}…"
