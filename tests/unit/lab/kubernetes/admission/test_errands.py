from datetime import timedelta

import pytest

from keyferry.lab.kubernetes.admission.asking import Ask, Review, Unreachable
from keyferry.lab.kubernetes.admission.errands import FORGOTTEN, Errands, WaitingError
from tests.fakes.kubernetes_cluster import START

ASK = Ask(url="https://127.0.0.1/", body=b"", timeout_seconds=1)
HEARD = (Unreachable(why="nobody"),)


def _write(times: int) -> Review[str]:
    heard = []
    for _ in range(times):
        answers = yield (ASK,)
        heard += [one.why for one in answers if isinstance(one, Unreachable)]
    return ",".join(heard)


def test_what_asks_nobody_is_done_at_once() -> None:
    errands = Errands()
    assert errands.carry(("a",), lambda: _write(0), START) == ""
    assert errands.begun() == []


def test_what_asks_goes_on_where_it_stopped() -> None:
    errands = Errands()
    for _ in range(2):
        with pytest.raises(WaitingError):
            errands.carry(("a",), lambda: _write(2), START)
    for _ in range(2):
        (errand,) = errands.begun()
        assert errand.asks == (ASK,)
        errand.heard = HEARD
        if errands.begun() == [] and errand is not None:
            try:
                done = errands.carry(("a",), lambda: _write(2), START)
            except WaitingError:
                continue
            assert done == "nobody,nobody"


def test_what_nobody_tries_again_is_forgotten() -> None:
    errands = Errands()
    with pytest.raises(WaitingError):
        errands.carry(("a",), lambda: _write(1), START)
    errands.begun()[0].heard = HEARD
    later = START + FORGOTTEN + timedelta(seconds=1)
    with pytest.raises(WaitingError):
        errands.carry(("b",), lambda: _write(1), later)
    with pytest.raises(WaitingError):
        errands.carry(("a",), lambda: _write(1), later)
