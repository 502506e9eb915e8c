import json
from collections.abc import Callable
from typing import Any

import pytest

from keyferry.lab.azure.keyvault import bodies
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.world.http import Request

BODY = Body(
    {
        "text": "abc",
        "flag": False,
        "number": 5,
        "inner": {"text": "deep", "wrong": 1},
        "each": [{"a": 1}],
        "texts": ["a", "b"],
        "octets": "-_8",
        "padded": "-_8=",
        "null": None,
    }
)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param(lambda: BODY.text("text"), "abc", id="text"),
        pytest.param(lambda: BODY.text("text", 3), "abc", id="as-long-as-it-may-be"),
        pytest.param(lambda: BODY.text("null"), None, id="null-is-unsaid"),
        pytest.param(lambda: BODY.required("text"), "abc", id="required"),
        pytest.param(lambda: BODY.flag("flag"), False, id="flag"),
        pytest.param(lambda: BODY.whole("number", 5, 5), 5, id="number"),
        pytest.param(lambda: BODY.whole("none", 5, 5), None, id="no-number"),
        pytest.param(lambda: BODY.inner("inner").text("text"), "deep", id="inner"),
        pytest.param(lambda: BODY.inner("none").text("text"), None, id="nothing-inside"),
        pytest.param(lambda: [each.whole("a", 0, 9) for each in BODY.each("each")], [1], id="each"),
        pytest.param(lambda: BODY.texts("texts"), ("a", "b"), id="texts"),
        pytest.param(lambda: BODY.texts("none"), (), id="no-texts"),
        pytest.param(lambda: BODY.octets("octets"), b"\xfb\xff", id="octets"),
        pytest.param(lambda: BODY.octets("padded"), b"\xfb\xff", id="octets-padded"),
        pytest.param(lambda: BODY.octets("null"), None, id="no-octets"),
        pytest.param(lambda: BODY.has("flag"), True, id="has"),
        pytest.param(lambda: BODY.has("null"), False, id="has-not"),
        pytest.param(BODY.tags, None, id="no-tags"),
        pytest.param(lambda: Body({"tags": {}}).tags(), (), id="no-tags-are-said"),
    ],
)
def test_reads(read: Callable[[], Any], expected: object) -> None:
    assert read() == expected


@pytest.mark.parametrize(
    ("read", "named"),
    [
        pytest.param(lambda: BODY.text("number"), "'number'", id="wrong-type"),
        pytest.param(lambda: BODY.text("text", 2), "'text'", id="too-long"),
        pytest.param(lambda: BODY.required("null"), "'null'", id="missing"),
        pytest.param(lambda: BODY.whole("flag", 0, 9), "'flag'", id="flag-for-a-number"),
        pytest.param(lambda: BODY.whole("number", 6, 9), "'number'", id="out-of-range"),
        pytest.param(lambda: BODY.inner("inner").text("wrong"), "'inner.wrong'", id="path"),
        pytest.param(lambda: BODY.each("each")[0].text("a"), r"'each\[0\].a'", id="path-of-an-item"),
        pytest.param(lambda: BODY.each("texts"), "'texts'", id="no-objects"),
        pytest.param(lambda: BODY.texts("each"), "'each'", id="no-strings"),
        pytest.param(lambda: BODY.octets("each"), "'each'", id="octets-no-text"),
        pytest.param(lambda: Body({"o": "*"}).octets("o"), "'o'", id="octets-not-base64url"),
        pytest.param(lambda: Body({"o": "A"}).octets("o"), "'o'", id="octets-cut"),
    ],
)
def test_names_what_is_wrong(read: Callable[[], Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named) as refusal:
        read()
    assert (refusal.value.status, refusal.value.code) == (400, "BadParameter")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        pytest.param("application/json; charset=utf-8", b"[]", 400, id="no-object"),
        pytest.param("application/json", b"", 400, id="nothing"),
        pytest.param("text/plain", b"{}", 415, id="said-to-be-text"),
        pytest.param("", b"{}", 415, id="not-said-to-be-json"),
    ],
)
def test_refuses_what_is_no_json_object(content_type: str, body: bytes, status: int) -> None:
    headers = {"content-type": content_type} if content_type else {}
    with pytest.raises(RefusedError) as refusal:
        bodies.read(Request(method="PUT", path="/", headers=headers, body=body))
    assert refusal.value.status == status


def test_reads_a_request() -> None:
    request = Request(
        method="PUT",
        path="/",
        headers={"content-type": "Application/JSON; charset=utf-8"},
        body=json.dumps({"a": "b"}).encode(),
    )
    assert bodies.read(request).text("a") == "b"
