"""A number is taken for a mode in the wrong base only where one reading is usual and the other is not."""

import pytest

from keyferry.advice import file_modes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("256", "0400", id="0400"),
        pytest.param("420", "0644", id="0644"),
        pytest.param("416", "0640", id="0640"),
        pytest.param("400", "", id="octal-without-zero"),
        pytest.param("0400", "", id="octal"),
        pytest.param("384", "", id="no-octal-digits"),
        pytest.param("257", "", id="nobodys"),
    ],
)
def test_texts_of_octal_digits(text: str, meant: str) -> None:
    assert file_modes.meant_by_octal_text(text) == meant


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        pytest.param(400, "0400", id="400"),
        pytest.param(440, "0440", id="440"),
        pytest.param(644, "0644", id="beyond-the-limit"),
        pytest.param(420, "", id="0644-as-a-number"),
        pytest.param(0o400, "", id="0400"),
        pytest.param(0o256, "", id="nobodys"),
        pytest.param(480, "", id="no-octal-digits"),
        pytest.param(-1, "", id="negative"),
    ],
)
def test_numbers(number: int, meant: str) -> None:
    assert file_modes.meant_by_number(number) == meant
