"""The forms are words that a shell can say."""

from keyferry.cli.output import Output


def test_forms() -> None:
    assert [str(form) for form in Output] == ["text", "json"]
