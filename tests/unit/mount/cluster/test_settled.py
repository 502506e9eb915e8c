from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.model.errors import GrantError
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster import settled
from keyferry.mount.cluster.secret_plan import WantedSecret
from keyferry.mount.cluster.settled import CHECKED, REFUSED, Settled

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def owners(*uids: str) -> tuple[OwnerReference, ...]:
    return tuple(OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="shop", uid=uid) for uid in uids)


WANTED = WantedSecret(
    key=Key(namespace="app", name="db-env"),
    type="Opaque",
    data={"password": SecretValue(b"new")},
    owners=owners("rs-1"),
    as_of=NOON,
    labels={"a": "1"},
    annotations={"b": "2"},
)


@pytest.mark.parametrize(
    ("change", "age", "holds"),
    [
        pytest.param(lambda wanted: wanted, timedelta(), True, id="the-same"),
        pytest.param(lambda wanted: replace(wanted, as_of=NOON + CHECKED), timedelta(), True, id="read-again"),
        pytest.param(lambda wanted: wanted, CHECKED, False, id="long-ago"),
        pytest.param(lambda wanted: replace(wanted, data={}), timedelta(), False, id="other-data"),
        pytest.param(lambda wanted: replace(wanted, type="b"), timedelta(), False, id="other-type"),
        pytest.param(lambda wanted: replace(wanted, labels={}), timedelta(), False, id="other-labels"),
        pytest.param(lambda wanted: replace(wanted, annotations={}), timedelta(), False, id="other-annotations"),
        pytest.param(lambda wanted: replace(wanted, owners=owners("rs-2")), timedelta(), False, id="one-owner-more"),
        pytest.param(lambda wanted: replace(wanted, key=Key(name="a")), timedelta(), False, id="another-secret"),
    ],
)
def test_nothing_is_to_be_done_for_what_was_seen_so(
    change: Callable[[WantedSecret], WantedSecret], age: timedelta, holds: bool
) -> None:
    known = Settled()
    known.note(WANTED, NOON)
    assert known.holds(change(WANTED), NOON + age) is holds


def test_owners_add_up_while_the_content_stays() -> None:
    known = Settled()
    known.note(WANTED, NOON)
    known.note(replace(WANTED, owners=owners("rs-2")), NOON)
    assert known.holds(replace(WANTED, owners=owners("rs-1", "rs-2")), NOON)


def test_owners_are_looked_at_anew_with_other_content() -> None:
    known = Settled()
    known.note(WANTED, NOON)
    changed = replace(WANTED, data={}, owners=owners("rs-2"))
    known.note(changed, NOON)
    assert not known.holds(replace(changed, owners=owners("rs-1")), NOON)


def test_the_memory_is_bounded_and_loses_what_was_noted_first() -> None:
    known = Settled()
    for number in range(settled.REMEMBERED + 1):
        known.note(replace(WANTED, key=Key(namespace="app", name=f"s{number}")), NOON)
    assert len(known) == settled.REMEMBERED
    assert not known.holds(replace(WANTED, key=Key(namespace="app", name="s0")), NOON)


def test_what_may_not_be_written_is_left_for_a_while_and_told() -> None:
    known, refusal = Settled(), GrantError(what="somebody else's")
    known.note(WANTED, NOON)
    known.note(WANTED, NOON, refusal)
    assert known.holds(WANTED, NOON + REFUSED / 2)
    assert known.refusal(WANTED.key) is refusal
    assert not known.holds(WANTED, NOON + REFUSED)
    known.note(WANTED, NOON + REFUSED)
    assert known.refusal(WANTED.key) is None
    assert known.refusal(Key(name="unknown")) is None


def test_owners_are_counted_anew_when_they_are_many() -> None:
    known = Settled()
    for number in range(settled.OWNERS + 1):
        known.note(replace(WANTED, owners=owners(f"job-{number}")), NOON)
    assert known.holds(replace(WANTED, owners=owners(f"job-{settled.OWNERS}")), NOON)
    assert not known.holds(replace(WANTED, owners=owners("job-0")), NOON)


def test_a_refusal_keeps_nothing_of_where_it_was_raised() -> None:
    known, refusal = Settled(), GrantError(what="somebody else's")
    try:
        raise refusal
    except GrantError as raised:
        known.note(WANTED, NOON, raised)
    assert known.refusal(WANTED.key) is refusal
    assert refusal.__traceback__ is None
