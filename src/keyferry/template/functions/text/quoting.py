"""Values between quotes. nil is left out."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.functions.text.strval import strval
from keyferry.template.printing import plain, quoting
from keyferry.template.values import ANY, Value

_LONGEST_ESCAPE: Final = 4  # \xff for one byte


@named("quote", variadic=ANY, knows_world=True)
def _quote(world: Surroundings, *values: Value) -> bytes:
    """Put each value between double quotes, with Go's escapes."""
    made = []
    for value in values:
        if value is not None:
            text = strval(world, value)
            costs.characters(world, text)
            costs.text(world, len(text) if text.isascii() else len(text) * _LONGEST_ESCAPE)
            made.append(quoting.quote(text))
    return b" ".join(made)


@named("squote", variadic=ANY, knows_world=True)
def _squote(world: Surroundings, *values: Value) -> bytes:
    """Put each value between single quotes, as it is."""
    made = []
    for value in values:
        if value is not None:
            text = plain.text_of(value, world.meter)
            costs.text(world, len(text))
            made.append(b"'%b'" % text)
    return b" ".join(made)


FUNCTIONS: Final[tuple[Function, ...]] = (_quote, _squote)
