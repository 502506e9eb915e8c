"""References held against what there is: variables, locals, modules' inputs and outputs, resources' attributes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from tests.contract.terraform import hcl_expressions, hcl_modules
from tests.contract.terraform.hcl_modules import Element, Module
from tests.fakes import terraform_facts

_FREE: Final = frozenset({"each", "count", "self", "path", "terraform"})
_META: Final = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
_TYPE_WORDS: Final = frozenset({"type"})


def problems(module: Module, modules: Mapping[str, Module]) -> Iterator[str]:
    """Return what does not exist. `modules` are those that may be called, by the last part of their folder."""
    for element in module.elements:
        where = f"{module.folder}/{element.file}: {element.address}"
        bound = hcl_modules.iterators(element.body) | _FREE
        for chain in sorted(_chains(element)):
            if chain[0] not in bound and (problem := _problem(chain, module, modules)):
                yield f"{where}: {'.'.join(chain)}: {problem}"
    for call in module.of("module").values():
        yield from (f"{module.folder}/{call.file}: {call.address}: {one}" for one in call_problems(call, modules))
    yield from _unused(module)


def _chains(element: Element) -> frozenset[tuple[str, ...]]:
    body = dict(element.body)
    if element.address.startswith("var."):
        body = {name: value for name, value in body.items() if name not in _TYPE_WORDS}
    found: set[tuple[str, ...]] = set()
    for text in hcl_expressions.templates(_without_ignored(body)):
        found |= hcl_expressions.references(text)
    return frozenset(found)


def _without_ignored(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out `ignore_changes`, whose names are attributes."""
    lifecycles = [
        {name: value for name, value in one.items() if name != "ignore_changes"} for one in body.get("lifecycle", [])
    ]
    return {**body, "lifecycle": lifecycles}


def _problem(chain: tuple[str, ...], module: Module, modules: Mapping[str, Module]) -> str:
    kinds: Mapping[str, Callable[[], str]] = {
        "var": lambda: "" if chain[1] in module.of("var") else "there is no such variable",
        "local": lambda: "" if chain[1] in module.of("local") else "there is no such local value",
        "module": lambda: _output_problem(chain, module, modules),
        "data": lambda: _attribute_problem(".".join(chain[:3]), chain[3:], module),
    }
    if len(chain) < 2:
        return "nothing has this name"
    return kinds.get(chain[0], lambda: _attribute_problem(".".join(chain[:2]), chain[2:], module))()


def _output_problem(chain: tuple[str, ...], module: Module, modules: Mapping[str, Module]) -> str:
    call = module.of("module").get(chain[1])
    if call is None:
        return "there is no such module"
    called = modules.get(_source(call))
    if called is None or len(chain) < 3 or chain[2] in called.of("output"):
        return ""
    return f"the module has no output {chain[2]}"


def _attribute_problem(address: str, attributes: tuple[str, ...], module: Module) -> str:
    if address not in {element.address for element in module.resources}:
        return "there is no such resource"
    kind = terraform_facts.kinds().get(address.rpartition(".")[0])
    if kind is None or not attributes or attributes[0] in kind.exported:
        return ""
    return f"{kind.name} has no attribute {attributes[0]}"


def call_problems(call: Element, modules: Mapping[str, Module]) -> Iterator[str]:
    """Return which inputs a module has not, and which it needs."""
    called = modules.get(_source(call))
    if called is None:
        yield f"there is no module {call.body['source']}"
        return
    inputs = called.of("var")
    given = set(hcl_modules.arguments(call.body)) - _META
    yield from (f"the module has no variable {name}" for name in sorted(given - set(inputs)))
    required = {name for name, variable in inputs.items() if "default" not in variable.body}
    yield from (f"{name} is required" for name in sorted(required - given))


def _source(call: Element) -> str:
    return PurePosixPath(str(call.body["source"]).strip('"')).name


def _unused(module: Module) -> Iterator[str]:
    used = {chain[:2] for element in module.elements for chain in _chains_outside(element)}
    for kind in ("var", "local"):
        for name, element in module.of(kind).items():
            if (kind, name) not in used:
                yield f"{module.folder}/{element.file}: {element.address} is used nowhere"


def _chains_outside(element: Element) -> frozenset[tuple[str, ...]]:
    """What an element refers to besides itself: a variable's own validation is no use of it."""
    return frozenset(chain for chain in _chains(element) if ".".join(chain[:2]) != element.address)
