from typing import Any

import pytest

from keyferry.lab.kubernetes.scheduling import node_selection

NODE = {"metadata": {"name": "node-1", "labels": {"zone": "1", "disk": "ssd"}}}


def _affinity(*terms: Any) -> Any:
    required = {"nodeSelectorTerms": list(terms)}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


def _expression(key: str, operator: str, *values: str) -> Any:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, True, id="no-wish"),
        pytest.param({"nodeSelector": {"zone": "1"}}, True, id="selector"),
        pytest.param({"nodeSelector": {"zone": "2"}}, False, id="other-selector"),
        pytest.param(_affinity(_expression("zone", "In", "1", "2")), True, id="in"),
        pytest.param(_affinity(_expression("zone", "In", "2")), False, id="not-among"),
        pytest.param(_affinity(_expression("zone", "NotIn", "2")), True, id="not-in"),
        pytest.param(_affinity(_expression("gpu", "Exists")), False, id="exists"),
        pytest.param(_affinity(_expression("gpu", "DoesNotExist")), True, id="does-not-exist"),
        pytest.param(_affinity(_expression("zone", "Gt", "0")), True, id="greater"),
        pytest.param(_affinity(_expression("zone", "Lt", "1")), False, id="less"),
        pytest.param(_affinity(_expression("disk", "Gt", "0")), False, id="no-number"),
        pytest.param(_affinity(_expression("zone", "Near", "1")), False, id="unknown-operator"),
        pytest.param(_affinity({}), False, id="empty-term"),
        pytest.param(_affinity(_expression("gpu", "Exists"), _expression("zone", "Exists")), True, id="one-of-two"),
        pytest.param(
            _affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}),
            True,
            id="by-name",
        ),
        pytest.param(
            _affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]}),
            False,
            id="by-other-name",
        ),
    ],
)
def test_wishes(spec: Any, expected: bool) -> None:
    assert node_selection.wanted({"spec": spec}, NODE) is expected


def test_a_node_without_labels_is_chosen_by_nobody_who_wants_one() -> None:
    assert not node_selection.wanted({"spec": {"nodeSelector": {"a": "b"}}}, {"metadata": {"name": "n"}})
