from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.world.chance import Chance


@given(st.integers())
def test_the_same_seed_gives_the_same_numbers_below_one(seed: int) -> None:
    one, other = Chance(seed), Chance(seed + 1)
    drawn = [one.next() for _ in range(20)]
    assert all(0 <= number < 1 for number in drawn)
    other.restart(seed)
    assert [other.next() for _ in range(20)] == drawn
    assert other.seed == seed


def test_it_is_even_enough() -> None:
    chance = Chance(1)
    low = sum(chance.next() < 0.2 for _ in range(2000))
    assert 300 < low < 500
