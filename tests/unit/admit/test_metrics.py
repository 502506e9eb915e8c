"""The series have the names for which dashboards ask."""

from collections import Counter

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from keyferry.admit.metrics import AccountCollector, ReviewCollector
from keyferry.admit.tally import Tally


def test_reviews() -> None:
    tally, registry = Tally(lambda: 1.0), CollectorRegistry()
    registry.register(ReviewCollector(tally))
    with tally.underway("/mutate-v1-pod"):
        pass
    tally.requests["/mutate-v1-pod", 200] += 1
    tally.mutations.observe("apps", 0.002)
    tally.outcomes["patched"] += 1
    tally.findings["label-place", True] += 3
    text = generate_latest(registry).decode()
    for line in (
        'azwi_mutation_request_bucket{le="0.001",namespace="apps"} 0.0',
        'azwi_mutation_request_bucket{le="0.0025",namespace="apps"} 1.0',
        'azwi_mutation_request_count{namespace="apps"} 1.0',
        'azwi_mutation_request_sum{namespace="apps"} 0.002',
        'controller_runtime_webhook_latency_seconds_count{webhook="/mutate-v1-pod"} 1.0',
        'controller_runtime_webhook_requests_total{code="200",webhook="/mutate-v1-pod"} 1.0',
        'controller_runtime_webhook_requests_in_flight{webhook="/mutate-v1-pod"} 0.0',
        'keyferry_admission_reviews_total{outcome="patched"} 1.0',
        'keyferry_admission_findings_total{enforced="true",rule="label-place"} 3.0',
    ):
        assert line in text


def test_accounts() -> None:
    registry = CollectorRegistry()
    registry.register(AccountCollector(lambda: 5, Counter(cache=2)))
    text = generate_latest(registry).decode()
    assert "keyferry_admission_accounts 5.0" in text
    assert 'keyferry_admission_account_lookups_total{outcome="cache"} 2.0' in text
