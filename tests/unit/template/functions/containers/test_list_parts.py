"""Parts of lists, nil where there is none."""

from typing import Any

import pytest

from keyferry.template.functions.containers.list_parts import FUNCTIONS
from keyferry.template.functions.function import Fault
from keyferry.template.values import INT, LIST, STRING, Slice
from tests.fakes.template_functions import call, world

ABC = Slice([b"a", b"b", b"c"], STRING)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("first", (ABC,), b"a", id="first"),
        pytest.param("mustFirst", (Slice(),), None, id="first-of-none"),
        pytest.param("last", (ABC,), b"c", id="last"),
        pytest.param("mustLast", (Slice(),), None, id="last-of-none"),
        pytest.param("rest", (ABC,), [b"b", b"c"], id="rest"),
        pytest.param("initial", (ABC,), [b"a", b"b"], id="initial"),
        pytest.param("slice", (ABC, 1), [b"b", b"c"], id="slice-from"),
        pytest.param("slice", (ABC, b"1", b"2"), [b"b"], id="slice-between"),
        pytest.param("mustSlice", (ABC,), [b"a", b"b", b"c"], id="slice-all"),
        pytest.param("slice", (Slice(), 5), None, id="slice-none"),
        pytest.param("chunk", (2, ABC), [[b"a", b"b"], [b"c"]], id="chunk"),
        pytest.param("chunk", (3, ABC), [[b"a", b"b", b"c"]], id="chunk-evenly"),
        pytest.param("mustChunk", (2, Slice()), [], id="chunk-none"),
        pytest.param("chunk", (-5, Slice([1])), [[1]], id="chunk-one-by-a-negative-size"),
        pytest.param("chunk", (-5, ABC), [], id="chunk-several-by-a-negative-size"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("first", (b"abc",), id="first-of-a-text"),
        pytest.param("slice", (ABC, 1, 9), id="slice-past-the-end"),
        pytest.param("slice", (ABC, -1), id="slice-before-the-start"),
        pytest.param("chunk", (0, ABC), id="chunks-of-none"),
        pytest.param("chunk", (-1, ABC), id="negative-chunks"),
        pytest.param("chunk", (-1, Slice()), id="negative-chunks-of-none"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "elem", "is_nil"),
    [
        pytest.param("slice", (Slice([1, 2], INT), 0), INT, False, id="slice-keeps-the-type"),
        pytest.param("chunk", (1, Slice()), LIST, False, id="chunk"),
        pytest.param("rest", (Slice(),), "interface {}", True, id="rest-of-none-is-nil"),
        pytest.param("initial", (Slice([1]),), "interface {}", False, id="initial-of-one-is-not"),
    ],
)
def test_lists_have_types(name: str, arguments: Any, elem: str, is_nil: bool) -> None:
    function = next(each for each in FUNCTIONS if each.name == name)
    found = function.call(world(), *arguments)
    assert isinstance(found, Slice)
    assert (found.elem, found.is_nil) == (elem, is_nil)
