from pathlib import Path

import pytest

from keyferry.cli import webhook_options
from keyferry.model.errors import SpecError


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


@pytest.mark.parametrize(
    ("enforce", "subjects", "flag"),
    [
        pytest.param("sub-path", None, "--enforce", id="rules"),
        pytest.param("", Path("subjects"), "--subjects", id="subjects"),
    ],
)
def test_flags_of_advice_go_with_advice_alone(enforce: str, subjects: Path | None, flag: str) -> None:
    webhook_options.check_advice(advises=True, enforce=enforce, subjects=subjects)
    with pytest.raises(SpecError, match=flag):
        webhook_options.check_advice(advises=False, enforce=enforce, subjects=subjects)


def test_without_advice_nothing_is_enforced() -> None:
    webhook_options.check_advice(advises=False, enforce=" ,", subjects=None)
