"""Keeps the Kubernetes Secrets that classes make of mounted files (`secretObjects`). Called by reports.

A Secret that fails is told as an event of the pod, and stops neither the others nor the mount. Needs "get" on pods and
"get", "create" and "update" on secrets; without them the files are mounted all the same.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias, TypeVar, assert_never

import structlog

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.kube.wire.resources import PODS, SECRETS, Resource
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster import live_pod, secret_documents, secret_plan, synced_data
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.cluster.secret_plan import Action, Create, LiveSecret, Nothing, Refuse, Replace, Wait, WantedSecret
from keyferry.mount.cluster.settled import Settled
from keyferry.mount.state import PodRef
from keyferry.mount.turns import Turns
from keyferry.runtime.clock import Clock
from keyferry.spec.secret_provider_class import SecretObject, SecretProviderClass

T = TypeVar("T")

LOOKS: Final = 5  # at one Secret that others write too
REMEMBERED: Final = 512  # pods; a node has some hundreds at most

_Made: TypeAlias = tuple[SecretObject, Mapping[str, SecretValue] | SpecError]

_LOG = structlog.get_logger(__name__)


class SecretApi(Protocol):
    """What this needs of `kube.client.Client`, whose errors it expects."""

    async def get(self, resource: Resource, key: Key, decode: Callable[[bytes], T], /) -> T:
        """Read a Secret or a pod."""
        ...

    async def create(self, resource: Resource, namespace: str, body: bytes, /) -> bytes:
        """Make a Secret."""
        ...

    async def replace(self, resource: Resource, key: Key, body: bytes, /) -> bytes:
        """Write a Secret over the one that was seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """The files of a pod's volume, known to be so since `as_of`. `status` is what a pod without owners has for one.

    `is_copy`: they are the node's last good copy, from an outage.
    """

    pod: PodRef
    files: Mapping[str, SecretValue]
    status: OwnerReference
    as_of: datetime
    is_copy: bool = False


class SyncedSecrets:
    """Writes Secrets for one node. Safe for any number of volumes at once."""

    def __init__(self, client: SecretApi, events: PodEvents, clock: Clock) -> None:
        self._client = client
        self._events = events
        self._clock = clock
        self._settled = Settled()
        self._owners: OrderedDict[str, tuple[OwnerReference, ...]] = OrderedDict()  # by the pod's uid
        self._turns = Turns()

    async def sync(self, spec: SecretProviderClass, mounted: Mounted) -> tuple[KeyferryError, ...]:
        """Bring the Secrets of the class in step with the files; return what went wrong, which the pod's events tell.

        Asks the API server nothing while all of them were seen to hold this a short time ago, or may not. A pod that is
        ending gets none.
        """
        made = [(each, _data(each, mounted.files)) for each in spec.secret_objects]
        known = self._owners.get(mounted.pod.uid)
        wanted = tuple(_wanted(made, mounted, known or ()))
        if not made or (known is not None and all(map(self._holds, wanted))):
            outcomes = [(each.key.name, self._settled.refusal(each.key)) for each in wanted]
        else:
            outcomes = await self._write(made, mounted)
        outcomes += [("", spec.secret_error)]
        outcomes += [(each.secret_name, data) for each, data in made if isinstance(data, SpecError)]
        failures = [(name, problem) for name, problem in outcomes if problem is not None]
        for name, problem in failures:
            self._events.secret_failed(mounted.pod, name, problem)
            _LOG.warning("secret.not_synced", pod=str(mounted.pod), secret=name, reason=str(problem))
        return tuple(problem for _, problem in failures)

    def left(self, spec: SecretProviderClass, pod: PodRef, problem: KeyferryError) -> None:
        """Tell the pod why its Secrets are not looked at: its status, which may own them, cannot be written."""
        for each in spec.secret_objects:
            self._events.secret_failed(pod, each.secret_name, problem)

    def _holds(self, wanted: WantedSecret) -> bool:
        return self._settled.holds(wanted, self._clock.now())

    async def _write(self, made: list[_Made], mounted: Mounted) -> list[tuple[str, KeyferryError | None]]:
        try:
            owners = await self._live_owners(mounted)
        except KeyferryError as problem:
            return [(each.secret_name, problem) for each, _ in made]
        return [
            (wanted.key.name, await self._in_step(wanted, mounted.pod)) for wanted in _wanted(made, mounted, owners)
        ]

    async def _live_owners(self, mounted: Mounted) -> tuple[OwnerReference, ...]:
        """Read the pod. Nobody owns anything for one that ends or is another by now."""
        pod = mounted.pod
        try:
            live = await self._client.get(PODS, Key(namespace=pod.namespace, name=pod.name), live_pod.decode)
        except NotFound:
            return ()
        if live.metadata.uid != pod.uid or live.is_ending:
            return ()
        owners = self._owners[pod.uid] = live.owners(mounted.status)
        self._owners.move_to_end(pod.uid)
        while len(self._owners) > REMEMBERED:
            self._owners.popitem(last=False)
        return owners

    async def _in_step(self, wanted: WantedSecret, pod: PodRef) -> KeyferryError | None:
        """Look at a Secret and write it if it must be, until nobody else wrote in between."""
        async with self._turns.of(str(wanted.key)):
            if self._holds(wanted):
                return self._settled.refusal(wanted.key)
            for _ in range(LOOKS):
                try:
                    action = secret_plan.plan(await self._live(wanted.key), wanted, self._clock.now())
                    await self._apply(action, wanted, pod)
                    return None
                except (Conflict, AlreadyExists, NotFound) as problem:
                    lost: KeyferryError = problem
                except (SpecError, GrantError) as problem:
                    self._settled.note(wanted, self._clock.now(), problem)
                    return problem
                except KeyferryError as problem:
                    return problem
            return lost

    async def _live(self, key: Key) -> LiveSecret | None:
        try:
            return await self._client.get(SECRETS, key, secret_documents.live)
        except NotFound:
            return None

    async def _apply(self, action: Action, wanted: WantedSecret, pod: PodRef) -> None:
        match action:
            case Create(secret=secret):
                await self._client.create(SECRETS, secret.key.namespace, secret_documents.body(secret))
                _LOG.info("secret.created", secret=str(secret.key))
            case Replace(secret=secret, resource_version=seen):
                await self._client.replace(SECRETS, secret.key, secret_documents.body(secret, seen))
                if action.rotates:
                    self._events.secret_rotated(pod, secret.key.name)
                _LOG.info("secret.replaced", secret=str(secret.key), rotated=action.rotates)
            case Refuse(error=error):
                raise error
            case Nothing() | Wait():
                pass
            case _:
                assert_never(action)
        if secret_plan.settles(action, wanted):
            self._settled.note(wanted, self._clock.now())


def _data(wanted: SecretObject, files: Mapping[str, SecretValue]) -> Mapping[str, SecretValue] | SpecError:
    try:
        return synced_data.data_of(wanted, files)
    except SpecError as problem:
        return problem


def _wanted(made: list[_Made], mounted: Mounted, owners: tuple[OwnerReference, ...]) -> Iterator[WantedSecret]:
    """Return the Secrets that can be made, none for a pod that nobody stands for."""
    for each, data in made:
        if owners and not isinstance(data, SpecError):
            yield WantedSecret(
                key=Key(namespace=mounted.pod.namespace, name=each.secret_name),
                type=each.type,
                data=data,
                owners=owners,
                as_of=mounted.as_of,
                labels=each.labels,
                annotations=each.annotations,
                is_copy=mounted.is_copy,
            )
