from typing import Any

import pytest

from keyferry.spec import rewriting
from keyferry.spec.rewriting import (
    ConflictPolicy,
    MergeStep,
    MergeStrategy,
    PriorityPolicy,
    RegexpStep,
    Step,
    TransformStep,
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"regexp": {"source": "a", "target": "b"}}, RegexpStep(source="a", target="b"), id="regexp"),
        pytest.param({"transform": {"template": "t"}}, TransformStep(template="t"), id="transform"),
        pytest.param(
            {"merge": {}},
            MergeStep(
                into="",
                strategy=MergeStrategy.EXTRACT,
                conflicts=ConflictPolicy.ERROR,
                priority=(),
                priority_policy=PriorityPolicy.STRICT,
            ),
            id="merge-defaults",
        ),
        pytest.param(
            {
                "merge": {
                    "into": "all",
                    "strategy": "JSON",
                    "conflictPolicy": "Ignore",
                    "priority": ["a"],
                    "priorityPolicy": "IgnoreNotFound",
                }
            },
            MergeStep(
                into="all",
                strategy=MergeStrategy.JSON,
                conflicts=ConflictPolicy.IGNORE,
                priority=("a",),
                priority_policy=PriorityPolicy.IGNORE_NOT_FOUND,
            ),
            id="merge",
        ),
    ],
)
def test_reads_each_step(fields: dict[str, Any], expected: Step) -> None:
    assert rewriting.steps([fields]) == (expected,)
