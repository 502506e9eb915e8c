"""Environments of the C++ runtime: which variables and functions an expression may name, and of which types.

Types of Kubernetes' own are known while an expression is checked. While it runs, their values are maps.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

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


class Library(NamedTuple):
    """The runtime's module, and the classes of the extensions that Kubernetes has too."""

    cel: Any
    extensions: tuple[Any, ...]


def types(cel: Any) -> dict[str, Any]:
    """Return the types that the runtime knows, by the names that functions give them."""
    of, request = cel.Type, descriptors.REQUEST
    simple = {BOOL: of.BOOL, DOUBLE: of.DOUBLE, DYN: of.DYN, INT: of.INT, STRING: of.STRING}
    return simple | {LIST: of.List(of.DYN), STRINGS: of.List(of.STRING), request: of(request)}


def for_checks(library: Library, variables: Mapping[str, str]) -> Any:
    """Return the environment in which an expression's types are right or not."""
    return _environment(library, variables, library.cel.Type, FUNCTIONS, runs=False)


def for_runs(library: Library, variables: Mapping[str, str]) -> Any:
    """Return the environment in which a checked expression runs."""
    plain = {name: DYN for name in variables if "." not in name}
    return _environment(library, plain, lambda _name: _map(library.cel), _apart(FUNCTIONS), runs=True)


def check_by(cel: Any, decide: Decide) -> Any:
    """Return what the function `check` of permissions does in one run."""
    takes = [_map(cel), cel.Type.STRING]
    return cel.Function("check", takes, True, lambda value, verb: permissions.checked(value, verb, decide))


def _environment(
    library: Library,
    variables: Mapping[str, str],
    own: Callable[[str], Any],
    functions: Iterable[Function],
    *,
    runs: bool,
) -> Any:
    cel, known = library.cel, types(library.cel)

    def typed(name: str) -> Any:
        return known.get(name) or own(name)

    return cel.NewEnv(
        descriptors.pool(_own(FUNCTIONS)),
        variables={name: typed(of) for name, of in variables.items()},
        extensions=[*(extension() for extension in library.extensions), _kubernetes(cel, functions, typed, runs=runs)],
    )


def _kubernetes(cel: Any, functions: Iterable[Function], typed: Callable[[str], Any], *, runs: bool) -> Any:
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


def _map(cel: Any) -> Any:
    return cel.Type.Map(cel.Type.STRING, cel.Type.DYN)


def _apart(functions: Iterable[Function]) -> list[Function]:
    """Return those that differ while they run, when all of Kubernetes' own types are maps."""
    own = _own(functions)
    found = {(one.name, *("map" if name in own else name for name in one.takes)): one for one in functions}
    return list(found.values())


def _own(functions: Iterable[Function]) -> frozenset[str]:
    """Return the types that are Kubernetes'."""
    return frozenset(name for one in functions for name in (*one.takes, one.gives) if name.startswith("kubernetes."))
