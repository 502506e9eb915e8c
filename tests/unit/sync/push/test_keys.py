import pytest

from keyferry.model.errors import SpecError
from keyferry.spec.push_secret import KeyConversion
from keyferry.sync.push import keys


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("a_U002f_b", "a/b", id="slash"),
        pytest.param("_U1f600_", "😀", id="five-digits"),
        pytest.param("_U002F_", "/", id="upper-case"),
        pytest.param("_U2f_", "_U2f_", id="too-short"),
        pytest.param("_Ud800_", "_Ud800_", id="half-a-character"),
        pytest.param("plain", "plain", id="plain"),
    ],
)
def test_reverse_unicode(key: str, expected: str) -> None:
    assert keys.converted({key: 1}, KeyConversion.REVERSE_UNICODE) == {expected: 1}
    assert keys.converted({key: 1}, KeyConversion.NONE) == {key: 1}


def test_two_keys_may_not_become_one() -> None:
    with pytest.raises(SpecError, match="two keys become"):
        keys.converted({"a/b": 1, "a_U002f_b": 2}, KeyConversion.REVERSE_UNICODE)
