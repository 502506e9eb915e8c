import json
from typing import Any

import pytest

from keyferry.spec import fanout
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout import wire
from tests.fakes import fanouts
from tests.fakes.fanouts import KIND


def test_keeps_the_spec_as_the_user_wrote_it() -> None:
    found = fanouts.watched({"refreshTime": "5m"}, annotations={"a": "b"})
    parsed = fanout.parse(KIND.spec, wire.document(KIND.spec, found))
    assert (parsed.child_spec, parsed.annotations, parsed.uid) == (fanouts.CHILD, {"a": "b"}, fanouts.UID)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        pytest.param({"externalSecretName": "db"}, "db", id="named"),
        pytest.param({}, "shared", id="its-own"),
        pytest.param({"externalSecretName": 5}, "shared", id="of-a-wrong-type"),
        pytest.param("x", "shared", id="no-spec-at-all"),
    ],
)
def test_knows_the_childs_name_before_any_validation(spec: Any, name: str) -> None:
    body = {"metadata": {"name": "shared"}, "spec": spec}
    assert wire.watched(KIND.spec)(json.dumps(body).encode()).child_name == name


def test_reads_the_status() -> None:
    status = FanoutStatus(child_name="db", provisioned=("app",))
    assert fanouts.watched(status=status.to_document(KIND.spec)).status == status
    assert json.loads(wire.status(KIND.spec, status)) == {"status": status.to_document(KIND.spec)}


def test_finalizers_are_taken_away_from_what_was_seen() -> None:
    assert json.loads(wire.finalizers(("a",), "7")) == {"metadata": {"finalizers": ["a"], "resourceVersion": "7"}}
