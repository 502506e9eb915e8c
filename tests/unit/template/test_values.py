"""Values know their Go types."""

import pytest

from keyferry.template.values import ANY, STRING, Map, NamedNumber, Opaque, Sized, Slice, Value, type_of, zero_of


class Instant(Opaque):
    @property
    def go_type(self) -> str:
        return "time.Time"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "<nil>"),
        (True, "bool"),
        (1, "int"),
        (Sized(1), "int64"),
        (Sized(1, "uint8"), "uint8"),
        (NamedNumber(5, "time.Month", b"May"), "time.Month"),
        (1.0, "float64"),
        (1j, "complex128"),
        (b"text", "string"),
        (Slice([b"a"], STRING), "[]string"),
        (Slice(), "[]interface {}"),
        (Map(elem=ANY), "map[string]interface {}"),
        (Map({b"a": b"b"}, STRING), "map[string]string"),
        (Instant(), "time.Time"),
    ],
)
def test_type_of(value: Value, expected: str) -> None:
    assert type_of(value) == expected


def test_what_an_opaque_value_does_not_have() -> None:
    with pytest.raises(KeyError):
        Opaque().field("Name")
    with pytest.raises(KeyError):
        Opaque().method("Name", ())
    with pytest.raises(NotImplementedError):
        Opaque().text()
    with pytest.raises(NotImplementedError):
        _ = Opaque().go_type


@pytest.mark.parametrize(
    ("go_type", "expected"),
    [
        (STRING, b""),
        ("int", 0),
        ("float64", 0.0),
        ("bool", False),
        ("int64", 0),
        ("uint8", 0),
        (ANY, None),
        ("time.Time", None),
    ],
)
def test_zero_values(go_type: str, expected: Value) -> None:
    found = zero_of(go_type)
    assert found == expected
    assert found is None or type_of(found) == go_type


@pytest.mark.parametrize("go_type", ["[]string", "[][]interface {}", "map[string]string", "map[string]interface {}"])
def test_zero_containers(go_type: str) -> None:
    found = zero_of(go_type)
    assert isinstance(found, Slice | Map)
    assert found.is_nil
    assert type_of(found) == go_type


def test_what_is_no_value() -> None:
    with pytest.raises(TypeError):
        type_of("text")  # type: ignore[arg-type]  # a string of Python's is none of Go's
