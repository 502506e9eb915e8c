"""What ends a rendering, and what greets it."""

from typing import Final

from keyferry.template.functions.function import Fault, Function, named
from keyferry.template.values import STRING


@named("fail", STRING)
def _fail(_words: bytes) -> bytes:
    """Fail. The words may hold a value, so they are not shown here; the language shows them where they are literal."""
    raise Fault("the template says that it must not be rendered")


@named("hello")
def _hello() -> bytes:
    return b"Hello!"


FUNCTIONS: Final[tuple[Function, ...]] = (_fail, _hello)
