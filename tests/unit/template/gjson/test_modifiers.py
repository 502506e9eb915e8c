import pytest

from keyferry.model.errors import SpecError
from keyferry.template.gjson import modifiers as gjson_modifiers
from keyferry.template.gjson import paths as gjson
from keyferry.template.gjson.values import Result


def get(json: bytes, path: bytes) -> Result:
    return gjson.get(json, path.decode())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"@keys", (b"keys", b"", b""), id="alone"),
        pytest.param(b"@keys.0", (b"keys", b"", b".0"), id="dot"),
        pytest.param(b"@keys|0", (b"keys", b"", b"|0"), id="pipe"),
        pytest.param(b"@dig:a.b|c", (b"dig", b"a.b", b"|c"), id="simple-argument"),
        pytest.param(b"@join:", (b"join", b"", b""), id="empty-argument"),
        pytest.param(b'@pretty:{"a":"|"}.b', (b"pretty", b'{"a":"|"}', b".b"), id="json-argument"),
        pytest.param(b"@dig:#(a|b)|c", (b"dig", b"#(a|b)", b"|c"), id="brackets-in-an-argument"),
    ],
)
def test_splits_a_modifier(path: bytes, expected: tuple[bytes, bytes, bytes]) -> None:
    assert gjson_modifiers.split(path) == expected


@pytest.mark.parametrize(
    ("name", "argument", "json", "expected"),
    [
        pytest.param(b"this", b"", b"x", b"x", id="this"),
        pytest.param(b"ugly", b"", b'{ "a b" : 1 }', b'{"a b":1}', id="ugly"),
        pytest.param(b"pretty", b'{"sortKeys":true}', b'{"b":1,"a":2}', b'{\n  "a": 2,\n  "b": 1\n}\n', id="sorted"),
        pytest.param(b"pretty", b'{"indent":" x","prefix":"\\t"}', b"[{}]", b"\t[\n\t {}\n\t]\n", id="layout"),
        pytest.param(b"pretty", b'{"width":"5"}', b"[1,2,3]", b"[\n  1,\n  2,\n  3\n]\n", id="width-as-text"),
        pytest.param(b"pretty", b'{"width":1e99,"sortKeys":"t"}', b"[1]", b"[\n  1\n]\n", id="odd-width"),
        pytest.param(b"pretty", b'{"sortKeys":1}', b"{}", b"{}\n", id="number-for-true"),
        pytest.param(b"pretty", b'{"sortKeys":null}', b"{}", b"{}\n", id="null-for-false"),
        pytest.param(b"reverse", b"", b"[1,2]", b"[2,1]", id="reverse-array"),
        pytest.param(b"reverse", b"", b'{"a":1,"b":2}', b'{"b":2,"a":1}', id="reverse-object"),
        pytest.param(b"reverse", b"", b"1", b"1", id="reverse-neither"),
        pytest.param(b"flatten", b"", b"[1,[2,[3]],[ ]]", b"[1,2,[3]]", id="flatten"),
        pytest.param(b"flatten", b'{"deep":true}', b"[1,[2,[3,[4]]]]", b"[1,2,3,4]", id="flatten-deep"),
        pytest.param(b"flatten", b"", b"{}", b"{}", id="flatten-no-array"),
        pytest.param(b"join", b"", b'[{"a":1},2,{"a":3,"b":4}]', b'{"a":3,"b":4}', id="join"),
        pytest.param(b"join", b'{"preserve":true}', b'[{"a":1},{"a":3}]', b'{"a":1,"a":3}', id="join-keeps"),
        pytest.param(b"join", b"", b"1", b"1", id="join-no-array"),
        pytest.param(b"valid", b"", b"[1]", b"[1]", id="valid"),
        pytest.param(b"valid", b"", b"[1", b"", id="not-valid"),
        pytest.param(b"keys", b"", b'{"a":1}', b'["a"]', id="keys"),
        pytest.param(b"keys", b"", b"[7]", b"[null]", id="keys-of-an-array"),
        pytest.param(b"keys", b"", b"", b"[]", id="keys-of-nothing"),
        pytest.param(b"values", b"", b'{"a":1}', b"[1]", id="values"),
        pytest.param(b"values", b"", b"[7 ]", b"[7 ]", id="values-of-an-array"),
        pytest.param(b"tostr", b"", b'{"a":"<"}', rb'"{\"a\":\"\u003c\"}"', id="tostr"),
        pytest.param(b"fromstr", b"", rb'"{\"a\":1}"', b'{"a":1}', id="fromstr"),
        pytest.param(b"fromstr", b"", b'"', b"", id="fromstr-of-no-json"),
        pytest.param(b"group", b"", b'{"a":[1,2],"b":[3],"c":4}', b'[{"a":1,"b":3},{"a":2}]', id="group"),
        pytest.param(b"group", b"", b"[]", b"", id="group-no-object"),
        pytest.param(b"dig", b"a", b'{"a":{"a":1},"b":[{"a":2}]}', b'[{"a":1},1,2]', id="dig"),
    ],
)
def test_makes(name: bytes, argument: bytes, json: bytes, expected: bytes) -> None:
    assert gjson_modifiers.apply(name, argument, json, get) == expected


def test_digs_no_deeper_than_its_bound() -> None:
    with pytest.raises(SpecError, match="too deep"):
        gjson_modifiers.apply(b"dig", b"x", b"[" * 200 + b"]" * 200, get)
