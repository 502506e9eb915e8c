from keyferry.lab.kubernetes.cel.expressions import FUNCTIONS
from keyferry.lab.kubernetes.cel.functions import Function


def test_no_two_overloads_are_the_same() -> None:
    seen = [(one.name, one.takes) for one in FUNCTIONS]
    assert len(seen) == len(set(seen))


def test_what_is_not_said() -> None:
    one = Function(name="check", takes=(), gives="bool")
    assert (one.does, one.is_member) == (None, True)
