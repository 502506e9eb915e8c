"""What kubelet's calls do: a volume is filled and there, or it is gone. Called by csi_node.

Values are read before anything is mounted, so a failure leaves nothing behind. A call that kubelet gives up is finished
all the same (mount.rpc.calls): its next one waits for the volume's turn and finds it done. Only what a provider is
asked for a volume ends when kubelet takes that away (mount.questions).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError
from keyferry.model.identity import ServiceAccountRef
from keyferry.mount import keeper, merging
from keyferry.mount.keeper import Keeper, Parts
from keyferry.mount.known import Volume
from keyferry.mount.questions import GivenUp
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Delivery, PodToken
from keyferry.mount.teller import Teller
from keyferry.mount.turns import Turns
from keyferry.spec.secret_provider_class import AZURE, SecretProviderClass

# A pod that starts sees what the vault had ten seconds ago or later: half of this, by the feed's rule. A crowd of pods
# that starts together costs one look.
STARTING: Final = timedelta(seconds=20)
PATIENCE_AFTER_START: Final = timedelta(minutes=3)  # kubelet brings tokens with its republishes, every 60 to 90 s

Wake = Callable[[Key, timedelta], None]

_LOG = structlog.get_logger(__name__)


class Place(Protocol):
    """Where volumes are made and unmade, and remembered across restarts: mount.disk.volumes with mount.disk.ledger."""

    def check(self, volume_id: str, target_path: str) -> None:
        """SpecError where the volume is known at another target, or the target with another volume."""
        ...

    async def is_filled(self, target_path: str) -> bool:
        """Tell whether a volume with content is there."""
        ...

    async def make(self, request: PublishRequest) -> bool:
        """Make the empty volume, or take what is there; return whether it is empty.

        Nothing is left of one that cannot be made.
        """
        ...

    async def remove(self, volume_id: str, target_path: str) -> None:
        """Take the volume away with all it holds. What is not there is fine."""
        ...


class Tokens(Protocol):
    """Kubelet's tokens: mount.tokens."""

    def offer(self, account: ServiceAccountRef, tokens: Mapping[str, PodToken], /) -> None:
        """Take in what kubelet sent."""
        ...

    def drop(self, account: ServiceAccountRef, /) -> None:
        """Forget an account."""
        ...


class Publisher:
    """Answers kubelet. `wake` queues a look at a volume, after a while; `look` is what the queue calls."""

    def __init__(self, parts: Parts, watch: Keeper, place: Place, tokens: Tokens, wake: Wake) -> None:
        self._parts = parts
        self._teller = Teller(parts)
        self._keeper = watch
        self._place = place
        self._tokens = tokens
        self._wake = wake
        self._turns = Turns()
        self._serving: Counter[ServiceAccountRef] = Counter()  # publishes that need an account's tokens

    async def publish(self, request: PublishRequest) -> None:
        """Make the volume show its files. One that shows some already keeps them, whatever fails."""
        started = self._parts.clock.now()
        async with self._turns.of(request.volume_id):
            with self._serves(request.pod.account):
                self._tokens.offer(request.pod.account, request.tokens)
                provider = await self._published(request)
        await self._told(request.volume_id)
        self._parts.metrics.published(provider, (self._parts.clock.now() - started).total_seconds())

    async def _told(self, volume_id: str) -> None:
        """Have the cluster told of a new volume before the pod starts; without its turn, and not for long."""
        volume = self._parts.known.get(volume_id)
        if volume is None or volume.is_told:
            return
        try:
            async with asyncio.timeout(self._parts.telling.total_seconds()):
                await self._teller.tell(volume.key)
        except Exception as failure:  # noqa: BLE001  (whatever it is, the files are there, and the queue tries again)
            _LOG.warning("volume.not_told", pod=str(volume.request.pod), error=type(failure).__name__)
        if not volume.is_told:
            self._parts.tell(volume.key)

    async def unpublish(self, volume_id: str, target_path: str) -> None:
        """Take the volume away, or see that it is gone. What a provider is asked for it, it is asked no longer."""
        with self._parts.questions.given_up(volume_id):
            async with self._turns.of(volume_id):
                volume = await self._removed(volume_id, target_path)
        if volume is not None:
            self._let_go(volume.request.pod.account)
        self._parts.metrics.unpublished()

    async def look(self, key: Key) -> Result:
        """Bring one volume in step, for the queue: by key, whose name is the volume's id."""
        async with self._turns.of(key.name):
            volume = self._parts.known.get(key.name)
            if volume is None:
                return Done()
            if not await self._is_filled(key.name, volume.request.target_path):
                _LOG.warning("volume.gone", pod=str(volume.request.pod), target=volume.request.target_path)
                return Done()
            if not self._keeper.may_look(volume):
                return Done()
            if wait := self._patience(volume):
                return Again(after=wait)
            with suppress(GivenUp):
                await self._keeper.look(volume)
            after = self._keeper.next_look(volume)
            return Done() if after is None else Again(after=after)

    def resume(self, request: PublishRequest) -> None:
        """Serve a volume that an earlier process made. It waits a while for kubelet's tokens before it is looked at."""
        volume = Volume(request=request, waits_until=self._parts.clock.now() + PATIENCE_AFTER_START)
        self._parts.known.put(volume)
        if self._keeper.is_due(volume):
            self._wake(volume.key, PATIENCE_AFTER_START)

    def _patience(self, volume: Volume) -> timedelta:
        """Return how long to wait for kubelet's tokens; a clock that is set back ends the wait."""
        left = timedelta(0) if volume.waits_until is None else volume.waits_until - self._parts.clock.now()
        return left if timedelta(0) < left <= PATIENCE_AFTER_START else timedelta(0)

    async def _removed(self, volume_id: str, target_path: str) -> Volume | None:
        """Return the volume where it was known."""
        try:
            await self._place.remove(volume_id, target_path)
        except KeyferryError:
            self._parts.metrics.unpublish_failed()
            raise
        return self._parts.known.drop(volume_id)

    async def _published(self, request: PublishRequest) -> str:
        """Return the name of the provider that did it, "" where nobody was asked."""
        self._place.check(request.volume_id, request.target_path)
        if await self._is_filled(request.volume_id, request.target_path):
            return await self._repeated(request)
        provider = ""
        try:
            spec = await self._parts.classes.find(request.pod.namespace, request.class_name)
            provider = spec.provider
            await self._first(request, spec)
        except KeyferryError as error:
            self._parts.metrics.publish_failed(provider, error)
            raise
        return provider

    async def _is_filled(self, volume_id: str, target_path: str) -> bool:
        volume = self._parts.known.get(volume_id)
        is_vendors = volume is not None and volume.payload is not None and volume.payload.is_written
        return is_vendors or await self._place.is_filled(target_path)

    async def _repeated(self, request: PublishRequest) -> str:
        """Take in kubelet's new tokens; what fails is told and not answered, lest kubelet take the volume away."""
        volume = self._parts.known.get(request.volume_id)
        if volume is None:
            volume = Volume(request=request)
            self._parts.known.put(volume)
        volume.request, volume.waits_until = request, None
        if self._keeper.is_due(volume):
            try:
                await self._keeper.look(volume)
            except KeyferryError as error:
                self._parts.metrics.publish_failed(volume.provider, error)
            self._plan_next(volume)
        return volume.provider

    async def _first(self, request: PublishRequest, spec: SecretProviderClass) -> None:
        parts = self._parts
        delivery = await self._delivered(request, spec)
        volume = Volume(request=request)
        parts.known.put(volume)
        keeper.tell_of_sources(parts.events, volume, delivery)
        keeper.took(parts.known, volume, spec, delivery, parts.clock.now())
        _LOG.info("volume.published", pod=str(request.pod), secretproviderclass=spec.name)
        if parts.plain:
            parts.events.plain_directory(request.pod, request.class_name, parts.plain)
        self._plan_next(volume)

    async def _delivered(self, request: PublishRequest, spec: SecretProviderClass) -> Delivery:
        """Read the values, then make the volume and fill it; another vendor's provider may want to fill it itself.

        What such a provider wrote in an earlier life of this process is kept when it fails: a pod runs on it.
        """
        mount = merging.mount_of(spec, request)
        provider = self._parts.provider_of(spec.provider)

        def deliver() -> Coroutine[Any, Any, Delivery]:
            return provider.deliver(mount, interval=STARTING)

        questions, volume_id = self._parts.questions, request.volume_id
        delivery = await questions.ask(volume_id, deliver) if spec.provider == AZURE else None
        is_empty = await self._place.make(request)
        try:
            if delivery is None:
                delivery = await questions.ask(volume_id, deliver)
            await keeper.fill(self._parts.disk, request, delivery.payload)
        except BaseException:
            if is_empty:
                await self._place.remove(request.volume_id, request.target_path)
            raise
        return delivery

    @contextmanager
    def _serves(self, account: ServiceAccountRef) -> Iterator[None]:
        """Keep an account's tokens for a publish that has no volume yet; let them go where it fails."""
        self._serving[account] += 1
        try:
            yield
        finally:
            self._serving[account] -= 1
            self._let_go(account)

    def _let_go(self, account: ServiceAccountRef) -> None:
        """Forget the tokens of an account of which no volume is left, and none is on its way."""
        if self._serving[account]:
            return
        del self._serving[account]
        if not self._parts.known.has_account(account):
            self._tokens.drop(account)

    def _plan_next(self, volume: Volume) -> None:
        after = self._keeper.next_look(volume)
        if after is not None:
            self._wake(volume.key, after)
