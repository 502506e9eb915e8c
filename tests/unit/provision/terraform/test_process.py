"""A program runs to its end in its own folder; what it says is kept and followed; Ctrl-C lets it end in order."""

import os
import signal
import stat
import sys
from collections import UserDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keyferry.model.errors import SpecError, Unavailable
from keyferry.provision.terraform import process
from keyferry.provision.terraform.process import Interrupted, Program

COUNT = "import sys; [print(number) for number in range(3)]; sys.stderr.write('end'); sys.exit(7)"
BEGIN = "import os, signal, time; print(os.getsid(0) == os.getpid(), flush=True); "
PATIENT = BEGIN + "signal.signal(2, lambda *_: print('told', flush=True)); print('ready', flush=True); signal.pause()"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(path=Path(sys.executable), folder=tmp_path, environment=os.environ, log=tmp_path / "log")


def ignore(_line: bytes) -> None: ...


def no_warning() -> None:
    raise AssertionError("nobody stopped it")


def test_it_is_followed_line_by_line(program: Program) -> None:
    lines: list[bytes] = []
    ended = process.run(program, ["-c", COUNT], lines.append, no_warning)
    assert (ended.code, lines) == (7, [b"0", b"1", b"2", b"end"])
    assert ended.tail.endswith("0\n1\n2\nend")


def test_what_it_says_is_kept_for_nobody_else(program: Program) -> None:
    for word in ("one", "two"):
        process.run(program, ["-c", f"print('{word}')"], ignore, no_warning)
    assert program.log.read_text().splitlines()[1::2] == ["one", "two"]
    assert program.log.read_text().startswith(f"$ {program.name} -c ")
    assert stat.S_IMODE(program.log.stat().st_mode) == 0o600


def test_the_tail_is_of_this_command_alone(program: Program) -> None:
    process.run(program, ["-c", "print('first')"], ignore, no_warning)
    ended = process.run(program, ["-c", "print('x' * 100_000)"], ignore, no_warning)
    assert set(ended.tail.strip()) == {"x"}
    assert len(ended.tail) <= 16 * 1024


def test_long_output_arrives_whole(program: Program) -> None:
    lines: list[bytes] = []
    process.run(program, ["-c", "[print('x' * 1000) for _ in range(2000)]"], lines.append, no_warning)
    assert [len(line) for line in lines] == [1000] * 2000


def test_a_line_without_end_is_cut(program: Program) -> None:
    lines: list[bytes] = []
    program_text = "import os; [os.write(1, b'x' * 1_000_000) for _ in range(30)]; print(); print('next')"
    process.run(program, ["-c", program_text], lines.append, no_warning)
    assert len(lines[0]) < 2_000_000
    assert lines[1:] == [b"next"]


def test_files_that_it_makes_are_for_nobody_else(program: Program) -> None:
    process.run(program, ["-c", "open('made', 'w')"], ignore, no_warning)
    assert stat.S_IMODE((program.folder / "made").stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_waits_for_its_end(program: Program, number: signal.Signals) -> None:
    lines: list[bytes] = []
    warnings: list[str] = []

    def each(line: bytes) -> None:
        lines.append(line)
        if line == b"ready":
            os.kill(os.getpid(), number)

    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted, match=r"goes on from what was done"):
        process.run(program, ["-c", PATIENT], each, lambda: warnings.append("told"))
    assert (lines, warnings) == ([b"True", b"ready", b"told"], ["told"])
    assert handlers == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))


class Stopping(UserDict[str, str]):
    """An environment during whose reading somebody stops the process."""

    def __iter__(self) -> Iterator[str]:
        os.kill(os.getpid(), signal.SIGINT)
        return super().__iter__()


def test_what_was_heard_before_it_was_there_is_passed_on(program: Program) -> None:
    with pytest.raises(Interrupted):
        process.run(
            replace(program, environment=Stopping(os.environ)),
            ["-c", "import signal; signal.pause()"],
            ignore,
            lambda: None,
        )


def test_a_second_time_is_not_passed_on(program: Program) -> None:
    lines: list[bytes] = []
    warnings: list[str] = []
    code = "signal.signal(2, lambda *_: print('told', flush=True)); print('ready', flush=True); signal.pause(); input()"

    def each(line: bytes) -> None:
        lines.append(line)
        if line in (b"ready", b"told"):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted):
        process.run(program, ["-c", BEGIN + code], each, lambda: warnings.append("told"))
    assert lines.count(b"told") == 1
    assert len(warnings) == 2


def test_what_cannot_be_run_is_told(program: Program, tmp_path: Path) -> None:
    (tmp_path / "no").write_text("")
    other = Program(path=tmp_path / "no", folder=tmp_path, environment={}, log=program.log)
    for run in (lambda: process.run(other, [], ignore, no_warning), lambda: process.answer(other, [])):
        with pytest.raises(SpecError, match="cannot be run: Permission denied"):
            run()


def test_an_answer(program: Program) -> None:
    assert process.answer(program, ["-c", "print('yes')"]) == b"yes\n"
    with pytest.raises(Unavailable, match="it ended with code 3"):
        process.answer(program, ["-c", "exit(3)"])


def test_a_new_log_begins(program: Program) -> None:
    process.run(program, ["-c", "print('old')"], ignore, no_warning)
    process.new_log(program)
    process.new_log(program)
    assert not program.log.exists()
    program.log.mkdir()
    with pytest.raises(SpecError, match="log cannot be written"):
        process.new_log(program)


def test_a_link_in_place_of_the_log_is_not_followed(program: Program, tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "mine")
    with pytest.raises(SpecError, match="log cannot be written"):
        process.run(program, ["-c", ""], ignore, no_warning)
    assert not (tmp_path / "mine").exists()
