from keyferry.kube.wire.objects import Key
from keyferry.sync.push import wakes
from keyferry.sync.push.metrics import PushCollector
from tests.fakes.push_secrets import PUSH, synced, watched


def test_series_have_upstream_s_names_and_labels() -> None:
    pushes = wakes.empty_pushes()
    pushes.applied(PUSH, watched(status=synced()))
    pushes.applied(Key(namespace="app", name="new"), watched(name="new"))
    conditions, times = PushCollector(pushes, lambda: {PUSH: 1_500}).collect()
    assert (conditions.name, times.name) == ("pushsecret_status_condition", "pushsecret_reconcile_duration")
    assert [(sample.labels, sample.value) for sample in conditions.samples] == [
        ({"name": "push", "namespace": "app", "condition": "Ready", "status": "True"}, 1.0),
        ({"name": "push", "namespace": "app", "condition": "Ready", "status": "False"}, 0.0),
    ]
    assert [(sample.labels, sample.value) for sample in times.samples] == [({"name": "push", "namespace": "app"}, 1500)]
