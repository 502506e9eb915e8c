"""Expressions checked and evaluated. The runtime is loaded with the first: 14 MiB, and 20 ms, or 100 on a cold disk.

An evaluation makes 10,000 steps of comprehensions at most, and an expression nests 32 deep: the runtime sees to both.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

from keyferry.lab.kubernetes.cel import environments
from keyferry.lab.kubernetes.cel.environments import Library
from keyferry.lab.kubernetes.cel.functions import BOOL, STRING
from keyferry.lab.kubernetes.cel.permissions import Decide

KEPT: Final = 256
DEEPEST: Final = (
    1000  # levels of a value; the runtime goes down them on the machine's stack, which ends at some thousands
)
_WORD: Final = re.compile(r"\w+")
_WRAPPED: Final = re.compile(r"\A[A-Z_]+: (.*?)(?: \[[A-Z_]+\])?\Z", re.DOTALL)
_NO_KEY: Final = re.compile(r'Key not found in map : "(.*)"', re.DOTALL)
_NO_OVERLOAD: Final = ("No matching overloads found", "Applying SELECT to non-message type")


class MalformedError(Exception):
    """The expression cannot be used; the text says why."""


class FailedError(Exception):
    """The expression has no value here; the text says why."""


class Runtime:
    """The C++ runtime for expressions over some variables, by the types that they have.

    `load` imports it; ImportError where it is not installed.
    """

    def __init__(self, load: Callable[[], Library], variables: Mapping[str, str]) -> None:
        self._load = load
        self._variables = variables
        self.check = lru_cache(KEPT)(self._checked)
        self._program = lru_cache(KEPT)(self._compiled)

    def holds(self, expression: str, variables: Mapping[str, Any], decide: Decide | None = None) -> bool:
        """Return whether a checked expression is true; FailedError where it is neither true nor false."""
        return bool(self._value(expression, variables, BOOL, decide))

    def text(self, expression: str, variables: Mapping[str, Any]) -> str:
        """Return what a checked expression says; FailedError where it says nothing."""
        return str(self._value(expression, variables, STRING, None))

    def _value(self, expression: str, variables: Mapping[str, Any], gives: str, decide: Decide | None) -> Any:
        program, words = self._program(expression)
        named = {name: value for name, value in variables.items() if name in words}  # to convert the others costs most
        if _is_too_deep(named):
            raise FailedError(f"nested deeper than {DEEPEST}")
        given = [environments.check_by(self._library.cel, decide)] if decide else []
        try:
            found = program.eval(self._running.Activation(named, given))
        except RuntimeError as refusal:
            raise FailedError(_told(str(refusal))) from None
        if found.type() != self._types[gives]:
            raise FailedError(_told(str(found.value())))
        return found.value()

    def _checked(self, expression: str, gives: str = BOOL) -> None:
        """Refuse an expression that does not compile, or comes to something else: MalformedError."""
        try:
            wanted = self._types[gives]
        except ImportError:
            raise MalformedError("the lab evaluates CEL with cel-expr-python, which is not installed") from None
        try:
            found = self._checking.compile(expression).return_type()
        except RuntimeError as refusal:
            raise MalformedError(f"compilation failed: {_told(str(refusal))}") from None
        if found != wanted:
            raise MalformedError(f"must evaluate to {gives}")

    def _compiled(self, expression: str) -> tuple[Any, frozenset[str]]:
        return self._running.compile(expression), frozenset(_WORD.findall(expression))

    @cached_property
    def _library(self) -> Library:
        return self._load()

    @cached_property
    def _types(self) -> dict[str, Any]:
        return environments.types(self._library.cel)

    @cached_property
    def _checking(self) -> Any:
        return environments.for_checks(self._library, self._variables)

    @cached_property
    def _running(self) -> Any:
        return environments.for_runs(self._library, self._variables)


def _told(text: str) -> str:
    """Return an error of the C++ runtime in the words of Go's, where those are known."""
    wrapped = _WRAPPED.match(text)
    bare = wrapped[1] if wrapped else text
    if no_key := _NO_KEY.fullmatch(bare):
        return f"no such key: {no_key[1]}"
    return "no such overload" if bare.startswith(_NO_OVERLOAD) else bare


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [item for one in level for item in _items(one)]
        if not level:
            return False
    return True


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _installed() -> Library:
    from cel_expr_python import cel  # type: ignore[import-untyped]  # noqa: PLC0415  (loaded when it is used)
    from cel_expr_python.ext import (  # type: ignore[import-untyped]  # noqa: PLC0415  (the same)
        ext_optional,
        ext_strings,
    )

    return Library(cel, (ext_strings.ExtStrings, ext_optional.ExtOptional))


CONDITIONS: Final = Runtime(_installed, environments.OF_REQUESTS)
RULES: Final = Runtime(_installed, environments.OF_OBJECTS)
