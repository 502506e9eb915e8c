"""Keeps the SecretProviderClassPodStatus of this node's pods. Called by reports.

A watch of those with this node's label tells what is there, so a republish that changes nothing writes nothing. None is
ever deleted here: it goes with its pod. Needs "get", "list", "watch", "create" and "patch" on
secretproviderclasspodstatuses.
"""

from typing import Final, assert_never

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.model.errors import NotFound
from keyferry.model.wellknown import SECRETS_STORE_NODE_LABEL
from keyferry.mount.cluster import status_plan
from keyferry.mount.cluster.kinds import POD_STATUSES
from keyferry.mount.cluster.status_plan import CreateStatus, LiveStatus, NothingToSay, PatchStatus, Shown, StatusAction
from keyferry.mount.state import PodRef
from keyferry.spec import pod_status

LOOKS: Final = 5  # at one object that others write too


class PodStatuses:
    """Writes the statuses of one node's pods. Safe for any number of volumes at once."""

    def __init__(self, client: Client, node_id: str) -> None:
        self._client = client
        self._node_id = node_id
        self._seen: Store[LiveStatus] = Store()
        selector = f"{SECRETS_STORE_NODE_LABEL}={pod_status.node_label(node_id)}"
        selection = Selection(label_selector=selector)
        self._reflector = Reflector(client, POD_STATUSES, status_plan.decode, self._seen, selection=selection)

    async def run(self) -> None:
        """Watch until cancelled. Statuses are written before and without that, at the cost of more requests."""
        await self._reflector.run()

    async def tell(self, pod: PodRef, shown: Shown) -> OwnerReference:
        """Let the status say what is mounted; return it as what may own something.

        Raises what the API server refuses; Conflict, AlreadyExists or NotFound where others kept writing.
        """
        desired = status_plan.wanted(pod, shown, node_id=self._node_id)
        live = self._seen.get(desired.key)
        for _ in range(LOOKS - 1):
            action = status_plan.plan(live, desired)
            try:
                return (await self._apply(desired.key, action)).owner
            except (AlreadyExists, Conflict, NotFound) as problem:
                if isinstance(problem, NotFound) and isinstance(action, CreateStatus):
                    raise  # the namespace goes away, or the kind is not installed
                live = await self._read(desired.key)
        return (await self._apply(desired.key, status_plan.plan(live, desired))).owner

    async def _apply(self, key: Key, action: StatusAction) -> LiveStatus:
        match action:
            case CreateStatus(body=body):
                return status_plan.decode(await self._client.create(POD_STATUSES, key.namespace, body))
            case PatchStatus(patch=patch):
                return status_plan.decode(await self._client.merge_patch(POD_STATUSES, key, patch))
            case NothingToSay(live=live):
                return live
            case _:
                assert_never(action)

    async def _read(self, key: Key) -> LiveStatus | None:
        try:
            return await self._client.get(POD_STATUSES, key, status_plan.decode)
        except NotFound:
            return None
