"""When a PushSecret is carried out again. Pure: the instants are arguments.

The rules are External Secrets' own, and one more: a source that changed is pushed at once.
"""

from datetime import datetime, timedelta
from typing import Final

from keyferry.spec import conditions, hashes
from keyferry.spec.conditions import ConditionStatus
from keyferry.spec.push_secret import PushSecret
from keyferry.spec.push_status import PushSecretStatus

LEAST_INTERVAL: Final = timedelta(seconds=1)  # the resolution of refreshTime: a shorter one would never rest


def version_of(spec: PushSecret) -> str:
    """Return what `status.syncedResourceVersion` says once this spec, with these labels and annotations, is pushed."""
    return hashes.synced_resource_version(spec.generation, spec.annotations, spec.labels)


def is_due(spec: PushSecret, status: PushSecretStatus, now: datetime, *, woken: bool) -> bool:
    """Tell whether to push now. `woken`: a source, a store or the last attempt says so.

    An interval of zero means once; an edit of the PushSecret itself is due even then, as upstream has it.
    """
    if status.synced_resource_version != version_of(spec):
        return True
    if spec.refresh_interval <= timedelta(0):
        return False
    if woken or status.refresh_time is None or not is_well(status):
        return True
    if status.refresh_time > now:  # written by a clock that ran ahead
        return True
    return now - status.refresh_time >= max(spec.refresh_interval, LEAST_INTERVAL)


def wait(spec: PushSecret, refreshed: datetime | None, now: datetime) -> timedelta | None:
    """Return how long until the next look, if the vault was compared at `refreshed`; None where only an edit is due."""
    if spec.refresh_interval <= timedelta(0):
        return None
    if refreshed is None:
        return timedelta(0)
    return max(timedelta(0), refreshed + max(spec.refresh_interval, LEAST_INTERVAL) - now)


def is_well(status: PushSecretStatus) -> bool:
    """Tell whether the last attempt went well."""
    ready = conditions.find(status.conditions, conditions.READY)
    return ready is not None and ready.status is ConditionStatus.TRUE
