from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import secrets
from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import secret

ANNOTATED = {"annotations": {secrets.ACCOUNT_ANNOTATION: "default"}}


def _problems(document: Object, old: Object | None = None) -> list[str]:
    secrets.default_secret(document, old)
    return [str(problem) for problem in secrets.validate_secret(document, old)]


def test_string_data_becomes_data_and_wins() -> None:
    document = secret("a", data={"x": "b2xk", "y": "eQ=="}, stringData={"x": "new"})
    secrets.default_secret(document, None)
    assert document["data"] == {"x": "bmV3", "y": "eQ=="}
    assert document["type"] == "Opaque"
    assert "stringData" not in document


def test_empty_data_is_no_data() -> None:
    document = secret("a", data=None)
    secrets.default_secret(document, None)
    assert "data" not in document


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"data": {"a.b-c_D": "aGk="}}, id="opaque"),
        pytest.param({"data": {"a": None}}, id="null-is-empty"),
        pytest.param({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}}, id="tls"),
        pytest.param({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="}}, id="docker"),
        pytest.param({"type": "kubernetes.io/basic-auth", "data": {"username": "YQ=="}}, id="basic-auth"),
        pytest.param({"type": secrets.TOKEN_TYPE, **ANNOTATED}, id="service-account"),
    ],
)
def test_takes(fields: Any) -> None:
    assert _problems(secret("a", **fields)) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"data": {"a b": ""}}, "data[a b]: Invalid value", id="key"),
        pytest.param({"data": {"a" * 254: ""}}, "no more than 253 bytes", id="long-key"),
        pytest.param({"data": {"a": "A" * 4 * 350_000}}, "Too long: may not be more than 1048576 bytes", id="size"),
        pytest.param({"type": "kubernetes.io/tls", "data": {"tls.crt": ""}}, "data[tls.key]: Required value", id="tls"),
        pytest.param(
            {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "aGk="}},
            "invalid JSON",
            id="docker",
        ),
        pytest.param({"type": "kubernetes.io/basic-auth"}, "data[username]: Required value", id="basic-auth"),
        pytest.param({"type": secrets.TOKEN_TYPE}, "metadata.annotations[", id="service-account"),
    ],
)
def test_refuses_without_showing_values(fields: Any, complaint: str) -> None:
    found = _problems(secret("a", **fields))
    assert any(complaint in text for text in found), found
    assert not any("aGk" in text for text in found)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        pytest.param({"type": "x"}, {"type": "y"}, "type: Invalid value", id="type"),
        pytest.param({"immutable": True}, {"immutable": False}, "immutable: Forbidden", id="unfreeze"),
        pytest.param(
            {"immutable": True, "data": {"a": ""}},
            {"immutable": True, "data": {"b": ""}},
            "data: Forbidden: field is immutable",
            id="frozen-data",
        ),
    ],
)
def test_what_may_not_change(old: Any, new: Any, complaint: str) -> None:
    assert any(complaint in text for text in _problems(secret("a", **new), secret("a", **old)))
    assert _problems(secret("a", **new), secret("a", **new)) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"data": {"a": "x"}, "binaryData": {"a": "eA=="}}, "duplicate of key", id="twice"),
        pytest.param({"data": {"a": 1}}, "must be a string", id="number"),
        pytest.param({"data": {"a b": ""}}, "valid config key", id="key"),
        pytest.param({"data": {"a": "x" * (secrets.LIMIT_BYTES + 1)}}, "[]: Too long", id="size"),
    ],
)
def test_config_maps(fields: Any, complaint: str) -> None:
    found = [str(problem) for problem in secrets.validate_config_map({"metadata": {}, **fields}, None)]
    assert any(complaint in text for text in found)


def test_config_maps_can_be_frozen() -> None:
    old = {"data": {"a": "x"}, "immutable": True}
    assert secrets.validate_config_map({**old, "data": {}}, old)
    assert secrets.validate_config_map(old, old) == []
