from keyferry.lab.kubernetes.cel.functions import Function


def test_what_is_not_said() -> None:
    one = Function(name="check", takes=(), gives="bool")
    assert (one.does, one.is_member) == (None, True)
