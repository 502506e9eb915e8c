"""`keyferry advise` ends as scripts expect, and its flags are looked at."""

import pytest

from tests.fakes import command_line


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(("--consume", "env"), 0, "a Secret: ", id="env"),
        pytest.param(("--consume", "files"), 0, "files: ", id="files"),
        pytest.param(("--consume", "secretRef", "--type", "key"), 0, "a Secret: ", id="a-name"),
        pytest.param(("--consume", "env", "-o", "json"), 0, '"delivery": "secret"', id="json"),
        pytest.param(("--consume", "env", "--deliver", "files"), 1, "contradict each other", id="a-contradiction"),
        pytest.param(("--consume", "env", "--type", "certificate"), 1, "is binary", id="a-certificate"),
        pytest.param((), 2, "nothing to advise on is named", id="nothing"),
        pytest.param(("--type", "key"), 2, "go with --consume", id="a-type-of-nothing"),
        pytest.param(("--consume", "env", "a.yaml"), 2, "both --consume and files", id="both"),
        pytest.param(("--consume", "stdin"), 2, "stdin", id="no-way"),
        pytest.param(("gone.yaml",), 2, "gone.yaml: error: cannot be read", id="no-file"),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int, said: str) -> None:
    ended = command_line.run("advise", *arguments)
    assert ended.code == code
    assert said in ended.output + ended.errors
