import pytest

from keyferry.cli import webhook_options


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("", (), id="none"),
        pytest.param("a", ("a",), id="one"),
        pytest.param(" a, b ,", ("a", "b"), id="some"),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert webhook_options.names(text) == names
