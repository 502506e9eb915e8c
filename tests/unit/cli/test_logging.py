import pytest

from tests.fakes import command_line


@pytest.mark.parametrize("command", ["operator", "lab"])
@pytest.mark.parametrize(
    ("flag", "choices"),
    [("--log-level", ["debug", "info", "warning", "error"]), ("--log-format", ["json", "console"])],
)
def test_long_running_commands_have_the_same_two_flags(command: str, flag: str, choices: list[str]) -> None:
    ended = command_line.run(command, flag, "nonsense")
    assert ended.code == 2
    assert [choice for choice in choices if choice not in ended.errors] == []
