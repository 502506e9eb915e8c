from typing import Any

import pytest

from keyferry.lab.kubernetes.scheduling import tolerations

TAINT = {"key": "a", "value": "1", "effect": "NoSchedule"}
READY = {"conditions": [{"type": "Ready", "status": "True"}]}


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        pytest.param({"key": "a", "value": "1", "effect": "NoSchedule"}, True, id="equal"),
        pytest.param({"key": "a", "value": "2"}, False, id="other-value"),
        pytest.param({"key": "b", "operator": "Exists"}, False, id="other-key"),
        pytest.param({"key": "a", "operator": "Exists"}, True, id="exists"),
        pytest.param({"key": "a", "operator": "Exists", "effect": "NoExecute"}, False, id="other-effect"),
        pytest.param({"operator": "Exists"}, True, id="everything"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_tolerations(toleration: Any, expected: bool) -> None:
    assert tolerations.tolerated({"spec": {"tolerations": [toleration]}}, TAINT) is expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param({"spec": {}, "status": READY}, [], id="ready"),
        pytest.param({"spec": {"taints": [TAINT]}, "status": READY}, ["a"], id="tainted"),
        pytest.param({"spec": {"taints": [TAINT | {"effect": "PreferNoSchedule"}]}, "status": READY}, [], id="prefer"),
        pytest.param({"spec": {"unschedulable": True}, "status": READY}, [tolerations.UNSCHEDULABLE], id="cordoned"),
        pytest.param({"spec": {}}, [tolerations.NOT_READY], id="not-ready"),
    ],
)
def test_what_keeps_pods_away(node: Any, expected: list[str]) -> None:
    assert [taint["key"] for taint in tolerations.taints(node)] == expected
