"""Documents and patches."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.restart import wire
from keyferry.restart.kinds import DEPLOYMENTS, ROLLOUTS
from keyferry.restart.seen import Marker
from keyferry.restart.state import Mark, Restart, Seen, Source, SourceKind, Tell, Terms, Workload
from tests.fakes.restart_world import document

MARKER = Marker(b"k" * 32)
DB = Source(SourceKind.SECRET, "db")
AT = datetime(2026, 11, 22, 9, 0, 0, 999, tzinfo=UTC)
OURS = "keyferry.io/restart-on-change"


def decoded(made: dict[str, Any], resource: Resource = DEPLOYMENTS, **metadata: Any) -> Workload | None:
    whole = {**made, "metadata": {**made["metadata"], "uid": "u", "resourceVersion": "7", **metadata}}
    return wire.workload(msgspec.json.encode(whole), resource)


def test_a_workload_that_asks_is_read() -> None:
    read = decoded(document(annotations={OURS: "true", "keyferry.io/seen": "id secret/db=1"}))
    assert read is not None
    assert (read.key, read.uid, read.resource_version) == (Key(namespace="app", name="web"), "u", "7")
    assert read.watched == {DB: Terms.ALWAYS}
    assert read.seen == Seen(origin="id", marks={DB: "1"})
    assert read.notes == ()


@pytest.mark.parametrize(
    ("made", "metadata"),
    [
        pytest.param(document(annotations={}), {}, id="asks-for-nothing"),
        pytest.param(document(annotations={OURS: "false"}), {}, id="says-no"),
        pytest.param(
            document(annotations={"configmap.reloader.stakater.com/auto": "true"}), {}, id="config-maps-alone"
        ),
        pytest.param(document(), {"deletionTimestamp": "2026-11-22T09:00:00Z"}, id="is-being-deleted"),
    ],
)
def test_others_are_not_kept(made: dict[str, Any], metadata: dict[str, Any]) -> None:
    assert decoded(made, **metadata) is None


def test_a_workload_whose_annotation_names_nothing_is_kept_to_say_so() -> None:
    read = decoded(document(annotations={OURS: "My Secret"}))
    assert read is not None
    assert read.watched == {}
    assert len(read.notes) == 1


@pytest.mark.parametrize(
    ("given", "by_field", "notes"),
    [
        pytest.param({OURS: "true"}, True, 1, id="everything-used-is-unknown"),
        pytest.param({OURS: "secret/db"}, True, 0, id="by-name"),
    ],
)
def test_a_rollout_whose_template_is_elsewhere(given: dict[str, str], by_field: bool, notes: int) -> None:
    made = document(annotations=given)
    made["spec"] = {"workloadRef": {"kind": "Deployment", "name": "web"}}
    read = decoded(made, ROLLOUTS)
    assert read is not None
    assert read.rollout.by_restart_at is by_field
    assert len(read.notes) == notes


@pytest.mark.parametrize(
    ("annotations", "is_matched", "is_ignored"),
    [
        pytest.param({}, False, False, id="plain"),
        pytest.param({"reloader.stakater.com/match": "true"}, True, False, id="matched"),
        pytest.param({"reloader.stakater.com/ignore": "true"}, False, True, id="ignored"),
    ],
)
def test_of_a_secret_a_mark_is_kept(annotations: dict[str, str], is_matched: bool, is_ignored: bool) -> None:
    meta = {"name": "db", "namespace": "app", "resourceVersion": "3", "annotations": annotations}
    version, known = wire.secret(msgspec.json.encode({"metadata": meta, "data": {"k": "aHVudGVyMg=="}}), MARKER)
    assert version == "3"
    assert known.mark == MARKER.of("app", DB, {"k": "aHVudGVyMg=="})
    assert (known.is_matched, known.is_ignored) == (is_matched, is_ignored)
    assert "aHVudGVyMg" not in repr(known)


def test_a_secret_tells_its_versions() -> None:
    origin = '{"PASSWORD": {"vault": "kv", "name": "db", "version": "v1"}}'
    meta = {"name": "db", "namespace": "app", "annotations": {"keyferry.io/provenance": origin}}
    assert wire.secret(msgspec.json.encode({"metadata": meta}), MARKER)[1].versions == "kv/db/v1"


def test_a_secret_without_data_has_a_mark_too() -> None:
    _, known = wire.secret(b'{"metadata": {"name": "db", "namespace": "app"}}', MARKER)
    assert known.mark == MARKER.of("app", DB, {})


def actions() -> tuple[Mark, Restart]:
    workload = decoded(document())
    assert workload is not None
    seen = Seen(origin="id", marks={DB: "2"})
    tell = Tell(workload=workload, reason="Restarted", message="")
    return Mark(workload=workload, seen=seen), Restart(workload=workload, seen=seen, at=AT, then=tell)


def test_one_patch_rolls_and_writes_down_what_was_seen() -> None:
    mark, restart = actions()
    metadata = {"resourceVersion": "7", "annotations": {"keyferry.io/seen": "id secret/db=2"}}
    stamp = {"kubectl.kubernetes.io/restartedAt": "2026-11-22T09:00:00Z"}
    assert msgspec.json.decode(wire.patch(mark)) == {"metadata": metadata}
    rolled = {"metadata": metadata, "spec": {"template": {"metadata": {"annotations": stamp}}}}
    assert msgspec.json.decode(wire.patch(restart)) == rolled


def test_argo_restarts_by_its_own_field_where_that_is_asked_for() -> None:
    made = document(annotations={OURS: "true", "reloader.stakater.com/rollout-strategy": "restart"})
    workload, deployment = decoded(made, ROLLOUTS), decoded(made, DEPLOYMENTS)
    assert workload is not None
    assert deployment is not None
    assert not deployment.rollout.by_restart_at, "which has no such field"
    restart = replace(actions()[1], workload=workload)
    assert msgspec.json.decode(wire.patch(restart))["spec"] == {"restartAt": "2026-11-22T09:00:00Z"}


def test_kinds_share_a_cache() -> None:
    assert wire.workload_id(DEPLOYMENTS, Key(namespace="app", name="web")) == Key(
        namespace="app", name="deployments/web"
    )
