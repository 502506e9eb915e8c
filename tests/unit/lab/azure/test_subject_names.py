import pytest

from keyferry.lab.azure import subject_names


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("CN=a", "CN=a", id="one"),
        pytest.param("CN=a, O=b,C=CH", "CN=a, O=b, C=CH", id="spaces"),
        pytest.param("CN=a\\, b, O=c", "CN=a\\, b, O=c", id="comma-inside"),
        pytest.param("", "", id="empty"),
        pytest.param("cn=My Cert, o=a=b", "CN=My Cert, O=a=b", id="types-in-lower-case"),
        pytest.param("CN=x\\,cn=y", "CN=x\\,cn=y", id="type-inside-a-value"),
    ],
)
def test_a_subject_is_written_as_it_was_said(text: str, written: str) -> None:
    assert subject_names.written(subject_names.read(text)) == written


@pytest.mark.parametrize("text", ["a", "CN", "=a", "CN=a,,"])
def test_this_is_no_subject(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        subject_names.read(text)
