"""What the cluster is told of a volume and makes of its files: the pod's status, and the Secrets of `secretObjects`.

Called by keeper and publisher after each look; asks nothing of the API server while everything is as it was. What fails
here costs no mount: it is said, and tried again.
"""

from typing import Final, Protocol

import structlog

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import OwnerReference
from keyferry.model.errors import KeyferryError, Unavailable
from keyferry.mount.cluster.status_plan import Shown
from keyferry.mount.cluster.synced_secrets import Mounted
from keyferry.mount.known import Volume
from keyferry.mount.state import Payload, PodRef
from keyferry.spec.secret_provider_class import SecretProviderClass

PASSING: Final = (Unavailable, Conflict, AlreadyExists)

_LOG = structlog.get_logger(__name__)


class Statuses(Protocol):
    """The pods' statuses: mount.cluster.pod_statuses."""

    async def tell(self, pod: PodRef, shown: Shown, /) -> OwnerReference:
        """Let the status say what is mounted; return it as an owner."""
        ...


class Secrets(Protocol):
    """The Secrets of `secretObjects`: mount.cluster.synced_secrets."""

    async def sync(self, spec: SecretProviderClass, mounted: Mounted, /) -> tuple[KeyferryError, ...]:
        """Bring them in step; return what went wrong, which was told."""
        ...

    def left(self, spec: SecretProviderClass, pod: PodRef, problem: KeyferryError, /) -> None:
        """Tell the pod why they are not looked at."""
        ...


class Reports:
    """Tells of volumes, one at a time for each object that is written."""

    def __init__(self, statuses: Statuses, secrets: Secrets) -> None:
        self._statuses = statuses
        self._secrets = secrets

    async def tell(self, volume: Volume, spec: SecretProviderClass) -> bool:
        """Let status and Secrets say what the volume shows; return False where trying again soon may help.

        Never raises a KeyferryError. What somebody must mend first is tried again at the next look.
        """
        payload, request, as_of = volume.payload, volume.request, volume.stale_since or volume.verified_at
        assert payload is not None, "only volumes that show something are told of"
        assert as_of is not None, "and since when they do is known"
        try:
            status = await self._statuses.tell(request.pod, _shown(volume, payload, ""))
        except KeyferryError as error:
            _LOG.warning("status.not_written", pod=str(request.pod), error=type(error).__name__, reason=str(error))
            if isinstance(error, PASSING):
                return False
            self._secrets.left(spec, request.pod, error)
            return True
        if not spec.secret_objects and spec.secret_error is None:
            return True
        mounted = Mounted(
            pod=request.pod,
            files={file.path: file.content for file in payload.files},
            status=status,
            as_of=as_of,
            is_copy=volume.stale_since is not None,
        )
        return not any(isinstance(failure, PASSING) for failure in await self._secrets.sync(spec, mounted))

    async def tell_problem(self, volume: Volume, problem: str) -> None:
        """Let the status say why the volume's files stay as they are. Never raises a KeyferryError."""
        if volume.payload is None:
            return  # what an earlier process wrote, and its status, stay
        try:
            await self._statuses.tell(volume.request.pod, _shown(volume, volume.payload, problem))
        except KeyferryError as error:
            _LOG.warning("status.not_written", pod=str(volume.request.pod), error=type(error).__name__)


def _shown(volume: Volume, payload: Payload, problem: str) -> Shown:
    return Shown(
        class_name=volume.request.class_name,
        target_path=volume.request.target_path,
        versions=payload.versions,
        problem=problem,
    )
