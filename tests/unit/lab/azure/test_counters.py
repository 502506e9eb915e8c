from keyferry.lab.azure import counters as counting
from keyferry.lab.azure.counters import Count, Counters


def test_counts_by_where_what_and_outcome() -> None:
    counters = Counters()
    for status in (200, 200, 404):
        counters.add("kv", "SecretGet", status)
    counters.add("kv", "SecretList", 200)
    assert counters.number() == 4
    assert counters.number(operation="SecretGet") == 3
    assert counters.number("kv", status=200) == 3
    assert counters.number("other") == 0
    assert counters.counts()[0] == Count(where="kv", operation="SecretGet", status=200, number=2)
    counters.reset()
    assert counters.counts() == ()


def test_places_without_end_are_counted_as_one() -> None:
    counters = Counters()
    for number in range(counting.MAX_PLACES + 5):
        counters.add(f"region-{number}", "Token", 200)
    counters.add("region-0", "Token", 200)
    assert counters.number(counting.OTHER) == 5
    assert counters.number("region-0") == 2
    counters.reset()
    counters.add("region-new", "Token", 200)
    assert counters.number("region-new") == 1
