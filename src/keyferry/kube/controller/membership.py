"""Which replicas are alive, from the Leases that each keeps of itself. Pure: the monotonic clock is an argument.

As in an election, no machine's clock is read by another: a Lease that was not seen to change for as long as it lasts
belongs to nobody any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire.leases import Lease, LeaseSpec

FORGOTTEN_AFTER: Final = 600.0  # seconds; then somebody may delete the Lease of a replica that will not come back


@dataclass(slots=True)
class _Seen:
    spec: LeaseSpec
    at: float


class Membership:
    """What one replica has seen of the others' Leases, by their names."""

    def __init__(self, lasts_seconds: float) -> None:
        """`lasts_seconds` counts for a Lease that does not say how long it lasts."""
        self._lasts = lasts_seconds
        self._seen: dict[str, _Seen] = {}

    def observe(self, leases: Iterable[Lease], monotonic: float) -> None:
        """Take in all Leases of members, as just listed."""
        listed = {lease.name: lease.spec for lease in leases}
        self._seen = {name: seen for name, seen in self._seen.items() if name in listed}
        for name, spec in listed.items():
            seen = self._seen.get(name)
            if seen is None or seen.spec != spec:
                self._seen[name] = _Seen(spec, monotonic)

    def alive(self, monotonic: float) -> frozenset[str]:
        """Return the identities of the members that renewed in time, as their Leases name them."""
        return frozenset(
            seen.spec.holder_identity
            for seen in self._seen.values()
            if seen.spec.holder_identity and monotonic < seen.at + (seen.spec.lease_duration_seconds or self._lasts)
        )

    def forgotten(self, monotonic: float) -> tuple[str, ...]:
        """Return the names of Leases that nobody renews any more."""
        return tuple(name for name, seen in self._seen.items() if monotonic >= seen.at + FORGOTTEN_AFTER)
