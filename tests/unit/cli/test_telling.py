"""An error ends a command with what, why and the way out, and a code that tells who must act."""

import pytest

from keyferry.cli.telling import tell
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        pytest.param(
            SpecError(what="a [0] is wrong", cause="it is [/]", remedy="mend it"),
            2,
            ["error: a [0] is wrong", "cause: it is [/]", "to mend it: mend it"],
            id="to-be-edited",
        ),
        pytest.param(Unavailable(what="nobody answers"), 1, ["error: nobody answers"], id="nothing-more-to-say"),
        pytest.param(GrantError(what="no", remedy="grant it"), 1, ["error: no", "to mend it: grant it"], id="no-cause"),
    ],
)
def test_what_is_printed(error: KeyferryError, code: int, lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(error) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [line.rstrip() for line in printed.err.splitlines()] == lines
