"""`keyferry sync` says what it cannot mean."""

import pytest

from tests.fakes import command_line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param((), "nothing to refresh is named", id="nothing"),
        pytest.param(("db", "--all"), "names do not go with --all", id="names-and-all"),
        pytest.param(("db", "-A"), "names do not go with --all", id="names-and-all-namespaces"),
    ],
)
def test_refuses_with_code_2(arguments: tuple[str, ...], words: str) -> None:
    ended = command_line.run("sync", *arguments)
    assert ended.code == 2
    assert words in ended.lines[0]


def test_help_has_examples() -> None:
    ended = command_line.run("sync", "--help")
    assert "keyferry sync shop/catalog-db" in ended.output
