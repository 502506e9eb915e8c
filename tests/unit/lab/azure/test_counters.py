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
