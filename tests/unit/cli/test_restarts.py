"""The flags of restarts."""

import pytest

from tests.fakes import command_line


@pytest.mark.parametrize("arguments", [["--restart-budget", "-1"], ["--restart-budget", "some"]])
def test_a_budget_is_a_number(arguments: list[str]) -> None:
    ended = command_line.run("operator", *arguments)
    assert ended.code == 2
    assert "--restart-budget" in ended.errors


def test_the_flags_are_explained() -> None:
    shown = command_line.run("operator", "--help").output
    assert [flag for flag in ("--restart-budget", "--no-reloader-annotations") if flag not in shown] == []
