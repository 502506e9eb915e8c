"""Which versions of an object a mount shows that asks for its history. Pure. Called by mount.azure.observe.

Upstream shows one more than `objectVersionHistory` says: https://github.com/Azure/secrets-store-csi-driver-provider-azure
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from keyferry.model.errors import NotFound
from keyferry.model.secrets import SecretProperties, SecretVersion
from keyferry.spec.azure_mount import MountObject

_EPOCH: Final = datetime.fromtimestamp(0, UTC)


def newest(
    versions: Iterable[SecretProperties], wanted: MountObject, current: SecretVersion
) -> tuple[SecretProperties, ...]:
    """Return at most `wanted.history` versions, newest first, from `wanted.version` on where that is set.

    Disabled ones are left out. Instants have a resolution of one second: of versions made within one, that which the
    vault says is `current` ("" where it says none) is the newest, then the one whose id comes last. NotFound where
    nothing is left.
    """
    enabled = {one.version: one for one in versions if one.enabled and one.version}
    ordered = sorted(
        enabled.values(), key=lambda one: (one.created or _EPOCH, one.version == current, one.version), reverse=True
    )
    ids = [one.version for one in ordered]
    if not ids:
        raise NotFound(
            what="no version is enabled",
            cause="objectVersionHistory leaves disabled versions out",
            remedy="enable a version, or set a new value",
        )
    if wanted.version and wanted.version not in enabled:
        raise NotFound(
            what=f"version {wanted.version} is not among the enabled ones",
            cause="objectVersionHistory begins at objectVersion",
            remedy="correct objectVersion, enable that version, or leave it out to begin at the latest",
        )
    start = ids.index(wanted.version) if wanted.version else 0
    return tuple(ordered[start : start + wanted.history])
