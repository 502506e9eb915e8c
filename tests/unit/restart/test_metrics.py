"""The series of restarts."""

from prometheus_client import CollectorRegistry, generate_latest

from keyferry.restart.metrics import RestartCollector


def test_what_was_restarted_and_who_waits() -> None:
    registry = CollectorRegistry()
    registry.register(RestartCollector(lambda: {("app", "Deployment"): 3}, lambda: {"app": 2}))
    text = generate_latest(registry).decode()
    assert 'keyferry_restarts_total{kind="Deployment",namespace="app"} 3.0' in text
    assert 'keyferry_restarts_waiting{namespace="app"} 2.0' in text
