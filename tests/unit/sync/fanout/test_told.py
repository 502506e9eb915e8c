from datetime import UTC, datetime

import pytest

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.spec import fanout
from keyferry.spec.conditions import ConditionStatus
from keyferry.spec.fanout import Fanout
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout import told, wire
from keyferry.sync.fanout.kinds import CLUSTER_PUSH_SECRETS
from keyferry.sync.fanout.state import Plan
from tests.fakes import fanouts
from tests.fakes.fanouts import KIND

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WATCHED = fanouts.watched()


def wanted() -> Fanout:
    return fanout.parse(KIND.spec, wire.document(KIND.spec, WATCHED))


def of(plan: Plan, failures: dict[str, KeyferryError]) -> FanoutStatus:
    return told.of_pass(KIND, WATCHED, wanted(), plan, failures, NOW)


THREE = Plan(wanted=("app", "dev", "web"), foreign={"web": "taken"})


@pytest.mark.parametrize(
    ("plan", "failures", "failed", "provisioned", "ready"),
    [
        pytest.param(Plan(), {}, [], (), "True", id="nowhere-is-fine"),
        pytest.param(Plan(wanted=("app",)), {}, [], ("app",), "True", id="everywhere"),
        pytest.param(THREE, {}, ["web"], ("app", "dev"), "False", id="a-place-that-is-taken"),
        pytest.param(
            THREE, {"app": GrantError(what="no")}, ["app", "web"], ("dev",), "False", id="and-one-that-was-refused"
        ),
        pytest.param(
            Plan(wanted=("app",)), {"app": AlreadyExists(what="x")}, ["app"], (), "False", id="another-one-came"
        ),
        pytest.param(Plan(wanted=("app",)), {"app": Conflict(what="x")}, [], ("app",), "True", id="it-changed"),
        pytest.param(Plan(wanted=("app",)), {"app": NotFound(what="x")}, [], ("app",), "True", id="it-went"),
    ],
)
def test_status(
    plan: Plan, failures: dict[str, KeyferryError], failed: list[str], provisioned: tuple[str, ...], ready: str
) -> None:
    status = of(plan, failures)
    assert [each.namespace for each in status.failed] == failed
    assert (status.provisioned, status.child_name) == (provisioned, "shared")
    assert status.ready is not None
    assert status.ready.status.value == ready


def test_the_message_names_some_and_says_why() -> None:
    names = tuple(f"n{number}" for number in range(5))
    status = of(Plan(wanted=names, foreign=dict.fromkeys(names, "taken")), {})
    assert status.ready is not None
    assert "not in 5 of 5 namespaces (n0, n1, n2, …)" in status.ready.message
    assert "taken" in status.ready.message
    assert of(THREE, {}).ready is not None


def test_conditions_of_a_cluster_external_secret_have_no_reason_and_no_time() -> None:
    ready = of(Plan(), {}).ready
    assert ready is not None
    assert (ready.reason, ready.last_transition_time) == ("", None)
    read_back = FanoutStatus.read(KIND.spec, {"status": of(Plan(), {}).to_document(KIND.spec)})
    assert read_back == of(Plan(), {})


def test_those_of_a_cluster_push_secret_do() -> None:
    status = told.of_pass(CLUSTER_PUSH_SECRETS, WATCHED, wanted(), Plan(wanted=("app",)), {}, NOW)
    assert status.ready is not None
    assert (status.ready.reason, status.ready.last_transition_time) == ("Synced", NOW)
    assert status.ready.status is ConditionStatus.TRUE


def test_what_was_done_before_stands_while_the_object_is_invalid() -> None:
    before = FanoutStatus(child_name="shared", provisioned=("app",))
    watched = fanouts.watched(status=before.to_document(KIND.spec))
    status = told.of_invalid(KIND, watched, SpecError(what="x is wrong", remedy="write y"), NOW)
    assert status.provisioned == ("app",)
    assert status.ready is not None
    assert (status.ready.status.value, status.ready.message) == ("False", "x is wrong. To mend it: write y")
