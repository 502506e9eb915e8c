"""Values found again under the identity that read them, within bounds, against a model."""

from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.secrets import SecretBundle
from keyferry.vault.cache import ENTRY_BYTES, Cache
from tests.fakes.bundles import bundle
from tests.fakes.model_vault import identity, ref

API, WEB = identity("api"), identity("web")
OLD, NEW = bundle(value=b"old"), bundle(value=b"newer")


def test_gives_back_what_was_kept_to_the_same_identity_alone() -> None:
    cache = Cache()
    cache.put(API, ref("db"), OLD)

    assert cache.get(API, ref("db")) is OLD
    assert cache.get(WEB, ref("db")) is None
    assert cache.get(API, ref("db", "1" * 32)) is None
    cache.put(API, ref("db"), NEW)
    assert cache.get(API, ref("db")) is NEW
    assert len(cache) == 1


def test_lets_values_go() -> None:
    cache = Cache()
    cache.put(API, ref("db"), OLD)
    cache.drop(API, ref("db"))
    cache.drop(API, ref("db"))
    cache.put(API, ref("other"), OLD)
    cache.clear()

    assert (len(cache), cache.size_bytes) == (0, 0)


def test_what_was_used_least_recently_goes_first() -> None:
    cache = Cache(limit_entries=2)
    for name in ("a", "b"):
        cache.put(API, ref(name), OLD)
    cache.get(API, ref("a"))
    cache.put(API, ref("c"), OLD)

    assert [name for name in "abc" if cache.get(API, ref(name))] == ["a", "c"]


def test_what_is_larger_than_the_room_is_not_kept_and_drives_nothing_out() -> None:
    cache = Cache(limit_bytes=2 * ENTRY_BYTES)
    cache.put(API, ref("a"), OLD)
    cache.put(API, ref("b"), bundle(value=b"x" * 2 * ENTRY_BYTES))

    assert cache.get(API, ref("a")) is OLD
    assert cache.get(API, ref("b")) is None


sizes = st.integers(0, 3_000)
steps = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from((API, WEB)), sizes | st.none()), max_size=60)


@given(steps, st.integers(1_000, 12_000), st.integers(1, 6))
def test_stays_within_its_bounds_and_never_gives_anything_else(
    steps: list[tuple[str, object, int | None]], limit_bytes: int, limit_entries: int
) -> None:
    cache = Cache(limit_bytes, limit_entries)
    kept: dict[tuple[object, str], SecretBundle] = {}
    for name, whose, size in steps:
        owner = API if whose == API else WEB
        if size is None:
            assert cache.get(owner, ref(name)) in (None, kept.get((owner, name)))
            cache.drop(owner, ref(name))
            kept.pop((owner, name), None)
        else:
            kept[owner, name] = bundle(name, value=b"x" * size, tags=(("tag", owner.client_id),))
            cache.put(owner, ref(name), kept[owner, name])
        assert cache.size_bytes <= limit_bytes
        assert len(cache) <= limit_entries
        held = {key: found for key in kept if (found := cache.get(API if key[0] == API else WEB, ref(key[1])))}
        assert len(held) == len(cache)
        assert all(found is kept[key] for key, found in held.items())
