from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.model.errors import NotFound, SpecError
from keyferry.model.secrets import SecretValue
from keyferry.spec import blueprint
from keyferry.sync.rendering import templates
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.state import Shape, Sources, Unread
from keyferry.template.functions.function import Surroundings

CANARY = "canary-value"
READ = {"user": "app", "pass": "s3cret", "b64": "aGk="}


def made(template: Mapping[str, Any], sources: Sources | None = None, **read: str) -> tuple[dict[str, bytes], Shape]:
    plan = blueprint.blueprint(template)
    assert plan is not None
    entries = {key: Entry(value=value.encode()) for key, value in (read or READ).items()}
    return templates.apply(plan, entries, sources or {}, Engine(Compiled(), Surroundings()))


def held(**texts: str) -> dict[str, SecretValue]:
    return {key: SecretValue(text.encode()) for key, text in texts.items()}


def config_map(target: str = "Data", template_as: str = "Values", **more: Any) -> dict[str, Any]:
    items = [{"key": "a", "templateAs": template_as}]
    return {"configMap": {"name": "c", "items": items}, "target": target, **more}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param({}, {"user": b"app", "pass": b"s3cret", "b64": b"aGk="}, id="an-empty-one-keeps-what-was-read"),
        pytest.param({"data": {"url": "{{ .user }}:{{ .pass }}"}}, {"url": b"app:s3cret"}, id="data-alone"),
        pytest.param(
            {"data": {"user": "<{{ .user }}>"}, "mergePolicy": "Merge"},
            {"user": b"<app>", "pass": b"s3cret", "b64": b"aGk="},
            id="merged-over-what-was-read",
        ),
        pytest.param(
            {"templateFrom": [{"literal": "x: '{{ .user }}'\nz: yes"}]}, {"x": b"app", "z": b"true"}, id="literal"
        ),
        pytest.param(
            {"templateFrom": [{"literal": "x: '{{ .b64 }}'", "valuesDecodingStrategy": "Base64"}]},
            {"x": b"hi"},
            id="decoded",
        ),
        pytest.param(
            {"templateFrom": [{"literal": "x: one"}, {"literal": "x: two\nz: two"}], "data": {"z": "3"}},
            {"x": b"two", "z": b"3"},
            id="later-wins-and-data-last",
        ),
    ],
)
def test_makes_the_data(template: dict[str, Any], expected: dict[str, bytes]) -> None:
    assert made(template)[0] == expected


def test_metadata_is_rendered_and_the_rest_is_as_it_stands() -> None:
    metadata = {"labels": {"l": "{{ .user }}"}, "annotations": {"a": "{{ .pass }}"}, "finalizers": ["f/x"]}
    _, shape = made({"type": "kubernetes.io/tls", "metadata": metadata})
    assert shape == Shape(
        type="kubernetes.io/tls", labels={"l": "app"}, annotations={"a": "s3cret"}, finalizers=("f/x",)
    )


@pytest.mark.parametrize(
    ("entry", "content", "data", "labels"),
    [
        pytest.param(config_map(), "<{{ .user }}>", {"a": b"<app>"}, {}, id="value-of-its-key"),
        pytest.param(config_map(template_as="KeysAndValues"), "x: '{{ .user }}'", {"x": b"app"}, {}, id="keys"),
        pytest.param(config_map("LABELS"), "{{ .user }}", {}, {"a": "app"}, id="into-labels"),
        pytest.param(config_map("Annotations"), "{{ .user }}", {}, {}, id="into-annotations"),
    ],
)
def test_templates_of_a_config_map(
    entry: dict[str, Any], content: str, data: dict[str, bytes], labels: dict[str, str]
) -> None:
    found, shape = made({"templateFrom": [entry]}, {("ConfigMap", "c"): held(a=content)})
    assert (found, shape.labels) == (data, labels)


def test_templates_of_a_secret() -> None:
    entry = {"secret": {"name": "s", "items": [{"key": "t"}]}}
    assert made({"templateFrom": [entry]}, {("Secret", "s"): held(t="{{ .user }}")})[0] == {"t": b"app"}


@pytest.mark.parametrize(
    ("template", "path", "words"),
    [
        pytest.param({"data": {"x": "{{ .nope }}"}}, "data[x]", "line 1", id="no-such-key"),
        pytest.param({"data": {"x": "{{"}}, "data[x]", "parsed", id="no-template"),
        pytest.param({"metadata": {"labels": {"l": "{{ .nope }}"}}}, "metadata.labels[l]", "line 1", id="label"),
        pytest.param({"templateFrom": [{"literal": "- 1"}]}, "templateFrom[0]", "templateFrom", id="no-mapping"),
        pytest.param({"templateFrom": [config_map()]}, "templateFrom[0]", "no key 'a'", id="no-such-item"),
        pytest.param({"metadata": {"labels": {"l": "{{ .canary }} "}}}, "metadata.labels", "no object", id="bad-label"),
        pytest.param(
            {"metadata": {"annotations": {"a b": "x"}}}, "metadata.annotations", "no object", id="bad-annotation"
        ),
        pytest.param({"templateFrom": [{"literal": "'{{ .canary }}/': x"}]}, "", "no Secret can have", id="bad-key"),
        pytest.param({"templateFrom": [{"literal": "'': x"}]}, "", "no Secret can have", id="empty-key"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_no_value(template: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(templates.Misplaced) as caught:
        made(template, {("ConfigMap", "c"): held(other="x")}, canary=CANARY)
    assert caught.value.path == f"{templates.PATH}{'.' if path else ''}{path}"
    assert words in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_source_that_cannot_be_read_fails_the_sync() -> None:
    refusal = NotFound(what="ConfigMap app/c does not exist")
    with pytest.raises(NotFound):
        made({"templateFrom": [config_map()]}, {("ConfigMap", "c"): Unread(error=refusal)})


def test_all_templates_of_one_object_share_one_budget() -> None:
    loop = "{{ range 60000 }}{{ end }}"
    with pytest.raises(SpecError, match="more than a template may"):
        made({"data": {f"k{index}": f"{loop}{index}" for index in range(40)}})
