"""A name after a dot is a key, a field or a method, and says so where it is none."""

import pytest

from keyferry.template.functions.function import Fault, Surroundings
from keyferry.template.language.fields import follow
from keyferry.template.language.frames import NIL_ELEMENT, Raw, Rendering
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import ANY, STRING, Map, Opaque, Value


class Version(Opaque):
    @property
    def go_type(self) -> str:
        return "*semver.Version"

    def field(self, name: str) -> Value:
        fields: dict[str, Value] = {"Major": 1, "Nothing": None}
        return fields[name]

    def method(self, name: str, arguments: tuple[Value, ...]) -> Value:
        if name == "Fail":
            raise Fault("it cannot")
        results: dict[str, Value] = {"String": b"1.0", "Count": len(arguments)}
        return results[name]


def rendering(missing_key: str = "error") -> Rendering:
    return Rendering({}, Surroundings(), missing_key)


TEXTS = Map({b"a": b"x"}, STRING)
VALUES = Map({b"a": 1, b"nil": None}, ANY)


@pytest.mark.parametrize(
    ("receiver", "name", "missing_key", "expected"),
    [
        (TEXTS, "a", "error", b"x"),
        (VALUES, "a", "error", 1),
        (VALUES, "nil", "error", NIL_ELEMENT),
        (TEXTS, "b", "zero", b""),
        (TEXTS, "b", "default", None),
        (VALUES, "b", "zero", NIL_ELEMENT),
        (None, "b", "zero", None),
        (Version(), "Major", "error", 1),
        (Version(), "Nothing", "error", NIL_ELEMENT),
        (Version(), "String", "error", b"1.0"),
    ],
)
def test_found(receiver: Raw, name: str, missing_key: str, expected: Raw) -> None:
    assert follow(rendering(missing_key), receiver, name, 0) == expected


def test_arguments_are_for_methods() -> None:
    assert follow(rendering(), Version(), "Count", 0, lambda: (1, 2)) == 2


@pytest.mark.parametrize(
    ("receiver", "name", "arguments", "kind"),
    [
        (TEXTS, "b", (), "exec/missing-key"),
        (None, "b", (), "exec/missing-key"),
        (NIL_ELEMENT, "b", (), "exec/nil-pointer"),
        (b"text", "b", (), "exec/no-field"),
        (Version(), "Minor", (), "exec/no-field"),
        (Version(), "Fail", (), "exec/call:Fail"),
        (Version(), "Major", (1,), "exec/not-a-function"),
        (TEXTS, "a", (1,), "exec/not-a-function"),
    ],
)
def test_not_found(receiver: Raw, name: str, arguments: tuple[Value, ...], kind: str) -> None:
    with pytest.raises(Mistake) as refused:
        follow(rendering(), receiver, name, 3, (lambda: arguments) if arguments else None)
    assert (refused.value.kind, refused.value.at) == (kind, 3)
    assert "text" not in str(refused.value)
