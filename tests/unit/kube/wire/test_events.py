import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import events
from keyferry.kube.wire.events import NORMAL, ObjectReference, Occurrence
from keyferry.kube.wire.objects import Key

NOW = datetime(2026, 11, 21, 12, 0, 0, 999999, tzinfo=UTC)
INVOLVED = ObjectReference(
    api_version="external-secrets.io/v1",
    kind="ExternalSecret",
    name="db",
    namespace="app",
    uid="u1",
    resource_version="7",
)
CREATED = Occurrence(involved=INVOLVED, type=NORMAL, reason="Created", message="created Secret db")


def test_body_has_what_describe_shows() -> None:
    body = json.loads(events.body(Key(namespace="app", name="db.1"), CREATED, "external-secrets", "pod-1", NOW))
    assert body == {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "db.1", "namespace": "app"},
        "involvedObject": {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "name": "db",
            "namespace": "app",
            "uid": "u1",
            "resourceVersion": "7",
        },
        "type": "Normal",
        "reason": "Created",
        "message": "created Secret db",
        "source": {"component": "external-secrets"},
        "reportingComponent": "external-secrets",
        "reportingInstance": "pod-1",
        "firstTimestamp": "2026-11-21T12:00:00Z",
        "lastTimestamp": "2026-11-21T12:00:00Z",
        "count": 1,
    }


def test_repetition_changes_count_and_time_alone() -> None:
    assert json.loads(events.repetition(3, NOW)) == {"count": 3, "lastTimestamp": "2026-11-21T12:00:00Z"}


@pytest.mark.parametrize(
    ("involved", "key"),
    [
        pytest.param(INVOLVED, Key(namespace="app", name="db.1a"), id="beside-its-object"),
        pytest.param(
            ObjectReference(api_version="v1", kind="Namespace", name="n"),
            Key(namespace="default", name="n.1a"),
            id="cluster-scoped",
        ),
        pytest.param(
            ObjectReference(api_version="v1", kind="X", name="a" * 249 + "-bcd", namespace="n"),
            Key(namespace="n", name="a" * 249 + ".1a"),
            id="cut-where-a-name-may-end",
        ),
    ],
)
def test_key(involved: ObjectReference, key: Key) -> None:
    assert events.key(Occurrence(involved=involved, type=NORMAL, reason="r", message="m"), "1a") == key


@given(st.text(min_size=300, max_size=1500))
def test_messages_are_cut_between_characters(message: str) -> None:
    short = events.cut(message)
    assert len(short.encode()) <= events.MESSAGE_LIMIT
    assert message.startswith(short.removesuffix("…"))
