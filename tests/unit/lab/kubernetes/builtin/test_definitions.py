from collections.abc import Callable

import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import DEFINITIONS, FakeCluster, ferry_definition


def _set(*path: str | int, to: object) -> Callable[[Object], None]:
    def change(definition: Object) -> None:
        place: object = definition
        for key in path[:-1]:
            place = place[key]  # type: ignore[index]  # a path into nested dicts and lists
        place[path[-1]] = to  # type: ignore[index]  # the same

    return change


def test_fills_in_names_and_conversion() -> None:
    spec = FakeCluster().post(DEFINITIONS, ferry_definition()).document["spec"]
    assert (spec["names"]["singular"], spec["names"]["listKind"]) == ("ferry", "FerryList")
    assert spec["conversion"] == {"strategy": "None"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(_set("metadata", "name", to="x.example.com"), "metadata.name: Invalid value", id="name"),
        pytest.param(_set("spec", "group", to=""), "spec.group: Required value", id="no-group"),
        pytest.param(_set("spec", "group", to="example"), "should be a domain", id="group"),
        pytest.param(_set("spec", "scope", to="Galaxy"), "spec.scope: Unsupported value", id="scope"),
        pytest.param(_set("spec", "names", "kind", to=""), "spec.names.kind: Required value", id="kind"),
        pytest.param(_set("spec", "conversion", to={"strategy": "Webhook"}), "spec.conversion.strategy", id="webhook"),
        pytest.param(_set("spec", "versions", to=[]), "must have at least one version", id="no-versions"),
        pytest.param(_set("spec", "versions", 1, "storage", to=True), "exactly one version", id="two-storage-versions"),
        pytest.param(_set("spec", "versions", 1, "name", to="v1"), "spec.versions[1].name: Duplicate", id="twice"),
        pytest.param(_set("spec", "versions", 0, "schema", to={}), "schemas are required", id="no-schema"),
        pytest.param(
            _set("spec", "versions", 0, "schema", "openAPIV3Schema", "type", to="string"),
            "object at the root",
            id="schema",
        ),
        pytest.param(
            _set("spec", "versions", 0, "additionalPrinterColumns", to=[{"name": "X", "type": "colour"}]),
            "additionalPrinterColumns[0].type: Unsupported value",
            id="column",
        ),
        pytest.param(
            _set("spec", "versions", 0, "deprecationWarning", to="x"), "only be set for deprecated", id="deprecation"
        ),
        pytest.param(_set("spec", to=None), "spec.scope", id="no-specification"),
    ],
)
def test_refuses(change: Callable[[Object], None], complaint: str) -> None:
    definition = ferry_definition()
    change(definition)
    answer = FakeCluster().post(DEFINITIONS, definition)
    assert answer.status == 422, answer.document
    assert complaint in answer.document["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param(_set("spec", "scope", to="Cluster"), "spec.scope", id="scope"),
        pytest.param(_set("spec", "names", "kind", to="Boat"), "spec.names.kind", id="kind"),
    ],
)
def test_what_may_not_change(change: Callable[[Object], None], field: str) -> None:
    cluster = FakeCluster().with_ferries()
    path = f"{DEFINITIONS}/ferries.example.com"
    live = cluster.get(path).document
    change(live)
    assert f"{field}: Invalid value" in cluster.put(path, live).document["message"]
