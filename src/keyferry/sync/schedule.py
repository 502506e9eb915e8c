"""When an ExternalSecret's values are read again. Pure: the instants are arguments.

The rules are External Secrets' own, in its order: an interval of zero means once; a changed spec, label or annotation
is due at once; otherwise the interval counts from the last success, and sync windows may hold the refresh back. Beyond
them, the annotation `keyferry.io/refresh` asks for values younger than an instant, also of what is read but once.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.spec.external_secret import ExternalSecret, RefreshPolicy

LEAST_INTERVAL: Final = timedelta(seconds=1)  # the resolution of refreshTime: a shorter one would never rest


def version_of(spec: ExternalSecret) -> str:
    """Return what `status.syncedResourceVersion` says once this spec, with these labels and annotations, is synced."""
    return spec.synced_version


def is_new(spec: ExternalSecret, status: ExternalSecretStatus) -> bool:
    """Tell whether this spec, with these labels and annotations, was never synced: its reader wants what is now."""
    return status.synced_resource_version != version_of(spec)


def interval(spec: ExternalSecret) -> timedelta | None:
    """Return how old a value may get, None where it is read only when something changes."""
    if spec.refresh_policy is not RefreshPolicy.PERIODIC or spec.refresh_interval <= timedelta(0):
        return None
    return max(spec.refresh_interval, LEAST_INTERVAL)


def may_follow(spec: ExternalSecret, now: datetime) -> bool:
    """Tell whether a change that is seen in a vault is to be followed now: never by what is read but once."""
    return interval(spec) is not None and (spec.windows is None or spec.windows.permit(now))


def is_due(spec: ExternalSecret, status: ExternalSecretStatus, now: datetime) -> bool:
    """Tell whether the vault is to be asked now."""
    if _demanded(spec, status, now) == timedelta(0):
        return True
    never = not status.synced_resource_version or status.refresh_time is None
    changed = is_new(spec, status)
    match spec.refresh_policy:
        case RefreshPolicy.CREATED_ONCE:
            return never
        case RefreshPolicy.ON_CHANGE:
            return never or changed
        case RefreshPolicy.PERIODIC:
            return _is_due_periodically(spec, status, changed=changed, now=now)
        case _:
            assert_never(spec.refresh_policy)


def wait(spec: ExternalSecret, refreshed: datetime | None, now: datetime, *, woken: bool = False) -> timedelta | None:
    """Return how long until the next look, if the vault was asked at `refreshed`; None when only an event makes it due.

    A status tells `refreshed` in whole seconds; who knows better waits the better time. `woken`: there is a change to
    follow, as soon as sync windows permit.
    """
    oldest = interval(spec)
    if oldest is None:
        return _demanded(spec, ExternalSecretStatus(refresh_time=refreshed), now)
    rest = timedelta(0) if refreshed is None or woken else max(timedelta(0), refreshed + oldest - now)
    if spec.windows is None or spec.windows.permit(now + rest):
        return rest
    return rest + spec.windows.next_look(now + rest)


def _demanded(spec: ExternalSecret, status: ExternalSecretStatus, now: datetime) -> timedelta | None:
    """Return how long until what is read but once is read again because its annotation asks for it, None for never.

    `refreshTime` has whole seconds, so the refresh begins in the next one: then the status shows that it was younger.
    """
    wanted = spec.demanded_at
    if wanted is None or status.refresh_time is None or interval(spec) is not None:
        return None
    begin = wanted.replace(microsecond=0) + LEAST_INTERVAL
    return max(timedelta(0), begin - now) if status.refresh_time < begin else None


def _is_due_periodically(spec: ExternalSecret, status: ExternalSecretStatus, *, changed: bool, now: datetime) -> bool:
    interval = spec.refresh_interval
    if interval <= timedelta(0) and status.synced_resource_version:
        return False
    if changed or status.refresh_time is None:
        return True
    if status.refresh_time > now:  # written by a clock that ran ahead
        return True
    has_passed = now - status.refresh_time >= max(interval, LEAST_INTERVAL)
    return has_passed and (spec.windows is None or spec.windows.permit(now))
