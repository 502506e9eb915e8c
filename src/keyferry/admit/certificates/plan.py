"""What is to be done with the Secret of the webhook's own certificate. Pure.

An authority is replaced so that nobody is refused: API servers first trust the new one beside the old one, and replicas
show what the new one signed once that is so. After `OVERLAP` the old one is forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from keyferry.admit.certificates import held, pairs
from keyferry.admit.certificates.held import Found, Held
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, SpecError, Unavailable, Where

RENEW_BEFORE: Final = timedelta(days=90)
OVERLAP: Final = timedelta(days=1)  # every replica has taken the new certificate by then, whatever its clock says
SLOW: Final = timedelta(hours=1)  # how far a clock may be behind the API server's
MOST_TRUSTED: Final = 8  # authorities, so that what others wrote into a bundle cannot grow without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is there is good until `again_at`."""

    held: Held
    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Make a certificate, `because`. With `under` its authority signs again; without, a new one is made.

    `trusted` are the authorities that go on being trusted until `trust_until`. It takes the place of what is `there`.
    """

    because: str
    there: Found | None
    under: Held | None = None
    trusted: tuple[bytes, ...] = ()
    trust_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Write this in place of what is `there`."""

    held: Held
    there: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Nothing can be done until somebody acts."""

    error: KeyferryError


Step: TypeAlias = Keep | Issue | Store | Refuse


def plan(key: Key, found: Found | None, hosts: tuple[str, ...], bundles: Iterable[bytes], now: datetime) -> Step:
    """Return the next step. `bundles` are what API servers are told to trust now.

    A machine whose battery is empty begins years ago. It finds every certificate wrong, and must not make another.
    """
    if found is None:
        return _anew("there is none yet", None, bundles, now)
    if found.created is not None and found.created - now > SLOW:
        return Refuse(error=_behind(key, found.created, now))
    if not found.is_ours or found.type != held.TYPE:
        return Refuse(error=_foreign(key, found))
    if found.held is None:
        return _anew(f"the Secret cannot be used: {found.problem}", found, bundles, now)
    return _renewed(found, found.held, hosts, now)


def _renewed(found: Found, there: Held, hosts: tuple[str, ...], now: datetime) -> Step:
    begins, ends = pairs.span(there.authorities[0])
    if begins > now or ends - now < RENEW_BEFORE:
        why = f"the authority is good from {begins.isoformat()} to {ends.isoformat()}"
        return _anew(why, found, (there.bundle_pem,), now)
    old = there.authorities[1:] if there.trust_until is not None and now < there.trust_until else ()
    because = _why_another(there, hosts, now)
    if because:
        until = there.trust_until if old else None
        return Issue(because=because, there=found, under=there, trusted=old, trust_until=until)
    if len(old) + 1 != len(there.authorities):
        alone = Held(authorities=there.authorities[:1], authority_key=there.authority_key, pair=there.pair)
        return Store(held=alone, there=found)
    renewal = min(ends, there.pair.ends) - RENEW_BEFORE
    return Keep(held=there, again_at=min(renewal, there.trust_until or renewal) if old else renewal)


def _why_another(there: Held, hosts: tuple[str, ...], now: datetime) -> str:
    if there.pair.begins > now or there.pair.ends - now < RENEW_BEFORE:
        return f"the certificate is good from {there.pair.begins.isoformat()} to {there.pair.ends.isoformat()}"
    missing = [host for host in hosts if host not in there.pair.hosts]
    return f"the certificate is not for {missing[0]}" if missing else ""


def _anew(because: str, there: Found | None, bundles: Iterable[bytes], now: datetime) -> Issue:
    trusted = pairs.living((one for bundle in bundles for one in pairs.authorities(bundle)), now)[:MOST_TRUSTED]
    until = now + OVERLAP if trusted else None
    return Issue(because=because, there=there, trusted=trusted, trust_until=until)


def _behind(key: Key, created: datetime, now: datetime) -> Unavailable:
    return Unavailable(
        what="the clock of this machine is behind, so its certificate is left to other replicas",
        cause=f"the API server made the Secret {key} at {created.isoformat()}, and here it is {now.isoformat()}",
        remedy="set the node's clock (NTP)",
        where=Where(kind="Secret", namespace=key.namespace, name=key.name),
    )


def _foreign(key: Key, found: Found) -> SpecError:
    cause = f'its type is "{found.type}"' if found.is_ours else f'it has no label {held.LABEL}: "{held.OURS}"'
    return SpecError(
        what=f"the Secret {key} was not made by the webhook, and is left as it is",
        cause=cause,
        remedy="delete it, or name another (--certificate-secret); to use its certificate, mount it (--cert-dir)",
        where=Where(kind="Secret", namespace=key.namespace, name=key.name),
    )
