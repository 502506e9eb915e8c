from prometheus_client import CollectorRegistry, generate_latest

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.spec import conditions
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout.metrics import FanoutCollector
from keyferry.sync.fanout.observe import child_name_index
from keyferry.sync.fanout.state import WatchedFanout
from tests.fakes import fanouts
from tests.fakes.fanouts import KIND, SHARED


def test_series_have_upstreams_names() -> None:
    store: Store[WatchedFanout] = Store(child_name_index())
    ready = conditions.ready(is_ready=False, reason="", message="")
    store.applied(SHARED, fanouts.watched(status=FanoutStatus(ready=ready).to_document(KIND.spec)))
    store.applied(Key(name="new"), fanouts.watched(name="new"))
    registry = CollectorRegistry()
    registry.register(FanoutCollector(KIND, store, lambda: {SHARED: 0.5}))
    lines = [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]
    prefix, labels = "clusterexternalsecret_", 'name="shared",namespace=""'
    assert lines == [
        f'{prefix}status_condition{{condition="Ready",{labels},status="True"}} 0.0',
        f'{prefix}status_condition{{condition="Ready",{labels},status="False"}} 1.0',
        f"{prefix}reconcile_duration{{{labels}}} 5e+08",
    ]
