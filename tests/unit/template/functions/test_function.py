"""Functions carry what they take; a rendering has a meter, no chance and no time unless it is given them."""

import pytest

from keyferry.template.functions.function import Fault, Surroundings, named
from keyferry.template.values import STRING


def test_a_function_knows_its_name_and_types() -> None:
    upper = named("upper", STRING)(bytes.upper)
    assert (upper.name, upper.takes, upper.variadic, upper.knows_world) == ("upper", (STRING,), None, False)
    assert upper.call(b"a") == b"A"


def test_no_chance_unless_given() -> None:
    with pytest.raises(Fault):
        Surroundings().chance(1)
    assert Surroundings().meter.steps == Surroundings().meter.steps
