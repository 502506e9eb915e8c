from typing import Any

import pytest

from keyferry.lab.kubernetes.crds import rules
from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import DEFINITIONS, FERRIES, FakeCluster, ferry, ferry_definition

TEXT = {"type": "string"}
FIRST = ".openAPIV3Schema.properties[spec].x-kubernetes-validations[0]"


def _definition(spec: Object, *rules_of_root: Object, **more: Any) -> Object:
    """Return a definition whose spec has this schema."""
    definition = ferry_definition()
    version = definition["spec"]["versions"][0]
    schema: Object = {"type": "object", "properties": {"spec": {"type": "object", **spec}}, **more}
    if rules_of_root:
        schema["x-kubernetes-validations"] = list(rules_of_root)
    version["schema"] = {"openAPIV3Schema": schema}
    version.pop("selectableFields")
    version.pop("additionalPrinterColumns")
    definition["spec"]["versions"] = [version]
    return definition


def _ruled(*texts: str | Object, **schema: Any) -> Object:
    given = [{"rule": one} if isinstance(one, str) else one for one in texts]
    return {"x-kubernetes-validations": given, **schema}


def _cluster(definition: Object) -> FakeCluster:
    cluster = FakeCluster()
    answer = cluster.post(DEFINITIONS, definition)
    assert answer.status == 201, answer.document
    return cluster


SEATS = {"properties": {"low": {"type": "integer"}, "high": {"type": "integer"}, "name": TEXT}}


@pytest.mark.parametrize(
    ("rule", "spec", "message"),
    [
        pytest.param({"rule": "self.low <= self.high"}, {"low": 1, "high": 2}, "", id="holds"),
        pytest.param(
            {"rule": "self.low <= self.high"},
            {"low": 3, "high": 2},
            'spec: Invalid value: "object": failed rule: self.low <= self.high',
            id="broken",
        ),
        pytest.param(
            {"rule": "self.low < 1", "message": " keep low "},
            {"low": 3},
            'spec: Invalid value: "object": keep low',
            id="message",
        ),
        pytest.param(
            {"rule": "self.low < 1", "message": "m", "messageExpression": "'not ' + string(self.low)"},
            {"low": 3},
            'spec: Invalid value: "object": not 3',
            id="message-of-its-own",
        ),
        pytest.param(
            {"rule": "self.low < 1", "message": "m", "messageExpression": "string(self.high)"},
            {"low": 3},
            'spec: Invalid value: "object": m',
            id="message-that-fails",
        ),
        pytest.param(
            {"rule": "self.low < 1", "fieldPath": ".low", "reason": "FieldValueForbidden"},
            {"low": 3},
            "spec.low: Forbidden: failed rule: self.low < 1",
            id="forbidden-at-a-field",
        ),
        pytest.param(
            {"rule": "has(self.low)", "reason": "FieldValueRequired", "message": "say how many"},
            {},
            "spec: Required value: say how many",
            id="required",
        ),
        pytest.param(
            {"rule": "self.low != 3", "reason": "FieldValueDuplicate"},
            {"low": 3},
            'spec: Duplicate value: "object"',
            id="duplicate",
        ),
        pytest.param(
            {"rule": "self.low <= self.high", "message": "in order"},
            {"low": 1},
            'spec: Invalid value: "object": no such key: high evaluating rule: in order',
            id="fails",
        ),
        pytest.param(
            {"rule": "self.name < self.low"},
            {"low": 1, "name": "a"},
            "spec: Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, "
            "function or macro signature for rule: self.name < self.low",
            id="of-another-type",
        ),
        pytest.param({"rule": "oldSelf.low == self.low"}, {"low": 1}, "", id="about-updates-alone"),
    ],
)
def test_rules_of_a_field(rule: Object, spec: Object, message: str) -> None:
    cluster = _cluster(_definition(_ruled(rule, **SEATS)))
    answer = cluster.post(FERRIES, {**ferry("a"), "spec": spec})
    assert answer.status == (422 if message else 201), answer.document
    assert message in answer.document.get("message", "")


def test_a_name_is_all_that_a_rule_sees_of_metadata() -> None:
    named = {"rule": "self.metadata.name == self.spec.name && !has(self.metadata.labels)"}
    cluster = _cluster(_definition(SEATS, named))
    labelled = {"name": "a", "labels": {"x": "y"}}
    assert cluster.post(FERRIES, {**ferry("a"), "metadata": labelled, "spec": {"name": "a"}}).status == 201
    answer = cluster.post(FERRIES, {**ferry("b"), "spec": {"name": "a"}})
    assert ': Invalid value: "object": failed rule:' in answer.document["message"]


STAYS = {"rule": "self == oldSelf", "message": "stays"}
PORTS = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": {"type": "object", "properties": {"name": TEXT, "port": {"type": "integer", **_ruled(STAYS)}}},
}
LISTED = {"type": "array", "items": {"type": "string", **_ruled(STAYS)}}
MAPPED = {"type": "object", "additionalProperties": {"type": "string", **_ruled(STAYS)}}


@pytest.mark.parametrize(
    ("schema", "old", "new", "path"),
    [
        pytest.param({"type": "string", **_ruled(STAYS)}, "a", "b", "spec.x", id="a-field"),
        pytest.param({"type": "string", **_ruled(STAYS)}, "a", "a", "", id="the-same"),
        pytest.param({"type": "string", **_ruled(STAYS)}, None, "a", "", id="new"),
        pytest.param(PORTS, [{"name": "a", "port": 1}], [{"name": "a", "port": 2}], "spec.x[0].port", id="by-its-key"),
        pytest.param(PORTS, [{"name": "a", "port": 1}], [{"name": "b", "port": 2}], "", id="another-key"),
        pytest.param(LISTED, ["a"], ["b"], "", id="an-item-that-cannot-be-told"),
        pytest.param(MAPPED, {"k": "a"}, {"k": "b", "l": "c"}, "spec.x.k", id="a-key"),
        pytest.param({**MAPPED, "x-kubernetes-map-type": "atomic"}, {"k": "a"}, {"k": "b"}, "", id="atomic"),
    ],
)
def test_rules_about_changes(schema: Object, old: Any, new: Any, path: str) -> None:
    cluster = _cluster(_definition({"properties": {"x": schema}}))
    created = {**ferry("a"), "spec": {} if old is None else {"x": old}}
    assert cluster.post(FERRIES, created).status == 201
    answer = cluster.patch(f"{FERRIES}/a", {"spec": {"x": new}})
    assert answer.status == (422 if path else 200), answer.document
    assert f"{path}: Invalid value: " in answer.document.get("message", f"{path}: Invalid value: ")


def test_rules_wait_until_the_rest_is_right() -> None:
    cluster = _cluster(_definition(_ruled("self.low > 5", **SEATS, required=["name"])))
    answer = cluster.post(FERRIES, {**ferry("a"), "spec": {"low": 1}})
    assert "spec.name: Required value" in answer.document["message"]
    assert '<nil>: Invalid value: "null": some validation rules were not checked' in answer.document["message"]
    assert "failed rule" not in answer.document["message"]


def test_reserved_names_and_what_is_null() -> None:
    spec = {"properties": {"namespace": TEXT, "x": {"type": "string", "nullable": True, **_ruled("self == 'a'")}}}
    cluster = _cluster(_definition(_ruled("self.__namespace__ != 'kube-system'", **spec)))
    assert cluster.post(FERRIES, {**ferry("a"), "spec": {"namespace": "n", "x": None}}).status == 201
    assert cluster.post(FERRIES, {**ferry("b"), "spec": {"namespace": "kube-system"}}).status == 422


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param({"rule": " "}, f"{FIRST}.rule: Required value: rule is not specified", id="none"),
        pytest.param({"rule": "self +"}, f'{FIRST}.rule: Invalid value: "self +": compilation failed', id="syntax"),
        pytest.param({"rule": "1"}, f'{FIRST}.rule: Invalid value: "1": must evaluate to bool', id="type"),
        pytest.param(
            {"rule": "true", "messageExpression": "1"},
            f'{FIRST}.messageExpression: Invalid value: "1": must evaluate to string',
            id="message",
        ),
    ],
)
def test_rules_that_the_server_does_not_take(rule: Object, message: str) -> None:
    answer = FakeCluster().post(DEFINITIONS, _definition(_ruled(rule)))
    assert answer.status == 422
    assert message in answer.document["message"]


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        pytest.param({"type": "object"}, False, id="none"),
        pytest.param({"properties": {"a": {"items": _ruled("true")}}}, True, id="deep"),
        pytest.param({"anyOf": [{"required": ["a"]}, _ruled("true")]}, True, id="in-a-list"),
    ],
)
def test_whether_there_are_any(schema: Object, found: bool) -> None:
    assert rules.there(schema) is found
