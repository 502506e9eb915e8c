"""The settings of restarts."""

from keyferry.restart.settings import Settings


def test_without_flags_two_workloads_of_a_namespace_roll_at_a_time() -> None:
    assert Settings() == Settings(namespace="", key_namespace="default", budget=2, reloader=True)
