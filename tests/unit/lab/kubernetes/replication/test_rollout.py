from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.replication import rollout
from keyferry.lab.kubernetes.replication.rollout import Generation, Limits


@pytest.mark.parametrize(
    ("rolling", "replicas", "expected"),
    [
        pytest.param(None, 10, Limits(surge=3, unavailable=2), id="defaults"),
        pytest.param({"maxSurge": "50%", "maxUnavailable": "50%"}, 3, Limits(surge=2, unavailable=1), id="rounding"),
        pytest.param({"maxSurge": 2, "maxUnavailable": 0}, 1, Limits(surge=2, unavailable=0), id="numbers"),
        pytest.param({"maxSurge": 0, "maxUnavailable": 0}, 1, Limits(surge=0, unavailable=1), id="never-stuck"),
        pytest.param({"maxSurge": 0, "maxUnavailable": 9}, 3, Limits(surge=0, unavailable=3), id="all-at-most"),
    ],
)
def test_limits(rolling: Any, replicas: int, expected: Limits) -> None:
    assert rollout.limits({"rollingUpdate": rolling}, replicas) == expected


@pytest.mark.parametrize(
    ("replicas", "new", "total", "surge", "expected"),
    [
        pytest.param(4, 0, 4, 1, 1, id="one-more"),
        pytest.param(4, 1, 5, 1, 1, id="no-room"),
        pytest.param(4, 0, 0, 1, 4, id="first"),
        pytest.param(4, 6, 6, 1, 4, id="too-many"),
    ],
)
def test_scales_up_within_the_surge(replicas: int, new: int, total: int, surge: int, expected: int) -> None:
    assert rollout.scaled_up(replicas, new, total, Limits(surge=surge, unavailable=0)) == expected


@pytest.mark.parametrize(
    ("new", "old", "unavailable", "expected"),
    [
        pytest.param((1, 0), [(4, 4)], 0, [4], id="not-before-another-is-there"),
        pytest.param((1, 1), [(4, 4)], 0, [3], id="one-for-one"),
        pytest.param((1, 0), [(4, 4)], 1, [3], id="one-may-be-missing"),
        pytest.param((1, 0), [(2, 0), (4, 4)], 1, [0, 3], id="broken-ones-first"),
        pytest.param((4, 4), [(1, 1), (4, 4)], 0, [0, 0], id="all"),
    ],
)
def test_scales_down_what_can_be_missed(
    new: tuple[int, int], old: list[tuple[int, int]], unavailable: int, expected: list[int]
) -> None:
    generations = [Generation(replicas=replicas, available=available) for replicas, available in old]
    present = Generation(replicas=new[0], available=new[1])
    assert rollout.scaled_down(4, present, generations, Limits(surge=1, unavailable=unavailable)) == expected


@st.composite
def generations(draw: st.DrawFn) -> Generation:
    replicas = draw(st.integers(0, 8))
    return Generation(replicas=replicas, available=draw(st.integers(0, replicas)))


@given(
    replicas=st.integers(0, 8),
    new=generations(),
    old=st.lists(generations(), max_size=3),
    surge=st.integers(0, 4),
    unavailable=st.integers(0, 4),
)
def test_no_step_leaves_more_or_fewer_than_allowed(
    replicas: int, new: Generation, old: list[Generation], surge: int, unavailable: int
) -> None:
    allowed = Limits(surge=surge, unavailable=unavailable if surge or unavailable else 1)
    total = new.replicas + sum(one.replicas for one in old)
    grown = rollout.scaled_up(replicas, new.replicas, total, allowed)
    assert grown <= replicas
    assert grown <= new.replicas or total - new.replicas + grown <= replicas + allowed.surge
    kept = rollout.scaled_down(replicas, new, old, allowed)
    before = new.available + sum(one.available for one in old)
    left = new.available + sum(min(one.available, wanted) for one, wanted in zip(old, kept, strict=True))
    assert all(0 <= wanted <= one.replicas for one, wanted in zip(old, kept, strict=True))
    assert left >= min(before, replicas - allowed.unavailable)
