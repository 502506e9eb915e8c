from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster

CORE = "/api/v1/namespaces/default/events"
NEW = "/apis/events.k8s.io/v1/namespaces/default/events"
ABOUT = {"kind": "Ferry", "name": "f", "namespace": "default"}


def _core(**fields: Any) -> Any:
    return {"metadata": {"name": "e"}, "involvedObject": ABOUT, "reason": "Sailed", "message": "m"} | fields


def _new(**fields: Any) -> Any:
    wanted = {
        "metadata": {"name": "n"},
        "regarding": ABOUT,
        "reason": "Sailed",
        "note": "m",
        "action": "Sail",
        "eventTime": "2026-03-01T12:00:00.000000Z",
        "reportingController": "harbour",
        "reportingInstance": "harbour-1",
        "type": "Normal",
    }
    return wanted | fields


def test_both_apis_show_the_same_events() -> None:
    cluster = FakeCluster()
    assert cluster.post(CORE, _core(source={"component": "c"}, count=2)).status == 201
    shown = cluster.get(f"{NEW}/e").document
    assert (shown["apiVersion"], shown["note"], shown["regarding"]) == ("events.k8s.io/v1", "m", ABOUT)
    assert (shown["deprecatedSource"], shown["deprecatedCount"]) == ({"component": "c"}, 2)
    assert cluster.post(NEW, _new()).status == 201
    core = cluster.get(f"{CORE}/n").document
    assert (core["apiVersion"], core["message"], core["reportingComponent"]) == ("v1", "m", "harbour")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param(f"{CORE}?fieldSelector=involvedObject.name=f,involvedObject.kind=Ferry", ["e", "n"], id="core"),
        pytest.param(f"{NEW}?fieldSelector=regarding.name=f", ["e", "n"], id="new"),
        pytest.param(f"{CORE}?fieldSelector=type=Normal", ["n"], id="type"),
    ],
)
def test_can_be_selected_by_what_they_are_about(path: str, names: list[str]) -> None:
    cluster = FakeCluster()
    cluster.post(CORE, _core())
    cluster.post(NEW, _new())
    assert cluster.names(path) == names


def test_an_old_event_may_be_changed_without_what_new_ones_need() -> None:
    cluster = FakeCluster()
    cluster.post(CORE, _core())
    assert cluster.patch(f"{NEW}/e", {"note": "later"}).document["note"] == "later"


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        pytest.param(CORE, {"metadata": {"name": "e"}}, "involvedObject: Required value", id="about-nothing"),
        pytest.param(CORE, _core(involvedObject={"namespace": "x"}), "does not match event.namespace", id="elsewhere"),
        pytest.param(NEW, _new(action=""), "action: Required value", id="no-action"),
    ],
)
def test_refuses(path: str, body: Any, complaint: str) -> None:
    answer = FakeCluster().post(path, body)
    assert answer.status == 422
    assert complaint in answer.document["message"]
