"""Values have Go's types and kinds."""

from typing import Any

import pytest

from keyferry.template.functions.containers.kinds import FUNCTIONS, kind_of
from keyferry.template.functions.times.instant import ZERO
from keyferry.template.functions.versions import version
from keyferry.template.values import Map, NamedNumber, Opaque, Sized, Slice
from tests.fakes.template_functions import call


class _Function(Opaque):
    @property
    def go_type(self) -> str:
        return "func(string) string"


@pytest.mark.parametrize(
    ("value", "kind", "go_type"),
    [
        pytest.param(None, "invalid", b"<nil>", id="nil"),
        pytest.param(b"", "string", b"string", id="string"),
        pytest.param(1, "int", b"int", id="int"),
        pytest.param(Sized(1), "int64", b"int64", id="int64"),
        pytest.param(1.5, "float64", b"float64", id="float"),
        pytest.param(True, "bool", b"bool", id="bool"),
        pytest.param(Slice((), "string"), "slice", b"[]string", id="slice"),
        pytest.param(Map(), "map", b"map[string]interface {}", id="map"),
        pytest.param(ZERO, "struct", b"time.Time", id="struct"),
        pytest.param(version.parse(b"1"), "ptr", b"*semver.Version", id="pointer"),
        pytest.param(_Function(), "func", b"func(string) string", id="function"),
        pytest.param(NamedNumber(5, "time.Month", b"May"), "int", b"time.Month", id="named-number"),
    ],
)
def test_names_kind_and_type(value: Any, kind: str, go_type: bytes) -> None:
    assert kind_of(value) == kind
    assert call(FUNCTIONS, "kindOf", value) == kind.encode()
    assert call(FUNCTIONS, "kindIs", kind.encode(), value) is True
    assert call(FUNCTIONS, "kindIs", b"complex64", value) is False
    assert call(FUNCTIONS, "typeOf", value) == go_type
    assert call(FUNCTIONS, "typeIs", go_type, value) is True


@pytest.mark.parametrize(
    ("go_type", "expected"),
    [
        pytest.param(b"semver.Version", True, id="what-it-points-to"),
        pytest.param(b"*semver.Version", True, id="itself"),
        pytest.param(b"Version", False, id="another"),
    ],
)
def test_a_pointer_passes_for_what_it_points_to(go_type: bytes, expected: bool) -> None:
    assert call(FUNCTIONS, "typeIsLike", go_type, version.parse(b"1")) is expected
