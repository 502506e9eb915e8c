"""`keyferry template` prints what comes out, and says where a template is wrong."""

from pathlib import Path

from tests.fakes import command_line


def test_renders(tmp_path: Path) -> None:
    (tmp_path / "a.tpl").write_text("user={{ .user | upper }}\n")
    (tmp_path / "data.yaml").write_text("user: ada\n")
    ended = command_line.run("template", str(tmp_path / "a.tpl"), "--data", str(tmp_path / "data.yaml"))
    assert (ended.code, ended.output) == (0, "user=ADA\n")


def test_a_mistake_has_its_place_and_no_value(tmp_path: Path) -> None:
    (tmp_path / "a.tpl").write_text("\n  {{ .user | nope }}")
    (tmp_path / "data.yaml").write_text("user: canary\n")
    ended = command_line.run("template", str(tmp_path / "a.tpl"), "--data", str(tmp_path / "data.yaml"))
    assert ended.code == 2
    assert "a.tpl:2:" in ended.lines[0]
    assert "canary" not in ended.errors


def test_help_has_an_example() -> None:
    assert "keyferry template config.tpl --data" in command_line.run("template", "--help").output
