"""What a PodDisruptionBudget must be."""

from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import disruption


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        pytest.param(None, [], id="nothing"),
        pytest.param({"minAvailable": 1}, [], id="a-count"),
        pytest.param({"maxUnavailable": "50%"}, [], id="a-share"),
        pytest.param({"minAvailable": -1}, ["spec.minAvailable"], id="less-than-none"),
        pytest.param({"maxUnavailable": "101%"}, ["spec.maxUnavailable"], id="more-than-all"),
        pytest.param({"minAvailable": True}, ["spec.minAvailable"], id="a-truth-value"),
        pytest.param({"maxUnavailable": "one"}, ["spec.maxUnavailable"], id="a-word"),
        pytest.param({"minAvailable": 1, "maxUnavailable": 1}, ["spec"], id="both"),
    ],
)
def test_bounds(spec: dict[str, Any] | None, paths: list[str]) -> None:
    assert [problem.path for problem in disruption.validate({"spec": spec}, None)] == paths
