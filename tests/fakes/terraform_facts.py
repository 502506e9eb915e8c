"""What providers take and export, from tests/golden/terraform-providers: the facts that modules are held against.

Read by the checks of tests/contract/terraform and served by the providers of `terraform_provider`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parents[1] / "golden" / "terraform-providers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument; `type` is string, number, bool, list or map."""

    type: str
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What stands between two braces: arguments and nested blocks. `is_list`: it may be there more than once."""

    arguments: Mapping[str, Argument] = field(default_factory=dict)
    blocks: Mapping[str, "Block"] = field(default_factory=dict)
    is_required: bool = False
    is_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of resources, or of data sources (`data.` begins its name), with what it exports besides its arguments."""

    name: str
    body: Block
    computed: frozenset[str]

    @property
    def exported(self) -> frozenset[str]:
        """Every attribute that others may refer to."""
        return self.computed | frozenset(self.body.arguments) | frozenset(self.body.blocks) | {"id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider's release."""

    source: str
    version: str
    kinds: Mapping[str, Kind]

    @property
    def name(self) -> str:
        """What it is called in HCL."""
        return self.source.rpartition("/")[2]


@cache
def providers() -> Mapping[str, Provider]:
    """Return all providers by name."""
    return {provider.name: provider for provider in map(_provider, sorted(FACTS.glob("*.json")))}


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the types of all providers, by name."""
    return {name: kind for provider in providers().values() for name, kind in provider.kinds.items()}


def _provider(path: Path) -> Provider:
    document = json.loads(path.read_text())
    kinds = {
        name: Kind(name=name, body=_block(facts["arguments"]), computed=frozenset(facts["computed"]))
        for name, facts in document["resources"].items()
    }
    return Provider(source=document["provider"], version=document["version"], kinds=kinds)


def _block(facts: Mapping[str, Any], *, is_required: bool = False, is_list: bool = True) -> Block:
    return Block(
        arguments={
            name: Argument(type=fact["type"], is_required=fact["required"])
            for name, fact in facts.items()
            if "block" not in fact
        },
        blocks={
            name: _block(fact["block"], is_required=fact["required"], is_list=fact["list"])
            for name, fact in facts.items()
            if "block" in fact
        },
        is_required=is_required,
        is_list=is_list,
    )
