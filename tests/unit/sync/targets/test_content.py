"""What a target of another kind holds, with and without templates, whatever is there already."""

import base64
from typing import Any

import pytest

from keyferry.model.errors import RoleMissing, SecretAbsent, SpecError
from keyferry.model.secrets import SecretBundle, SecretValue
from keyferry.sync.state import Failed, Shape, Unread
from keyferry.sync.targets.state import Fields, LiveTarget
from tests.fakes import generic_targets as targets
from tests.fakes.external_secrets import NOW, got, properties
from tests.fakes.generic_targets import APP, CONFIG_MAP

ABSENT = Unread(error=SecretAbsent(what="secret db-password does not exist"))
BINARY = got(SecretBundle(properties=properties("db-password"), value=SecretValue(b"\xff\x00")))
OTHER_CONFIG_MAP = {"apiVersion": "example.com/v1", "kind": "ConfigMap"}
SOURCES = {("ConfigMap", "conf"): {"a": SecretValue(b"x: '{{ .PASSWORD }}'")}}


def literal(text: str, target: str = "", **more: Any) -> dict[str, Any]:
    return {"templateFrom": [{"literal": text, "target": target, **more}]}


def held(template_as: str, target: str) -> dict[str, Any]:
    items = [{"key": "a", "templateAs": template_as}]
    return {"templateFrom": [{"configMap": {"name": "conf", "items": items}, "target": target}]}


def there(*ours: str) -> LiveTarget:
    owned: dict[str, Any] = {"f:data": {f"f:{key}": {} for key in ours}} if ours else {}
    managed = [{"manager": targets.MANAGER, "fieldsV1": owned}]
    return targets.live({"data": {"THEIRS": "x", "OLD": "y"}, "immutable": False}, managedFields=managed)


@pytest.mark.parametrize(
    ("manifest", "template", "fields"),
    [
        pytest.param(CONFIG_MAP, None, {"data": {"PASSWORD": "s3cret"}}, id="a-config-map"),
        pytest.param(OTHER_CONFIG_MAP, None, {"data": {"PASSWORD": "s3cret"}}, id="by-its-kind-as-upstream"),
        pytest.param(APP, None, {"spec": {"data": {"PASSWORD": "s3cret"}}}, id="any-other-kind"),
        pytest.param(APP, {}, {"spec": {"data": {"PASSWORD": "s3cret"}}}, id="an-empty-template"),
        pytest.param(
            CONFIG_MAP,
            {"data": {"url": "db://{{ .PASSWORD }}"}, "mergePolicy": "Merge"},
            {"data": {"PASSWORD": "s3cret", "url": "db://s3cret"}},
            id="merged-with-what-was-read",
        ),
        pytest.param(CONFIG_MAP, {"data": {"n": "5"}}, {"data": {"n": "5"}}, id="data-are-texts"),
        pytest.param(
            APP,
            literal("replicas: 2\nauth: {password: '{{ .PASSWORD }}'}", "spec"),
            {"spec": {"replicas": 2, "auth": {"password": "s3cret"}}},
            id="yaml-at-a-path",
        ),
        pytest.param(
            APP, held("Values", "spec.rules[0].auth"), {"spec": {"rules": [{"auth": {"x": "s3cret"}}]}}, id="value"
        ),
        pytest.param(
            APP, held("KeysAndValues", "spec.auth"), {"spec": {"auth": {"x": "s3cret"}}}, id="keys-and-values"
        ),
        pytest.param(APP, held("KeysAndValues", ""), {"spec": {}, "data": {"x": "s3cret"}}, id="data-of-any-kind"),
        pytest.param(
            CONFIG_MAP, literal("x: czNjcmV0", valuesDecodingStrategy="Base64"), {"data": {"x": "s3cret"}}, id="decoded"
        ),
    ],
)
def test_makes_the_fields(manifest: dict[str, str], template: dict[str, Any] | None, fields: Fields) -> None:
    more = {} if template is None else {"template": template}
    found = targets.rendered(targets.spec(manifest, **more), sources=SOURCES)
    assert found.fields == fields
    assert (found.shape is None) is (template is None)
    assert found.read.at == NOW
    assert not found.read.is_empty


def test_binary_goes_where_a_config_map_has_it() -> None:
    binary = base64.b64encode(b"\xff\x00").decode()
    assert targets.rendered(targets.spec(CONFIG_MAP), BINARY).fields == {"data": {}, "binaryData": {"PASSWORD": binary}}


@pytest.mark.parametrize("manifest", [pytest.param(APP, id="app"), pytest.param(OTHER_CONFIG_MAP, id="config-map")])
def test_no_other_kind_takes_what_is_no_text(manifest: dict[str, str]) -> None:
    failed = targets.made(targets.spec(manifest), BINARY)
    assert isinstance(failed, Failed)
    assert "value of key PASSWORD is no text" in str(failed.error)


def test_labels_of_template_from_and_of_the_template() -> None:
    template = {**literal("tier: db", "Labels"), "metadata": {"annotations": {"note": "{{ .PASSWORD | len }}"}}}
    shape = targets.rendered(targets.spec(APP, template=template)).shape
    assert shape == Shape(labels={"tier": "db"}, annotations={"note": "6"})


@pytest.mark.parametrize(
    ("policy", "live", "fields"),
    [
        pytest.param("Owner", there(), {"data": {"PASSWORD": "s3cret"}}, id="owner-replaces"),
        pytest.param("Orphan", there(), {"data": {"PASSWORD": "s3cret"}}, id="orphan-replaces"),
        pytest.param(
            "Merge",
            there("OLD"),
            {"data": {"THEIRS": "x", "PASSWORD": "s3cret"}, "immutable": False},
            id="merge-keeps-what-is-others",
        ),
        pytest.param(
            "CreateOrMerge",
            there(),
            {"data": {"THEIRS": "x", "OLD": "y", "PASSWORD": "s3cret"}, "immutable": False},
            id="create-or-merge-does-so-too",
        ),
        pytest.param("CreateOrMerge", None, {"data": {"PASSWORD": "s3cret"}}, id="or-creates"),
        pytest.param("None", there(), {}, id="none-makes-nothing"),
    ],
)
def test_what_is_there_counts_by_the_policy(policy: str, live: LiveTarget | None, fields: Fields) -> None:
    assert targets.rendered(targets.spec(CONFIG_MAP, creationPolicy=policy), there=live).fields == fields


def test_a_void_makes_nothing_unless_the_keys_are_to_go() -> None:
    void = targets.rendered(targets.spec(CONFIG_MAP, deletionPolicy="Delete"), ABSENT)
    assert (void.fields, void.read.is_empty, len(void.read.missing)) == ({}, True, 1)
    assert targets.rendered(targets.spec(CONFIG_MAP, deletionPolicy="Merge"), ABSENT).fields == {"data": {}}


@pytest.mark.parametrize(
    ("template", "path", "words"),
    [
        pytest.param({"data": {"x": "{{ .NOPE }}"}}, "spec.target.template.data[x]", "NOPE", id="a-missing-key"),
        pytest.param(literal("x", "spec["), "spec.target.template.templateFrom[0]", "is no path", id="no-path"),
        pytest.param(literal("Pod", "kind"), "spec.target.template.templateFrom", "changes kind", id="kind"),
        pytest.param(literal("v2", "apiVersion"), "spec.target.template.templateFrom", "apiVersion", id="version"),
        pytest.param(literal("a: b", "status"), "spec.target.template.templateFrom", "changes status", id="status"),
        pytest.param(literal("x", "metadata.name"), "spec.target.template.templateFrom", "changes metadata", id="name"),
    ],
)
def test_a_mistake_is_told_in_its_place(template: dict[str, Any], path: str, words: str) -> None:
    failed = targets.made(targets.spec(APP, template=template))
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, SpecError)
    assert failed.error.where is not None
    assert failed.error.where.path == path
    assert words in str(failed.error)


def test_a_failed_read_is_a_failure() -> None:
    refused = RoleMissing(what="the identity may not read")
    assert targets.made(targets.spec(APP), Unread(error=refused)) == Failed(error=refused)
