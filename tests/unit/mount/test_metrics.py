import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from keyferry.model.errors import Unavailable
from keyferry.mount.metrics import Metrics, VolumeCollector
from keyferry.mount.rpc.grpc_errors import Code, CodedError


def series(registry: CollectorRegistry) -> set[str]:
    lines = generate_latest(registry).decode().splitlines()
    return {line for line in lines if not line.startswith("#") and "_created" not in line and "_bucket" not in line}


def test_publishes_and_looks_have_upstreams_names() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.published("azure", 0.01)
    metrics.publish_failed("azure", Unavailable(what="a text that no label may have"))
    metrics.unpublished()
    metrics.unpublish_failed()
    metrics.looked("azure", 0.01, rotated=True)
    metrics.look_failed("azure", Unavailable(what="nor here"))
    assert {
        'node_publish_total{os_type="linux",provider="azure"} 1.0',
        'node_publish_error_total{error_type="Unavailable",os_type="linux",provider="azure"} 1.0',
        'node_unpublish_total{os_type="linux"} 1.0',
        'node_unpublish_error_total{os_type="linux"} 1.0',
        'rotation_reconcile_total{os_type="linux",provider="azure",rotated="true"} 1.0',
        'rotation_reconcile_error_total{error_type="Unavailable",os_type="linux",provider="azure",rotated="false"} 1.0',
        'rotation_reconcile_duration_sec_count{os_type="linux"} 1.0',
        'keyferry_node_publish_duration_seconds_count{provider="azure"} 1.0',
    } <= series(registry)


@pytest.mark.parametrize(
    ("reason", "counted"), [pytest.param("X", "X", id="its-word"), pytest.param("", "CodedError", id="no-word")]
)
def test_another_vendors_failure_is_counted_by_the_word_that_it_gave(reason: str, counted: str) -> None:
    registry = CollectorRegistry()
    error = CodedError(code=Code.UNKNOWN, reason=reason, what="a text that no label may have")
    Metrics(registry).publish_failed("vendor", error)
    assert f'node_publish_error_total{{error_type="{counted}",os_type="linux",provider="vendor"}} 1.0' in series(
        registry
    )


def test_volumes_by_state() -> None:
    registry = CollectorRegistry()
    registry.register(VolumeCollector(lambda: iter(("well", "well", "stale"))))
    assert series(registry) == {
        'keyferry_node_volumes{state="well"} 2.0',
        'keyferry_node_volumes{state="failing"} 0.0',
        'keyferry_node_volumes{state="stale"} 1.0',
    }
