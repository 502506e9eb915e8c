"""`keyferry webhook` says what it cannot do, and has its flags."""

from pathlib import Path

from tests.fakes import command_line


def test_a_wrong_address_ends_with_code_2(tmp_path: Path) -> None:
    ended = command_line.run(
        "webhook", "--cert-dir", str(tmp_path), "--address", "nowhere", "--metrics-addr", "127.0.0.1:0"
    )
    assert ended.code == 2
    assert "is not an address" in ended.lines[0]


def test_help_has_flags_and_an_example() -> None:
    shown = command_line.run("webhook", "--help").output
    assert all(
        flag in shown for flag in ("--cert-dir", "--address", "--certificate-secret", "keyferry webhook --cert-dir")
    )
