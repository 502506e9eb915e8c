import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from keyferry.kube.wire import leases
from keyferry.kube.wire.leases import LeaseSpec
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import Unavailable

SPEC = LeaseSpec(holder_identity="a", lease_duration_seconds=15, acquire_time="t", renew_time="t", lease_transitions=0)


def test_creation_and_decoding_fit() -> None:
    lease = leases.decode(leases.creation(Key(namespace="k", name="op"), SPEC))
    assert lease.spec == SPEC
    assert (lease.metadata.namespace, lease.metadata.name, lease.resource_version) == ("k", "op", "")


def test_update_is_bound_to_a_version_and_touches_nothing_else() -> None:
    patch = json.loads(leases.update("9", SPEC))
    assert patch["metadata"] == {"resourceVersion": "9"}
    assert set(patch) == {"metadata", "spec"}


def test_a_lease_that_nobody_ever_held() -> None:
    assert leases.decode(b'{"apiVersion":"v1","kind":"Lease","metadata":{"name":"x"}}').spec == LeaseSpec()


def test_something_else_is_refused() -> None:
    with pytest.raises(Unavailable):
        leases.decode(b"[]")


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        pytest.param(datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00.000000Z", id="six-digits-always"),
        pytest.param(
            datetime(2026, 1, 2, 1, 0, 0, 5, tzinfo=timezone(timedelta(hours=1))),
            "2026-01-02T00:00:00.000005Z",
            id="in-utc",
        ),
    ],
)
def test_micro_time(instant: datetime, text: str) -> None:
    assert leases.micro_time(instant) == text
