import pytest

from keyferry.model import errors
from keyferry.model.errors import KeyferryError, Where


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(KeyferryError(what="it broke"), "it broke", id="what-alone"),
        pytest.param(KeyferryError(what="it broke", cause="rust"), "it broke: rust", id="with-a-cause"),
        pytest.param(
            KeyferryError(what="it broke", cause="rust.", remedy="oil it"),
            "it broke: rust. To mend it: oil it",
            id="with-a-remedy",
        ),
        pytest.param(
            KeyferryError(what="it broke", where=Where(kind="SecretStore", namespace="app", name="kv", path="spec")),
            "it broke (SecretStore app/kv spec)",
            id="with-a-place",
        ),
        pytest.param(
            KeyferryError(what="it broke", where=Where(kind="vault", name="kv-prod")),
            "it broke (vault kv-prod)",
            id="in-no-namespace",
        ),
    ],
)
def test_one_line_says_what_why_where_and_what_to_do(error: KeyferryError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("  two\n lines ", "two lines", id="one-line"),
        pytest.param("\x1b[2Jred\x07 \u202eé", "�[2Jred� �é", id="steers-no-terminal"),
        pytest.param("x" * 256, "x" * 256, id="just-fits"),
        pytest.param("x" * 257, "x" * 255 + "…", id="is-cut"),
    ],
)
def test_foreign_text_is_cut(text: str, shown: str) -> None:
    assert errors.foreign(text) == shown


def test_types_carry_what_policy_needs() -> None:
    assert errors.AssertionRejected(code=700213, what="refused").code == 700213
    assert errors.Throttled(retry_after=None, what="slow down").retry_after is None
    assert issubclass(errors.Throttled, errors.Unavailable)
