from typing import Any

import pytest

from keyferry.lab.kubernetes.replication import revisions
from tests.fakes.lab_workloads import template, workload


def _deployment(**spec: Any) -> Any:
    document = workload(**spec)
    document["metadata"] |= {"namespace": "n", "uid": "u", "creationTimestamp": "1"}
    return document | {"apiVersion": "apps/v1", "kind": "Deployment"}


def _made(deployment: Any, created: str = "1", **changes: Any) -> Any:
    made = revisions.made_of(deployment, 2, 1)
    made["metadata"] |= {"creationTimestamp": created, **changes}
    return made


def test_what_is_made_is_found_again() -> None:
    deployment = _deployment(minReadySeconds=5)
    made: Any = _made(deployment)
    digest = made["metadata"]["labels"][revisions.HASH_LABEL]
    assert made["metadata"]["name"] == f"web-{digest}"
    assert made["spec"]["selector"]["matchLabels"] == {"app": "web", revisions.HASH_LABEL: digest}
    assert made["spec"]["minReadySeconds"] == 5
    assert revisions.present(deployment, [made]) == made
    assert revisions.present(_deployment(template=template("web:2")), [made]) is None


def test_the_oldest_of_the_same_template_counts() -> None:
    deployment = _deployment()
    first: Any = _made(deployment, "1")
    second: Any = _made(deployment, "2")
    assert revisions.present(deployment, [second, first]) is first


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        pytest.param(None, 0, id="none"),
        pytest.param({revisions.REVISION: "4"}, 4, id="number"),
        pytest.param({revisions.REVISION: "x"}, 0, id="odd"),
    ],
)
def test_numbers(annotations: Any, expected: int) -> None:
    assert revisions.number({"metadata": {"annotations": annotations}}) == expected
