"""What containers print, and those who read it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.serve.kubelet.logs import Logs
from keyferry.lab.world.http import Response, Streaming

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    (tmp_path / "pods" / "u").mkdir(parents=True)
    return iter([Logs(tmp_path, lambda: NOW)])


@pytest.fixture
def one(logs: Iterator[Logs]) -> Logs:
    return next(logs)


def query(**changes: Any) -> LogQuery:
    return LogQuery(**{"namespace": "n", "pod": "p", "uid": "u", "node": "node-1", "container": "app", **changes})


def text(logs: Logs, **changes: Any) -> bytes:
    answer = logs.answer(query(**changes))
    assert isinstance(answer, Response)
    return answer.body


def test_whole_lines_are_written_and_the_rest_at_the_end(one: Logs) -> None:
    writer = one.open("u", "app")
    writer.write(b"one\ntw")
    assert text(one) == b"one\n"
    writer.write(b"o")
    writer.close()
    assert text(one) == b"one\ntwo\n"
    assert text(one, container="other") == b""


def test_a_line_without_end_is_broken(one: Logs) -> None:
    writer = one.open("u", "app")
    writer.write(b"x" * 20_000)
    assert text(one) == b"x" * 20_000 + b"\n"
    writer.close()


def test_the_former_run_is_the_previous_log(one: Logs) -> None:
    for words in (b"first\n", b"second\n"):
        writer = one.open("u", "app")
        writer.write(words)
        writer.close()
    assert (text(one), text(one, previous=True)) == (b"second\n", b"first\n")


def test_a_follower_reads_until_the_end(one: Logs) -> None:
    writer = one.open("u", "app")
    writer.write(b"one\ntwo\n")
    answer = one.answer(query(follow=True, tail_lines=1))
    assert isinstance(answer, Streaming)
    woken: list[int] = []
    unsubscribe = answer.subscribe(lambda: woken.append(1))
    assert answer.read(NOW) == b"two\n"
    assert answer.read(NOW) == b""
    writer.write(b"three\n")
    assert answer.read(NOW) == b"three\n"
    writer.close()
    assert answer.read(NOW) is None
    assert woken == [1, 1]
    unsubscribe()


def test_a_follower_of_what_has_ended_gets_all_at_once(one: Logs) -> None:
    one.open("u", "app").close()
    assert text(one, follow=True) == b""


def test_a_follower_whose_pod_is_gone_is_let_go(one: Logs, tmp_path: Path) -> None:
    writer = one.open("u", "app")
    answer = one.answer(query(follow=True))
    assert isinstance(answer, Streaming)
    (tmp_path / "pods" / "u" / "app.log").unlink()
    assert answer.read(NOW) == b""
    writer.close()
    assert answer.read(NOW) is None
