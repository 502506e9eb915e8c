from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.spec import conditions
from keyferry.spec.conditions import Condition, ConditionStatus
from keyferry.spec.fanout import CLUSTER_EXTERNAL_SECRET, CLUSTER_PUSH_SECRET, FanoutKind
from keyferry.spec.fanout_status import FailedNamespace, FanoutStatus

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLAIN = Condition(type="Ready", status=ConditionStatus.FALSE, reason="", message="why")
DATED = conditions.with_condition((), conditions.ready(is_ready=True, reason="Synced", message="fine"), NOW)[0]
FAILED = FailedNamespace(namespace="web", reason="taken")


@pytest.mark.parametrize(
    ("kind", "ready"),
    [
        pytest.param(CLUSTER_EXTERNAL_SECRET, PLAIN, id="external-secrets"),
        pytest.param(CLUSTER_PUSH_SECRET, DATED, id="push-secrets"),
        pytest.param(CLUSTER_PUSH_SECRET, None, id="new"),
    ],
)
def test_reads_what_it_wrote(kind: FanoutKind, ready: Condition | None) -> None:
    status = FanoutStatus(child_name="db", failed=(FAILED,), provisioned=("app", "dev"), ready=ready)
    assert FanoutStatus.read(kind, {"status": status.to_document(kind)}) == status


def test_a_condition_has_the_fields_of_the_kinds_schema() -> None:
    written = FanoutStatus(ready=PLAIN).to_document(CLUSTER_EXTERNAL_SECRET)
    assert written["conditions"] == [{"type": "Ready", "status": "False", "message": "why"}]
    assert "reason" in FanoutStatus(ready=PLAIN).to_document(CLUSTER_PUSH_SECRET)["conditions"][0]


def test_lists_that_are_empty_are_written() -> None:
    assert FanoutStatus().to_document(CLUSTER_EXTERNAL_SECRET) == {
        "externalSecretName": "",
        "failedNamespaces": [],
        "provisionedNamespaces": [],
    }


@pytest.mark.parametrize(
    "status", [None, {}, [], {"failedNamespaces": ["x"], "provisionedNamespaces": "y", "externalSecretName": 1}]
)
def test_what_has_another_form_counts_as_absent(status: Any) -> None:
    assert FanoutStatus.read(CLUSTER_EXTERNAL_SECRET, {"status": status}) == FanoutStatus()
