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
OF_REQUESTS: Final = {
    "object": DYN,
    "oldObject": DYN,
    "namespaceObject": DYN,
    "request": descriptors.REQUEST,
    "authorizer": permissions.AUTHORIZER,
    "authorizer.requestResource": permissions.RESOURCE,
}
OF_OBJECTS: Final = {"self": DYN, "oldSelf": DYN}
KEPT: Final = 256
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

    def __init__(self, load: Callable[[], tuple[Any, tuple[Any, ...]]], variables: Mapping[str, str]) -> None:
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
        program, (cel, _) = self._program(expression), self._loaded
        given = [_check_of(cel, decide)] if decide else []
        try:
            found = program.eval(self._running.Activation(dict(variables), given))
        except RuntimeError as refusal:
            raise FailedError(_told(str(refusal))) from None
        if found.type() != self._known[gives]:
            raise FailedError(_told(str(found.value())))
        return found.value()

    def _checked(self, expression: str, gives: str = BOOL) -> None:
        """Refuse an expression that does not compile, or comes to something else: MalformedError."""
        try:
            wanted = self._known[gives]
        except ImportError:
            raise MalformedError("the lab evaluates CEL with cel-expr-python, which is not installed") from None
        try:
            found = self._checking.compile(expression).return_type()
        except RuntimeError as refusal:
            raise MalformedError(f"compilation failed: {_told(str(refusal))}") from None
        if found != wanted:
            raise MalformedError(f"must evaluate to {gives}")

    def _compiled(self, expression: str) -> Any:
        return self._running.compile(expression)

    @cached_property
    def _loaded(self) -> tuple[Any, tuple[Any, ...]]:
        return self._load()

    @cached_property
    def _known(self) -> dict[str, Any]:
        of, request = self._loaded[0].Type, descriptors.REQUEST
        simple = {BOOL: of.BOOL, DOUBLE: of.DOUBLE, DYN: of.DYN, INT: of.INT, STRING: of.STRING}
        return simple | {LIST: of.List(of.DYN), STRINGS: of.List(of.STRING), request: of(request)}

    @cached_property
    def _checking(self) -> Any:
        return self._environment(self._variables, lambda cel, name: cel.Type(name), FUNCTIONS, runs=False)

    @cached_property
    def _running(self) -> Any:
        variables = {name: DYN for name in self._variables if "." not in name}
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

        def typed(name: str) -> Any:
            return self._known.get(name) or own(cel, name)

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


def _check_of(cel: Any, decide: Decide) -> Any:
    """Return what the function `check` of permissions does this time."""
    types = [_map(cel, ""), cel.Type.STRING]
    return cel.Function("check", types, True, lambda value, verb: permissions.checked(value, verb, decide))


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


CONDITIONS: Final = Runtime(_installed, OF_REQUESTS)
RULES: Final = Runtime(_installed, OF_OBJECTS)
