"""Shards are spread evenly, alike in every replica, and few move when a replica comes or goes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.controller.assignment import assigned, shard_of

MEMBERS = st.sets(st.text(min_size=1), max_size=9)


def test_nobody_gets_anything_where_nobody_is() -> None:
    assert assigned((), 4) == {}


@given(MEMBERS, st.integers(1, 32))
def test_every_shard_has_one_member_and_all_members_have_as_many(members: set[str], shards: int) -> None:
    found = assigned(frozenset(members), shards)
    assert set(found) == (set(range(shards)) if members else set())
    assert set(found.values()) <= members
    loads = [Counter(found.values())[member] for member in members]
    assert max(loads, default=0) - min(loads, default=0) <= 1


@given(MEMBERS, st.integers(1, 32))
def test_the_order_of_the_members_is_of_no_matter(members: set[str], shards: int) -> None:
    assert assigned(sorted(members), shards) == assigned(sorted(members, reverse=True), shards)


@given(st.text(), st.integers(1, 64))
def test_a_token_has_one_shard(token: str, shards: int) -> None:
    assert 0 <= shard_of(token, shards) < shards
    assert shard_of(token, shards) == shard_of(token, shards)


def test_tokens_spread() -> None:
    load = Counter(shard_of(f"team-{number}/vault", 4) for number in range(400))
    assert all(60 < count < 140 for count in load.values())
