"""The webhook's own certificate: made, renewed in time, kept in a Secret for all replicas, and trusted by API servers.

1. Read the configurations and the Secret, and plan.
2. Carry the plan out. Whoever loses a race takes what is there.
3. Have API servers trust the Secret's authorities, where they do not.
4. Show the Secret's certificate once they have done so for a moment; the first one at once.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog
from prometheus_client import CollectorRegistry

from keyferry.admit.certificates import contests, plan, registrations, settings
from keyferry.admit.certificates.apply import Applier
from keyferry.admit.certificates.contests import Contests
from keyferry.admit.certificates.held import Held
from keyferry.admit.certificates.observe import Observer
from keyferry.admit.certificates.plan import Issue, Keep, Refuse, Store
from keyferry.admit.certificates.readiness import Readiness
from keyferry.admit.certificates.registrations import Registered
from keyferry.admit.certificates.settings import Registration
from keyferry.admit.certificates.shown import Shown
from keyferry.admit.certificates.watching import reflectors
from keyferry.kube.client import Client
from keyferry.kube.controller import backoff
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Unavailable
from keyferry.runtime.clock import Clock

_LOG: Final = structlog.get_logger(__name__)

ATTEMPTS: Final = 5
LOOK: Final = timedelta(minutes=5)  # when no watch has told of a change
SETTLED: Final = timedelta(seconds=2)  # in which every API server has heard of a new caBundle
LONGEST_WAIT: Final = timedelta(seconds=30)
MAKE_AGAIN: Final = timedelta(seconds=5)  # after one certificate, before this replica makes another


class OwnCertificates:
    """A TLS context that shows the certificate of the Secret. Until there is one, handshakes fail."""

    def __init__(self, client: Client, registration: Registration, clock: Clock) -> None:
        self._client = client
        self._registration = registration
        self._clock = clock
        self._secret = settings.named(registration.secret, "--certificate-secret")
        self._service = settings.named(registration.service, "--service")
        self._hosts = settings.hosts(self._service)
        self._observer = Observer(client, registration)
        self._applier = Applier(client, self._secret, self._service)
        self._readiness = Readiness(self._service, self._hosts[0])
        self._shown = Shown()
        self._told: tuple[bytes, ...] | None = None  # what API servers were told to trust at the last look
        self._settled_at: datetime | None = None
        self._made_at: datetime | None = None
        self._contests = Contests()
        self._failures = 0
        self._problem = f"the Secret {self._secret} has not been read yet"
        self._refusal = ""
        self._wait = timedelta()

    @property
    def context(self) -> ssl.SSLContext:
        """What a server serves with."""
        return self._shown.context

    @property
    def problem(self) -> str:
        """Say why no client could be served now, "" where one could."""
        if self._shown.pair is None:
            return self._problem
        found = self._shown.ended(self._clock.now()) or self._refusal or self._readiness.unseen
        return f"{found} ({self._problem})" if self._refusal and self._failures else found

    def register(self, registry: CollectorRegistry) -> None:
        """Tell metrics of it."""
        self._shown.register(registry)

    async def look(self) -> None:
        """Do what there is to do now. A failure is logged, and leaves what is shown."""
        try:
            self._wait = await self._looked()
        except KeyferryError as problem:
            self._failed(str(problem))
        except Exception as bug:  # noqa: BLE001  (whatever this look met, later ones have to renew the certificate)
            self._failed(f"{type(bug).__name__}, which is a defect of keyferry")
        else:
            self._failures = 0
        self._refusal = self._readiness.problem(self._shown)

    async def keep_looking(self) -> None:
        """Look when something has changed, and when it is time to renew, until cancelled."""
        changed = asyncio.Event()
        watches = reflectors(self._client, self._secret, self._registration, changed)
        tasks = [asyncio.create_task(reflector.run()) for reflector in watches]
        try:
            while True:
                changed.clear()
                await self.look()
                pause = self._contests.pause(self._clock.now())
                await asyncio.sleep(pause.total_seconds())
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, (self._wait - pause).total_seconds())):
                        await changed.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _failed(self, cause: str) -> None:
        self._wait = backoff.wait(self._failures, 0, first=contests.PAUSE, longest=LONGEST_WAIT)
        self._failures += 1
        self._shown.takings.failed += 1
        self._problem = cause
        _LOG.warning("certificate.not_kept", cause=cause, failures=self._failures)

    async def _looked(self) -> timedelta:
        """Return how long nothing is to be done, if nobody changes anything."""
        registered = await self._observer.registered()
        self._readiness.seen(registered)
        kept = await self._kept(registered)
        if self._shown.pair is None:
            self._show(kept.held)
        await self._have_trusted(registered, kept.held)
        wait = self._settle(registered, kept.held)
        return min(wait, LOOK, kept.again_at - self._clock.now())

    async def _kept(self, registered: Sequence[Registered]) -> Keep:
        """Return what the Secret holds, once it is good."""
        for _ in range(ATTEMPTS):
            found = await self._observer.secret(self._secret)
            now = self._clock.now()
            step = plan.plan(self._secret, found, self._hosts, self._bundles(registered), now)
            if isinstance(step, Keep):
                return step
            with suppress(AlreadyExists, Conflict):  # another replica was quicker: take what is there
                await self._step(step, now)
        raise Unavailable(what=f"the Secret {self._secret} is changed all the time", remedy="see who else writes it")

    async def _step(self, step: Issue | Store | Refuse, now: datetime) -> None:
        match step:
            case Issue():
                self._pace(now)
                await self._applier.issue(step, self._hosts, now)
                self._made_at = now
            case Store():
                await self._applier.store(step)
            case Refuse(error=error):
                raise error
            case _:
                assert_never(step)

    def _pace(self, now: datetime) -> None:
        """Keep from making certificates all the time against somebody who thinks otherwise of them."""
        if self._made_at is not None and now - self._made_at < MAKE_AGAIN:
            raise Unavailable(
                what=f"somebody changed the Secret {self._secret} right after a certificate was made",
                remedy="see who else writes it, and whether the replicas' clocks agree",
            )

    async def _have_trusted(self, registered: Sequence[Registered], held: Held) -> None:
        """Write every configuration that needs it, also after one that could not be written."""
        failed: KeyferryError | None = next((one.refusal for one in registered if one.refusal is not None), None)
        for one in registered:
            try:
                if await self._applier.trust(one, held.bundle_pem):
                    self._contests.wrote(self._clock.now())
            except (Conflict, NotFound):
                self._told = None  # somebody changed it meanwhile; it has not settled
            except KeyferryError as problem:
                failed = problem
        if failed is not None:
            raise failed

    def _settle(self, registered: Sequence[Registered], held: Held) -> timedelta:
        """Show the certificate if API servers have trusted it for a moment; return how long to wait for that."""
        now, told = self._clock.now(), self._bundles(registered)
        if told != self._told:
            self._told, self._settled_at = told, now + SETTLED
        if any(bundle != held.bundle_pem for bundle in told):
            return SETTLED
        if self._shown.pair == held.pair:
            return LOOK
        if self._settled_at is None or now >= self._settled_at or self._shown.ended(now):
            self._show(held)
            return LOOK
        return self._settled_at - now

    def _bundles(self, registered: Sequence[Registered]) -> tuple[bytes, ...]:
        documents = (one.document for one in registered if one.document is not None)
        return tuple(bundle for one in documents for bundle in registrations.bundles(one, self._service))

    def _show(self, held: Held) -> None:
        try:
            self._shown.show(held.pair)
        except ValueError as refusal:
            raise SpecError(
                what=f"the certificate in the Secret {self._secret} cannot be shown",
                cause=str(refusal),
                remedy="delete the Secret; another is made",
            ) from None
        _LOG.info("certificate.shown", ends=held.pair.ends.isoformat())
