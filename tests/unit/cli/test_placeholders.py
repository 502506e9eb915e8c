"""Of what is filled in later nothing is known."""

import pytest

from keyferry.cli.placeholders import is_left_open

CONTENT = {
    "metadata": {"name": "${APP}-db", "annotations": {"a.b/c": "${ID:=x}"}},
    "spec": {"list": [{"a": "$(NOT_OURS)"}, {"a": "${X}"}], "objects": "array:\n- ${Y}\n", "price": "$ {x} ${}"},
}


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        pytest.param("metadata.name", True, id="a-part-of-it"),
        pytest.param("metadata.annotations[a.b/c]", True, id="with-a-default"),
        pytest.param("metadata", False, id="a-mapping"),
        pytest.param("metadata.nothing", False, id="absent"),
        pytest.param("spec.list[0].a", False, id="a-variable-of-kubernetes"),
        pytest.param("spec.list[1].a", True, id="in-a-list"),
        pytest.param("spec.list[9].a", False, id="beyond-a-list"),
        pytest.param("spec.objects.array[0]", True, id="in-a-text-that-has-one"),
        pytest.param("spec.price", False, id="no-name"),
        pytest.param("", False, id="the-document"),
    ],
)
def test_places(path: str, is_open: bool) -> None:
    assert is_left_open(CONTENT, path) is is_open
