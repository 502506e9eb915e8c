import pytest

from keyferry.lab.kubernetes.patches import strategic
from keyferry.lab.kubernetes.schemas import workloads
from keyferry.lab.kubernetes.schemas.shapes import Schema


def test_another_strategy_drops_the_settings_of_the_old_one() -> None:
    live = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}, "replicas": 2}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}

    assert strategic.apply(live, patch, workloads.DEPLOYMENT) == {
        "spec": {"strategy": {"type": "Recreate"}, "replicas": 2}
    }


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        pytest.param(workloads.DEPLOYMENT, "updatedReplicas", id="deployment"),
        pytest.param(workloads.REPLICA_SET, "fullyLabeledReplicas", id="replica-set"),
        pytest.param(workloads.STATEFUL_SET, "updateRevision", id="stateful-set"),
        pytest.param(workloads.DAEMON_SET, "desiredNumberScheduled", id="daemon-set"),
    ],
)
def test_each_counts_its_pods(schema: Schema, field: str) -> None:
    assert {field, "observedGeneration", "conditions"} <= schema["properties"]["status"]["properties"].keys()
