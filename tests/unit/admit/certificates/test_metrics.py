from datetime import UTC, datetime

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from keyferry.admit.certificates.shown import Shown
from tests.fakes.webhook_certificates import made


def test_what_is_told() -> None:
    shown, registry = Shown(), CollectorRegistry()
    shown.register(registry)
    before = generate_latest(registry).decode()
    assert "certwatcher_read_certificate_total 0.0" in before
    assert "expiry" not in before
    now = datetime(2026, 11, 22, tzinfo=UTC)
    shown.show(made(now).pair)
    shown.takings.failed += 1
    after = generate_latest(registry).decode()
    assert "certwatcher_read_certificate_total 1.0" in after
    assert "certwatcher_read_certificate_errors_total 1.0" in after
    name = "keyferry_webhook_certificate_expiry_timestamp_seconds"
    assert registry.get_sample_value(name) == now.timestamp() + 365 * 86_400
