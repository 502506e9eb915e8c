from typing import Any

import pytest

from keyferry.lab.azure.arm import bodies
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.world.http import Request


def _request(body: bytes, content_type: str | None = "application/json; charset=utf-8") -> Request:
    headers = {} if content_type is None else {"content-type": content_type}
    return Request(method="PUT", path="/", headers=headers, body=body)


def test_an_object_is_read() -> None:
    assert bodies.parse(_request(b'{"a": 1}')) == {"a": 1}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        pytest.param(_request(b"{}", None), "UnsupportedMediaType", id="no-content-type"),
        pytest.param(_request(b"{}", "text/plain"), "UnsupportedMediaType", id="another-content-type"),
        pytest.param(_request(b""), "InvalidRequestContent", id="empty"),
        pytest.param(_request(b"{"), "InvalidRequestContent", id="not-json"),
        pytest.param(_request(b"[]"), "InvalidRequestContent", id="no-object"),
        pytest.param(_request(b"[" * 100_000), "InvalidRequestContent", id="nested-without-end"),
    ],
)
def test_refuses_bodies(request_: Request, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        bodies.parse(request_)
    assert refusal.value.code == code


def test_properties_may_be_left_out() -> None:
    assert bodies.properties({}) == bodies.properties({"properties": None}) == {}
    assert bodies.properties({"properties": {"a": 1}}) == {"a": 1}
    with pytest.raises(RefusedError):
        bodies.properties({"properties": 5})


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        pytest.param(["a"], "InvalidRequestContent", id="a-list"),
        pytest.param({"a": 1}, "InvalidRequestContent", id="a-number"),
        pytest.param({str(number): "" for number in range(51)}, "InvalidTags", id="too-many"),
        pytest.param({"a/b": ""}, "InvalidTagNameCharacters", id="a-slash"),
        pytest.param({"": ""}, "InvalidTagNameCharacters", id="no-name"),
        pytest.param({"a": "b" * 257}, "InvalidTagValueLength", id="a-long-value"),
    ],
)
def test_refuses_tags(tags: Any, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        bodies.tags({"tags": tags})
    assert refusal.value.code == code


def test_tags_are_read() -> None:
    assert bodies.tags({"tags": {"team": "a"}}) == {"team": "a"}
    assert bodies.tags({"tags": None}) == {}
