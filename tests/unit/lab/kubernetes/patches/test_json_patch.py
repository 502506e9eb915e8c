import copy
from typing import Any

import pytest

from keyferry.lab.kubernetes.patches import json_patch
from keyferry.lab.kubernetes.patches.errors import PatchError

APPLIES: list[Any] = [
    pytest.param({}, [], {}, id="nothing"),
    pytest.param({"a": 1}, [{"op": "add", "path": "/b", "value": [1]}], {"a": 1, "b": [1]}, id="add-a-member"),
    pytest.param({"a": 1}, [{"op": "add", "path": "/a", "value": None}], {"a": None}, id="add-replaces-a-member"),
    pytest.param({"l": [1, 3]}, [{"op": "add", "path": "/l/1", "value": 2}], {"l": [1, 2, 3]}, id="add-inserts"),
    pytest.param({"l": [1]}, [{"op": "add", "path": "/l/1", "value": 2}], {"l": [1, 2]}, id="add-at-the-end-by-index"),
    pytest.param({"l": [1]}, [{"op": "add", "path": "/l/-", "value": 2}], {"l": [1, 2]}, id="add-at-the-end-by-dash"),
    pytest.param({"a": 1}, [{"op": "add", "path": "", "value": {"b": 2}}], {"b": 2}, id="add-the-whole-document"),
    pytest.param(
        {"annotations": {}},
        [{"op": "add", "path": "/annotations/keyferry.io~1a~0b", "value": "x"}],
        {"annotations": {"keyferry.io/a~b": "x"}},
        id="add-with-escapes",
    ),
    pytest.param({"a": {"b": 1, "c": 2}}, [{"op": "remove", "path": "/a/b"}], {"a": {"c": 2}}, id="remove-a-member"),
    pytest.param({"l": [1, 2]}, [{"op": "remove", "path": "/l/0"}], {"l": [2]}, id="remove-an-element"),
    pytest.param({"a": 1}, [{"op": "replace", "path": "/a", "value": {}}], {"a": {}}, id="replace-a-member"),
    pytest.param({"l": [1]}, [{"op": "replace", "path": "/l/0", "value": 2}], {"l": [2]}, id="replace-an-element"),
    pytest.param({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 1}}], {"b": 1}, id="replace-the-document"),
    pytest.param({"a": 1}, [{"op": "move", "from": "/a", "path": "/b"}], {"b": 1}, id="move"),
    pytest.param({"a": 1}, [{"op": "move", "from": "/a", "path": "/a"}], {"a": 1}, id="move-onto-itself"),
    pytest.param(
        {"l": [1, 2, 3]}, [{"op": "move", "from": "/l/0", "path": "/l/2"}], {"l": [2, 3, 1]}, id="move-in-list"
    ),
    pytest.param({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}, id="copy"),
    pytest.param(
        {"a": [1]},
        [{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/b/-", "value": 2}],
        {"a": [1], "b": [1, 2]},
        id="a-copy-is-a-copy",
    ),
    pytest.param({"a": [1]}, [{"op": "test", "path": "/a", "value": [1]}], {"a": [1]}, id="test-holds"),
]

REFUSED: list[Any] = [
    pytest.param({"op": "add", "path": "/x/y", "value": 1}, id="add-without-parent"),
    pytest.param({"op": "add", "path": "/s/y", "value": 1}, id="add-below-a-scalar"),
    pytest.param({"op": "add", "path": "/l/3", "value": 1}, id="add-past-the-end"),
    pytest.param({"op": "add", "path": "/a"}, id="add-without-value"),
    pytest.param({"op": "add", "value": 1}, id="add-without-path"),
    pytest.param({"op": "remove", "path": "/x"}, id="remove-what-is-not-there"),
    pytest.param({"op": "remove", "path": "/l/-"}, id="remove-after-the-end"),
    pytest.param({"op": "remove", "path": ""}, id="remove-everything"),
    pytest.param({"op": "replace", "path": "/x", "value": 1}, id="replace-what-is-not-there"),
    pytest.param({"op": "move", "from": "/o", "path": "/o/p"}, id="move-into-itself"),
    pytest.param({"op": "move", "from": "/x", "path": "/y"}, id="move-what-is-not-there"),
    pytest.param({"op": "copy", "path": "/y"}, id="copy-without-from"),
    pytest.param({"op": "test", "path": "/s", "value": "other"}, id="test-differs"),
    pytest.param({"op": "test", "path": "/one", "value": True}, id="test-of-one-against-true"),
    pytest.param({"op": "test", "path": "/x", "value": None}, id="test-of-what-is-not-there"),
    pytest.param({"op": "invent", "path": "/s"}, id="unknown-operation"),
    pytest.param({"op": "replace", "path": "", "value": []}, id="no-object-left"),
    pytest.param("add", id="no-object"),
]


@pytest.mark.parametrize(("document", "patch", "expected"), APPLIES)
def test_applies(document: dict[str, Any], patch: list[Any], expected: dict[str, Any]) -> None:
    before = copy.deepcopy((document, patch))

    assert json_patch.apply(document, patch) == expected
    assert (document, patch) == before


@pytest.mark.parametrize("operation", REFUSED)
def test_refuses_and_changes_nothing(operation: Any) -> None:
    document = {"s": "text", "l": [1, 2], "o": {"q": 1}, "one": 1}
    before = copy.deepcopy(document)

    with pytest.raises(PatchError):
        json_patch.apply(document, [{"op": "add", "path": "/s", "value": "text"}, operation])

    assert document == before


def test_refuses_what_is_no_list() -> None:
    with pytest.raises(PatchError, match="array"):
        json_patch.apply({}, {"op": "add"})
