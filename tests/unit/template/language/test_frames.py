"""Variables are found from the innermost outwards; output is counted."""

import pytest

from keyferry.template.functions.function import Surroundings
from keyferry.template.language.frames import MISSING, NIL_ELEMENT, Frame, Rendering
from keyferry.template.meter import LimitReached, Meter


def rendering(steps: int = 100, size: int = 100) -> Rendering:
    return Rendering({}, Surroundings(meter=Meter(steps=steps, bytes_left=size)), "error")


def test_the_innermost_variable() -> None:
    frame = Frame(rendering(), b"dot", 0)
    frame.variables += [("$x", 1), ("$x", 2)]
    assert (frame.read("$"), frame.read("$x")) == (b"dot", 2)
    frame.assign("$x", 3)
    assert frame.variables == [("$", b"dot"), ("$x", 1), ("$x", 3)]
    with pytest.raises(KeyError):
        frame.read("$y")
    with pytest.raises(KeyError):
        frame.assign("$y", 1)


def test_looking_far_costs() -> None:
    frame = Frame(rendering(steps=3), b"", 0)
    frame.variables += [("$x", 1)] * 100
    with pytest.raises(LimitReached, match="steps"):
        frame.read("$")


def test_output_is_counted() -> None:
    short = rendering(size=3)
    short.write(b"abc")
    assert short.output == [b"abc"]
    with pytest.raises(LimitReached, match="bytes"):
        short.write(b"d")


def test_marks_say_what_they_are() -> None:
    assert "pipeline" in repr(MISSING)
    assert repr(NIL_ELEMENT) != repr(MISSING)
