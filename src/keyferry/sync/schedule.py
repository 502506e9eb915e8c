"""When an ExternalSecret's values are read again. Pure: the instants are arguments.

The rules are External Secrets' own, in its order: an interval of zero means once; a changed spec, label or annotation
is due at once; otherwise the interval counts from the last success.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

from keyferry.spec import hashes
from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.spec.external_secret import ExternalSecret, RefreshPolicy

LEAST_INTERVAL: Final = timedelta(seconds=1)  # the resolution of refreshTime: a shorter one would never rest


def version_of(spec: ExternalSecret) -> str:
    """Return what `status.syncedResourceVersion` says once this spec, with these labels and annotations, is synced."""
    return hashes.synced_resource_version(spec.generation, spec.annotations, spec.labels)


def is_new(spec: ExternalSecret, status: ExternalSecretStatus) -> bool:
    """Tell whether this spec, with these labels and annotations, was never synced: its reader wants what is now."""
    return status.synced_resource_version != version_of(spec)


def interval(spec: ExternalSecret) -> timedelta | None:
    """Return how old a value may get, None where it is read only when something changes."""
    if spec.refresh_policy is not RefreshPolicy.PERIODIC or spec.refresh_interval <= timedelta(0):
        return None
    return max(spec.refresh_interval, LEAST_INTERVAL)


def is_due(spec: ExternalSecret, status: ExternalSecretStatus, now: datetime) -> bool:
    """Tell whether the vault is to be asked now."""
    never = not status.synced_resource_version or status.refresh_time is None
    changed = is_new(spec, status)
    match spec.refresh_policy:
        case RefreshPolicy.CREATED_ONCE:
            return never
        case RefreshPolicy.ON_CHANGE:
            return never or changed
        case RefreshPolicy.PERIODIC:
            return _is_due_periodically(spec.refresh_interval, status, changed=changed, now=now)
        case _:
            assert_never(spec.refresh_policy)


def wait(spec: ExternalSecret, refreshed: datetime | None, now: datetime) -> timedelta | None:
    """Return how long until the next look, if the vault was asked at `refreshed`; None when only an event makes it due.

    A status tells `refreshed` in whole seconds; who knows better waits the better time.
    """
    oldest = interval(spec)
    if oldest is None:
        return None
    if refreshed is None:
        return timedelta(0)
    return max(timedelta(0), refreshed + oldest - now)


def _is_due_periodically(interval: timedelta, status: ExternalSecretStatus, *, changed: bool, now: datetime) -> bool:
    if interval <= timedelta(0) and status.synced_resource_version:
        return False
    if changed or status.refresh_time is None:
        return True
    if status.refresh_time > now:  # written by a clock that ran ahead
        return True
    return now - status.refresh_time >= max(interval, LEAST_INTERVAL)
