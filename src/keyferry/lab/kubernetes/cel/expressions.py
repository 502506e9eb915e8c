"""Expressions checked and evaluated. The runtime is loaded with the first: 14 MiB, and 20 ms, or 100 on a cold disk.

Types of Kubernetes' own are known to the checker alone: while an expression is evaluated, `request` is a map, and so
are quantities and authorizers. An evaluation makes 10,000 steps of comprehensions at most, and an expression nests 32
deep: the runtime sees to both.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

from keyferry.lab.kubernetes.cel import descriptors, lists, patterns, permissions, quantities, sets
from keyferry.lab.kubernetes.cel.functions import BOOL, DOUBLE, DYN, INT, LIST, STRING, STRINGS, Function
from keyferry.lab.kubernetes.cel.permissions import Decide

FUNCTIONS: Final = (
    *lists.FUNCTIONS,
    *sets.FUNCTIONS,
    *patterns.FUNCTIONS,
    *quantities.FUNCTIONS,
    *permissions.FUNCTIONS,
)
VARIABLES: Final = {
    "object": DYN,
    "oldObject": DYN,
    "namespaceObject": DYN,
    "request": descriptors.REQUEST,
    "authorizer": permissions.AUTHORIZER,
    "authorizer.requestResource": permissions.RESOURCE,
}
KEPT: Final = 256
_WRAPPED: Final = re.compile(r"\A[A-Z_]+: (.*?)(?: \[[A-Z_]+\])?\Z", re.DOTALL)
_NO_KEY: Final = re.compile(r'Key not found in map : "(.*)"', re.DOTALL)
_NO_OVERLOAD: Final = ("No matching overloads found", "Applying SELECT to non-message type")


class MalformedError(Exception):
    """The expression cannot be used; the text says why."""


class FailedError(Exception):
    """The expression has no value here; the text says why."""


class Runtime:
    """The C++ runtime. `load` imports it; ImportError where it is not installed."""

    def __init__(self, load: Callable[[], tuple[Any, tuple[Any, ...]]]) -> None:
        self._load = load
        self.check = lru_cache(KEPT)(self._checked)
        self._program = lru_cache(KEPT)(self._compiled)

    def holds(self, expression: str, variables: Mapping[str, Any], decide: Decide) -> bool:
        """Return whether a checked expression is true; FailedError where it is neither true nor false."""
        program, cel = self._program(expression), self._loaded[0]
        types = [cel.Type.Map(cel.Type.STRING, cel.Type.DYN), cel.Type.STRING]
        check = cel.Function("check", types, True, lambda value, verb: permissions.checked(value, verb, decide))
        try:
            found = program.eval(self._running.Activation(dict(variables), [check]))
        except RuntimeError as refusal:
            raise FailedError(_told(str(refusal))) from None
        if found.type() != cel.Type.BOOL:
            raise FailedError(_told(str(found.value())))
        return bool(found.value())

    def _checked(self, expression: str) -> None:
        """Refuse an expression that does not compile, or is not a bool: MalformedError."""
        try:
            cel, _ = self._loaded
        except ImportError:
            raise MalformedError("the lab evaluates CEL with cel-expr-python, which is not installed") from None
        try:
            found = self._checking.compile(expression).return_type()
        except RuntimeError as refusal:
            raise MalformedError(f"compilation failed: {_told(str(refusal))}") from None
        if found != cel.Type.BOOL:
            raise MalformedError("must evaluate to bool")

    def _compiled(self, expression: str) -> Any:
        return self._running.compile(expression)

    @cached_property
    def _loaded(self) -> tuple[Any, tuple[Any, ...]]:
        return self._load()

    @cached_property
    def _checking(self) -> Any:
        return self._environment(VARIABLES, lambda cel, name: cel.Type(name), FUNCTIONS, runs=False)

    @cached_property
    def _running(self) -> Any:
        variables = {name: DYN for name in VARIABLES if "." not in name}
        return self._environment(variables, _map, _apart(FUNCTIONS), runs=True)

    def _environment(
        self,
        variables: Mapping[str, str],
        own: Callable[[Any, str], Any],
        functions: Iterable[Function],
        *,
        runs: bool,
    ) -> Any:
        cel, extensions = self._loaded
        known = {BOOL: cel.Type.BOOL, DOUBLE: cel.Type.DOUBLE, DYN: cel.Type.DYN, INT: cel.Type.INT}
        known |= {STRING: cel.Type.STRING, LIST: cel.Type.List(cel.Type.DYN), STRINGS: cel.Type.List(cel.Type.STRING)}

        def typed(name: str) -> Any:
            return known.get(name) or own(cel, name)

        return cel.NewEnv(
            descriptors.pool(_own(FUNCTIONS)),
            variables={name: typed(of) for name, of in variables.items()},
            extensions=[*(extension() for extension in extensions), _library(cel, functions, typed, runs=runs)],
        )


def _library(cel: Any, functions: Iterable[Function], typed: Callable[[str], Any], *, runs: bool) -> Any:
    overloads: dict[str, list[Any]] = {}
    for one in functions:
        overload = cel.Overload(
            f"{one.name}({','.join(one.takes)})",
            return_type=typed(one.gives),
            parameters=[typed(name) for name in one.takes],
            is_member=one.is_member,
            **({"impl": one.does} if runs and one.does else {}),
        )
        overloads.setdefault(one.name, []).append(overload)
    return cel.CelExtension("kubernetes", [cel.FunctionDecl(name, found) for name, found in overloads.items()])


def _map(cel: Any, _name: str) -> Any:
    return cel.Type.Map(cel.Type.STRING, cel.Type.DYN)


def _apart(functions: Iterable[Function]) -> list[Function]:
    """Return those that differ while they run, when all of Kubernetes' own types are maps."""
    own = _own(functions)
    found = {(one.name, *("map" if name in own else name for name in one.takes)): one for one in functions}
    return list(found.values())


def _own(functions: Iterable[Function]) -> frozenset[str]:
    """Return the types that are Kubernetes'."""
    return frozenset(name for one in functions for name in (*one.takes, one.gives) if name.startswith("kubernetes."))


def _told(text: str) -> str:
    """Return an error of the C++ runtime in the words of Go's, where those are known."""
    wrapped = _WRAPPED.match(text)
    bare = wrapped[1] if wrapped else text
    if no_key := _NO_KEY.fullmatch(bare):
        return f"no such key: {no_key[1]}"
    return "no such overload" if bare.startswith(_NO_OVERLOAD) else bare


def _installed() -> tuple[Any, tuple[Any, ...]]:
    from cel_expr_python import cel  # type: ignore[import-untyped]  # noqa: PLC0415  (loaded when it is used)
    from cel_expr_python.ext import (  # type: ignore[import-untyped]  # noqa: PLC0415  (the same)
        ext_optional,
        ext_strings,
    )

    return cel, (ext_strings.ExtStrings, ext_optional.ExtOptional)


RUNTIME: Final = Runtime(_installed)
