from keyferry.lab.serve.kubelet.node import Counters, Settings


def test_the_usual_cadence_is_a_real_nodes() -> None:
    assert Settings().republish_seconds == (60.0, 90.0)
    assert Settings().environment() == {}


def test_counters_begin_at_nothing() -> None:
    counters = Counters()
    assert (counters.publishes, counters.republishes, counters.failures) == ([], [], 0)
