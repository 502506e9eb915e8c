"""What `keyferry demo` refuses before its story begins; the story is in test_story.py, its run in test_demo_run.py."""

from pathlib import Path

from tests.fakes import command_line


def test_a_folder_too_deep_for_a_socket(tmp_path: Path) -> None:
    ended = command_line.run("demo", "--dir", str(tmp_path / ("x" * 100)))
    assert ended.code == 2
    assert "too long for a socket" in ended.errors
    assert ended.output == ""


def test_its_flags() -> None:
    shown = command_line.run("demo", "--help").output
    assert "--keep" in shown
    assert "--dir" in shown
