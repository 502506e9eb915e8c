from typing import Any

import pytest

from keyferry.spec import blueprint
from keyferry.spec.blueprint import (
    Blueprint,
    Literal,
    MergePolicy,
    TemplateAs,
    TemplateFrom,
    TemplateKey,
    TemplateObject,
)
from keyferry.spec.decoding import Decoding
from keyferry.spec.problems import Problems

ACCOUNT_TOKEN = "kubernetes.io/service-account-token"
FROM_OBJECTS = {
    "configMap": {"name": "c", "items": [{"key": "a"}]},
    "secret": {"name": "s", "items": [{"key": "b", "templateAs": "KeysAndValues"}]},
    "literal": "x: y",
    "target": "Labels",
    "valuesDecodingStrategy": "Base64",
}


def made(**fields: Any) -> Blueprint:
    found = blueprint.blueprint(fields)
    assert found is not None
    return found


def test_no_template_is_another_thing_than_an_empty_one() -> None:
    assert blueprint.blueprint(None) is None
    empty = made()
    assert (empty.type, empty.labels, empty.annotations, empty.finalizers) == ("", {}, {}, ())
    assert (empty.data, empty.sources, empty.merge_policy) == ({}, (), MergePolicy.REPLACE)


def test_reads_everything() -> None:
    metadata = {"labels": {"l": "1"}, "annotations": {"a": "2"}, "finalizers": ["f/x"]}
    found = made(type="Opaque", metadata=metadata, data={"k": "v"}, mergePolicy="Merge", templateFrom=[FROM_OBJECTS])
    assert (found.type, found.labels, found.annotations, found.finalizers) == (
        "Opaque",
        {"l": "1"},
        {"a": "2"},
        ("f/x",),
    )
    objects = (
        TemplateObject(kind="ConfigMap", name="c", keys=(TemplateKey(key="a", template_as=TemplateAs.VALUES),)),
        TemplateObject(kind="Secret", name="s", keys=(TemplateKey(key="b", template_as=TemplateAs.KEYS_AND_VALUES),)),
        Literal(text="x: y"),
    )
    assert found.sources == (TemplateFrom(sources=objects, target="Labels", decoding=Decoding.BASE64),)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, True, id="empty"),
        pytest.param({"data": {"a": "b"}}, False, id="data"),
        pytest.param({"templateFrom": [{"literal": "a: b"}]}, False, id="template-from"),
        pytest.param({"data": {"a": "b"}, "mergePolicy": "Merge"}, True, id="merge"),
    ],
)
def test_what_was_read_is_kept_where_nothing_or_a_merge_asks_for_it(fields: dict[str, Any], expected: bool) -> None:
    assert made(**fields).keeps_what_was_read is expected


@pytest.mark.parametrize(
    ("template", "path"),
    [
        pytest.param({"type": "bootstrap.kubernetes.io/token"}, "t.type", id="bootstrap"),
        pytest.param(
            {"type": ACCOUNT_TOKEN, "metadata": {"annotations": {"kubernetes.io/service-account.name": "x"}}},
            "t.type",
            id="token-of-an-account",
        ),
        pytest.param(
            {"type": ACCOUNT_TOKEN, "templateFrom": [{"literal": "a: b", "target": "aNNOTATIONS"}]},
            "t.type",
            id="token-by-template",
        ),
        pytest.param({"templateFrom": [{"literal": "a", "target": "spec.x"}]}, "t.templateFrom[0].target", id="target"),
    ],
)
def test_refuses_what_upstream_refuses(template: dict[str, Any], path: str) -> None:
    problems = Problems()
    blueprint.check(template, "t", problems)
    assert [problem.path for problem in problems.found] == [path]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({}, id="empty"),
        pytest.param({"type": ACCOUNT_TOKEN}, id="token-without-annotation"),
        pytest.param({"templateFrom": [{"literal": "a", "target": "DATA"}, {"literal": "b"}]}, id="any-case"),
    ],
)
def test_takes_what_upstream_takes(template: dict[str, Any]) -> None:
    problems = Problems()
    blueprint.check(template, "t", problems)
    assert not problems


def test_objects_of_other_kinds_may_have_any_target() -> None:
    problems = Problems()
    blueprint.check({"templateFrom": [{"literal": "a", "target": "spec.x"}]}, "t", problems, is_secret=False)
    assert not problems


def test_names_the_objects_that_hold_templates() -> None:
    found = made(templateFrom=[FROM_OBJECTS, {"literal": "a: b"}]).objects
    assert [(source.kind, source.name) for source in found] == [("ConfigMap", "c"), ("Secret", "s")]
