"""Who leads, decided: a candidate's memory of the Lease and what it may write. Pure: both clocks are arguments.

The rule of client-go: a candidate never reads another machine's clock. It notes, on its own monotonic clock, when it
last saw the record change; a holder that has not changed it for the lease's duration since then is gone. So clocks of
replicas may differ as they like; only their speed must agree.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keyferry.kube.wire.leases import Lease, LeaseSpec, micro_time

_RELEASED_SECONDS: Final = 1  # no holder and a short lease, as client-go leaves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The times of an election. The defaults are client-go's, but for `stand`: who waits looks more often."""

    lease: timedelta = timedelta(seconds=15)
    renew_deadline: timedelta = timedelta(seconds=10)
    retry: timedelta = timedelta(seconds=2)
    stand: timedelta = timedelta(seconds=1)  # how often a candidate looks whether the holder is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """There is no Lease: create it."""

    spec: LeaseSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Take or renew the Lease, if it still is at `resource_version`."""

    resource_version: str
    spec: LeaseSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Somebody else leads: `holder`, by the Lease's word."""

    holder: str


Decision = Create | Write | Stand


class Candidate:
    """One replica. `identity` differs from every other replica's, also from the same pod's last life."""

    def __init__(self, identity: str, terms: Terms) -> None:
        self._identity = identity
        self._terms = terms
        self._observed: Lease | None = None
        self._observed_at = 0.0

    def decide(self, lease: Lease | None, *, monotonic: float, now: datetime) -> Decision:
        """Say what to do about the Lease just read, None for none.

        `monotonic` is in seconds and never leaves this machine; `now` goes on record.
        """
        if lease is None:
            return Create(spec=self._spec(now, acquired=micro_time(now), transitions=0))
        self._observe(lease, monotonic)
        spec = lease.spec
        holder = spec.holder_identity or ""
        if holder == self._identity:
            acquired = spec.acquire_time or micro_time(now)
            renewal = self._spec(now, acquired=acquired, transitions=spec.lease_transitions or 0)
            return Write(resource_version=lease.resource_version, spec=renewal)
        if holder and monotonic < self._observed_at + self._lasts(spec):
            return Stand(holder=holder)
        taking = self._spec(now, acquired=micro_time(now), transitions=(spec.lease_transitions or 0) + 1)
        return Write(resource_version=lease.resource_version, spec=taking)

    def wrote(self, lease: Lease, monotonic: float) -> None:
        """Remember what the server stored for this candidate's own write."""
        self._observe(lease, monotonic)

    def release(self, *, now: datetime) -> Write | None:
        """Return the write that lets another lead at once, or None when this candidate does not lead."""
        lease = self._observed
        if lease is None or lease.spec.holder_identity != self._identity:
            return None
        spec = LeaseSpec(
            holder_identity=None,
            lease_duration_seconds=_RELEASED_SECONDS,
            acquire_time=micro_time(now),
            renew_time=micro_time(now),
            lease_transitions=lease.spec.lease_transitions or 0,
        )
        return Write(resource_version=lease.resource_version, spec=spec)

    def _observe(self, lease: Lease, monotonic: float) -> None:
        if self._observed is None or self._observed.spec != lease.spec:
            self._observed_at = monotonic
        self._observed = lease

    def _lasts(self, spec: LeaseSpec) -> float:
        """Return the seconds the holder asked for; ours where it did not say."""
        return float(spec.lease_duration_seconds or self._terms.lease.total_seconds())

    def _spec(self, now: datetime, *, acquired: str, transitions: int) -> LeaseSpec:
        return LeaseSpec(
            holder_identity=self._identity,
            lease_duration_seconds=int(self._terms.lease.total_seconds()),
            acquire_time=acquired,
            renew_time=micro_time(now),
            lease_transitions=transitions,
        )
