"""What this project asks of its modules beyond what Terraform does: no secret near them, and words for everything."""

import re
from collections.abc import Iterator
from typing import Final

from tests.contract.terraform import hcl_expressions, hcl_modules
from tests.contract.terraform.hcl_modules import Element, Module

# Whoever makes or reads these has a value in the state.
_HOLDERS: Final = re.compile(r"azurerm_key_vault_(secret|secrets|certificate|certificate_data|key)\.|random_password\.")
_SPEAKING_NAMES: Final = re.compile(
    r"(^|_)(password|passwd|secret|token|credential|private_key|access_key|sas|pat|api_key)$"
)
# Attributes that are secrets themselves. Conditions may look at them; nothing else may.
_SECRET_ATTRIBUTES: Final = frozenset(
    {"kube_config_raw", "kube_admin_config", "kube_admin_config_raw", "client_key", "client_certificate", "password"}
    | {"primary_shared_key", "secondary_shared_key", "primary_access_key", "client_secret"}
)
_CONDITIONS: Final = frozenset({"lifecycle", "validation", "precondition", "postcondition"})
_PINNED: Final = re.compile(r'^"~> \d+\.\d+"$')


def problems(module: Module) -> Iterator[str]:
    """Return what breaks the house's rules."""
    for element in module.elements:
        where = f"{module.folder}/{element.file}: {element.address}"
        yield from (f"{where}: {problem}" for problem in _problems(element))
    if "settings" not in module.of("terraform"):
        yield f"{module.folder}: no versions are required"


def _problems(element: Element) -> Iterator[str]:
    kind = element.address.partition(".")[0]
    if _HOLDERS.match(element.address.removeprefix("data.")):
        yield "it would keep a value in the state"
    if kind in {"var", "output"}:
        yield from _described(kind, element)
    if kind == "terraform":
        yield from _versions(element)
    outside = {name: value for name, value in element.body.items() if name not in _CONDITIONS}
    for text in hcl_expressions.templates(outside):
        for chain in sorted(hcl_expressions.references(text)):
            if _SECRET_ATTRIBUTES & set(chain[1:]):
                yield f"{'.'.join(chain)} is a secret"


def _described(kind: str, element: Element) -> Iterator[str]:
    if not element.body.get("description"):
        yield "it has no description"
    if kind == "var" and "type" not in element.body:
        yield "it has no type"
    if _SPEAKING_NAMES.search(element.name):
        yield "its name says that it holds a secret"
    if kind == "var" and element.body.get("sensitive"):
        yield "no variable takes a secret"
    for name, body, _ in hcl_modules.blocks(element.body):
        if name == "validation" and not {"condition", "error_message"} <= set(body):
            yield "a validation needs condition and error_message"


def _versions(element: Element) -> Iterator[str]:
    if element.body.get("required_version") != '">= 1.9"':
        yield 'required_version must be ">= 1.9", for conditions that look at other variables'
    for name, body, _ in hcl_modules.blocks(element.body):
        if name == "required_providers":
            for provider, settings in hcl_modules.arguments(body).items():
                if not _PINNED.match(settings["version"]):
                    yield f"{provider} must be held at a release, as ~> 5.0"
