"""A mistake of keyferry's own is told by type and place, never by its text."""

from keyferry.sync import bugs


def test_tells_type_and_place_and_not_the_text() -> None:
    try:
        int("s3cret")
    except ValueError as crash:
        told = bugs.of(crash)
    assert str(told).startswith("keyferry met a mistake of its own: ValueError at test_bugs.py:")
    assert "s3cret" not in repr(told)


def test_tells_a_type_without_a_place() -> None:
    assert bugs.of(KeyError("s3cret")).cause == "KeyError"
