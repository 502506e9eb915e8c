"""All functions by their names: Go's builtins, sprig's and External Secrets' own. `and` and `or` are the language's."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from keyferry.template.functions import builtins, comparison
from keyferry.template.functions.function import Function


@cache
def functions() -> Mapping[str, Function]:
    """Return the functions; where two modules name the same one, the later wins, as sprig's do over Go's."""
    modules = (
        builtins,
        comparison,
    )
    return MappingProxyType({each.name: each for module in modules for each in module.FUNCTIONS})
