"""The modules of deploy/terraform, held against the providers' schemas and the house's rules, without Terraform."""

import re
from pathlib import Path

import pytest

from tests.contract.terraform import hcl_house, hcl_modules, hcl_references, hcl_schema
from tests.contract.terraform.hcl_modules import Module
from tests.fakes import terraform_facts

TERRAFORM = Path(__file__).parents[3] / "deploy" / "terraform"
MODULES = {path.name: hcl_modules.read(path, path.name) for path in sorted((TERRAFORM / "modules").iterdir())}
ROOT = hcl_modules.read(TERRAFORM / "root", "root")

EXAMPLE = re.compile(r"^```hcl\n(.*?)^```$", re.DOTALL | re.MULTILINE)

every_module = pytest.mark.parametrize("module", [ROOT, *MODULES.values()], ids=lambda module: module.folder)


@every_module
def test_resources_are_as_their_providers_have_them(module: Module) -> None:
    assert list(hcl_schema.problems(module)) == []


@every_module
def test_what_is_referred_to_exists_and_what_exists_is_used(module: Module) -> None:
    assert list(hcl_references.problems(module, MODULES)) == []


@every_module
def test_the_house_rules_are_kept(module: Module) -> None:
    assert list(hcl_house.problems(module)) == []


def test_there_are_the_modules_that_the_documentation_names() -> None:
    assert set(MODULES) == {"cluster", "events", "identity", "install", "monitoring", "site", "vault"}


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.folder)
def test_each_module_explains_each_of_its_inputs_and_outputs(module: Module) -> None:
    text = (TERRAFORM / "modules" / module.folder / "README.md").read_text()
    assert {name for name in [*module.of("var"), *module.of("output")] if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.folder)
def test_each_modules_example_calls_it_rightly(module: Module) -> None:
    text = (TERRAFORM / "modules" / module.folder / "README.md").read_text()
    example = hcl_modules.parse({"README.md": "".join(EXAMPLE.findall(text))}, "README")
    assert list(hcl_references.call_problems(example.of("module")[module.folder], MODULES)) == []
    assert list(hcl_schema.problems(example)) == []


def test_modules_hold_the_providers_at_the_releases_that_the_root_module_does() -> None:
    wanted = _required(ROOT)
    for module in MODULES.values():
        assert _required(module).items() <= wanted.items()


def test_the_releases_that_are_held_are_those_that_the_facts_tell_of() -> None:
    for name, settings in _required(ROOT).items():
        major, minor = settings.removeprefix("~> ").split(".")
        known = terraform_facts.providers()[name].version.split(".")
        assert known[0] == major
        assert int(known[1]) >= int(minor)


def test_a_sites_subject_is_one_expression_over_namespace_and_service_account() -> None:
    site = MODULES["site"]
    subject = '"system:serviceaccount:${var.namespace}:${var.service_account}"'
    assert site.of("local")["subject"].body["value"] == subject
    credential = next(one for one in site.resources if one.address.startswith("azurerm_federated_identity_credential."))
    assert credential.body["subject"] == "${local.subject}"


def _required(module: Module) -> dict[str, str]:
    settings = module.of("terraform")["settings"].body
    found = next(body for name, body, _ in hcl_modules.blocks(settings) if name == "required_providers")
    return {name: value["version"].strip('"') for name, value in hcl_modules.arguments(found).items()}
