import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.tables import workloads
from keyferry.lab.kubernetes.tables.cells import Printer
from tests.fakes.kubernetes_cluster import START

CONTAINERS = [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]


def _pod(**fields: object) -> Object:
    return {"metadata": {}, "spec": {"containers": CONTAINERS}, "status": {"phase": "Running"}, **fields}


def _cells(printer: Printer, document: Object) -> list[object]:
    return [cell(document, START) for cell in printer.cells]


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        pytest.param(_pod(), ["0/2", "Running", 0], id="running"),
        pytest.param(_pod(metadata={"deletionTimestamp": "x"}), ["0/2", "Terminating", 0], id="terminating"),
        pytest.param(
            _pod(
                status={
                    "containerStatuses": [
                        {"ready": True, "restartCount": 2},
                        {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 1},
                    ]
                }
            ),
            ["1/2", "CrashLoopBackOff", 3],
            id="waiting",
        ),
        pytest.param(_pod(status={}), ["0/2", "Unknown", 0], id="no-status"),
    ],
)
def test_pods(pod: Object, expected: list[object]) -> None:
    assert _cells(workloads.PODS, pod)[:3] == expected


def test_what_makes_pods() -> None:
    document: Object = {
        "metadata": {},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "a"}},
            "template": {"spec": {"containers": CONTAINERS}},
        },
        "status": {"readyReplicas": 2, "replicas": 3, "updatedReplicas": 1},
    }
    assert _cells(workloads.DEPLOYMENTS, document) == ["2/3", 1, 0, "<unknown>", "a,b", "x,y", "app=a"]
    assert _cells(workloads.REPLICA_SETS, document)[:3] == [3, 3, 2]
    assert _cells(workloads.STATEFUL_SETS, document)[:1] == ["2/3"]
    assert _cells(workloads.DAEMON_SETS, document)[5] == "<none>"
