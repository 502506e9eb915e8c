"""Resources held against their providers' schemas: what is missing, misspelt, or a block where an argument belongs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.terraform import hcl_modules
from tests.contract.terraform.hcl_modules import Element, Module
from tests.fakes import terraform_facts
from tests.fakes.terraform_facts import Block

_META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider"})
_META_BLOCKS = frozenset({"lifecycle"})


def problems(module: Module) -> Iterator[str]:
    """Return what terraform's own validation would say of the resources, by address."""
    for element in module.resources:
        name = element.address.rpartition(".")[0]
        kind = terraform_facts.kinds().get(name)
        if kind is None:
            yield f"{_where(module, element)}: no provider is known to have {name}"
        else:
            body = {key: value for key, value in element.body.items() if key not in _META_ARGUMENTS | _META_BLOCKS}
            yield from (f"{_where(module, element)}: {problem}" for problem in _block_problems(kind.body, body))


def _where(module: Module, element: Element) -> str:
    return f"{module.folder}/{element.file}: {element.address}"


def _block_problems(schema: Block, body: Mapping[str, Any]) -> Iterator[str]:
    arguments = hcl_modules.arguments(body)
    blocks = list(hcl_modules.blocks(body))
    yield from _argument_problems(schema, arguments)
    yield from _count_problems(schema, blocks)
    for name, inner, _ in blocks:
        if name in schema.blocks:
            yield from (f"{name}: {problem}" for problem in _block_problems(schema.blocks[name], inner))
        elif name in schema.arguments:
            yield f"{name} is an argument, not a block"
        else:
            yield f"there is no block {name}"


def _argument_problems(schema: Block, arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in arguments.items():
        if name in schema.blocks:
            yield f"{name} is a block, not an argument"
        elif name not in schema.arguments:
            yield f"there is no argument {name}"
        elif problem := _type_problem(schema.arguments[name].type, value):
            yield f"{name} {problem}"
    for name, argument in schema.arguments.items():
        if argument.is_required and name not in arguments:
            yield f"{name} is required"


def _count_problems(schema: Block, blocks: list[tuple[str, Mapping[str, Any], bool]]) -> Iterator[str]:
    times = Counter(name for name, _, _ in blocks)
    for name, block in schema.blocks.items():
        if block.is_required and not times[name]:
            yield f"a block {name} is required"
        if not block.is_list and times[name] > 1:
            yield f"only one block {name} is allowed"


def _type_problem(type_: str, value: Any) -> str:
    """Judge literals alone: what an expression gives is not known here."""
    match value:
        case bool():
            return "" if type_ == "bool" else f"must be a {type_}, not a bool"
        case int() | float():
            return "" if type_ == "number" else f"must be a {type_}, not a number"
        case list():
            return "" if type_ == "list" else f"must be a {type_}, not a list"
        case dict():
            return "" if type_ == "map" else f"must be a {type_}, not a map"
        case str() if value.startswith('"') and "${" not in value:
            return "" if type_ == "string" else f"must be a {type_}, not a text"
    return ""
