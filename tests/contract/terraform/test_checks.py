"""The checks themselves: each finds what it is for, and nothing in what is right."""

import pytest

from tests.contract.terraform import hcl_expressions, hcl_house, hcl_modules, hcl_references, hcl_schema

GROUP = """
resource "azurerm_resource_group" "this" {
  name     = "rg"
  location = "westeurope"
}
"""
CHILD = hcl_modules.parse(
    {
        "variables.tf": 'variable "name" {}\nvariable "tags" { default = {} }',
        "outputs.tf": 'output "id" { value = "${var.name}${var.tags}" }',
    },
    "child",
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(GROUP.replace("location", "locaton"), "there is no argument locaton", id="misspelt-argument"),
        pytest.param(GROUP.replace('location = "westeurope"', ""), "location is required", id="missing-argument"),
        pytest.param(
            GROUP.replace("_group", "_grupp"), "no provider is known to have azurerm_resource_grupp", id="kind"
        ),
        pytest.param(GROUP.replace('"rg"', "7"), "name must be a string, not a number", id="number-for-text"),
        pytest.param(GROUP.replace('"rg"', "true"), "name must be a string, not a bool", id="bool-for-text"),
        pytest.param(GROUP.replace('"rg"', '["rg"]'), "name must be a string, not a list", id="list-for-text"),
        pytest.param(
            GROUP.replace("location = ", "tags = 3\n  location = "), "tags must be a map", id="number-for-map"
        ),
        pytest.param(
            'resource "time_sleep" "t" { triggers = { a = "b" }\n create_duration = { a = "b" } }',
            "create_duration must be a string, not a map",
            id="map-for-text",
        ),
        pytest.param(
            'data "azurerm_key_vault" "v" { name = "v" }', "resource_group_name is required", id="data-source-too"
        ),
        pytest.param(
            'resource "azurerm_key_vault" "v" { network_acls = {} }', "network_acls is a block", id="argument-for-block"
        ),
        pytest.param(
            'resource "time_sleep" "t" { triggers { a = 1 } }', "triggers is an argument", id="block-for-argument"
        ),
        pytest.param(
            'resource "time_sleep" "t" { trigger { a = 1 } }', "there is no block trigger", id="no-such-block"
        ),
        pytest.param(
            'resource "azurerm_key_vault" "v" { network_acls { bypas = "None" } }',
            "network_acls: there is no argument bypas",
            id="misspelt-within-a-block",
        ),
        pytest.param(
            'resource "azurerm_key_vault" "v" { dynamic "network_acls" {\n for_each = []\n content { bypass = 1 } } }',
            "network_acls: bypass must be a string",
            id="within-a-dynamic-block",
        ),
        pytest.param(
            'resource "azurerm_kubernetes_cluster" "k" { name = "k" }',
            "a block node_provisioning_profile is required",
            id="missing-block",
        ),
        pytest.param(
            'resource "azurerm_key_vault" "v" {\n network_acls {}\n network_acls {}\n }',
            "only one block network_acls is allowed",
            id="block-twice",
        ),
        pytest.param(
            'resource "azurerm_federated_identity_credential" "f" { parent_id = "x" }',
            "there is no argument parent_id",
            id="as-older-releases-had-it",
        ),
    ],
)
def test_finds_what_a_provider_would_refuse(text: str, problem: str) -> None:
    found = list(hcl_schema.problems(hcl_modules.parse({"main.tf": text}, "m")))
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("output o { value = var.x }", "there is no such variable", id="variable"),
        pytest.param("output o { value = local.x }", "there is no such local value", id="local"),
        pytest.param("output o { value = module.x.id }", "there is no such module", id="module"),
        pytest.param("output o { value = azurerm_resource_group.that.id }", "no such resource", id="resource"),
        pytest.param("output o { value = data.azurerm_resource_group.this.id }", "no such resource", id="data"),
        pytest.param("output o { value = azurerm_resource_group.this.nam }", "no attribute nam", id="attribute"),
        pytest.param("output o { value = azurerm_resource_group.this[0].nam }", "no attribute nam", id="indexed"),
        pytest.param("output o { value = azurerm_resource_group.this[*].nam }", "no attribute nam", id="splat"),
        pytest.param('output o { value = "a-${azurerm_resource_group.this.nam}" }', "no attribute nam", id="template"),
        pytest.param("output o { value = <<-EOT\n  a ${var.x}\nEOT\n}", "there is no such variable", id="heredoc"),
        pytest.param("output o { value = this }", "nothing has this name", id="bare-name"),
        pytest.param(
            "output o { value = [for g in azurerm_resource_group.this : g.nam] }",
            "no attribute nam",
            id="for-over-resources",
        ),
        pytest.param(
            'module c {\n source = "./child"\n name = "n"\n }\noutput o { value = module.c.idd }',
            "no output idd",
            id="output",
        ),
        pytest.param(
            'module c {\n source = "./child"\n name = "n"\n }\noutput o { value = [for one in module.c : one.idd] }',
            "no output idd",
            id="for-over-modules",
        ),
        pytest.param('module c { source = "./child" }', "name is required", id="missing-input"),
        pytest.param(
            'module c {\n source = "./child"\n name = "n"\n nam = 1\n }', "no variable nam", id="misspelt-input"
        ),
        pytest.param('module c { source = "./chil" }', 'no module "./chil"', id="missing-source"),
        pytest.param('variable "x" {}', "var.x is used nowhere", id="unused-variable"),
        pytest.param("locals { x = 1 }", "local.x is used nowhere", id="unused-local"),
        pytest.param(
            'variable "x" {\n validation {\n condition = var.x != ""\n error_message = "No."\n }\n }',
            "var.x is used nowhere",
            id="used-by-its-own-validation-alone",
        ),
        pytest.param(
            'variable "x" {\n validation {\n condition = var.y != ""\n error_message = "No."\n }\n }',
            "var.y: there is no such variable",
            id="in-a-validation",
        ),
    ],
)
def test_finds_references_that_lead_nowhere(text: str, problem: str) -> None:
    module = hcl_modules.parse(
        {"main.tf": GROUP + text.replace("output o", 'output "o"').replace("module c", 'module "c"')}, "m"
    )
    found = list(hcl_references.problems(module, {"child": CHILD}))
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param('resource "azurerm_key_vault_secret" "s" {}', "a value in the state", id="secret"),
        pytest.param('data "azurerm_key_vault_secret" "s" {}', "a value in the state", id="secret-read"),
        pytest.param('data "azurerm_key_vault_certificate_data" "s" {}', "a value in the state", id="certificate-read"),
        pytest.param('resource "random_password" "s" {}', "a value in the state", id="password"),
        pytest.param(
            'output "o" { value = azurerm_kubernetes_cluster.k.kube_config_raw }', "is a secret", id="kubeconfig"
        ),
        pytest.param(
            'output "o" { value = azurerm_kubernetes_cluster.k.kube_config[0].client_key }',
            "is a secret",
            id="client-key",
        ),
        pytest.param('output "o" { value = 1 }', "it has no description", id="output-without-description"),
        pytest.param('variable "x" { type = string }', "it has no description", id="variable-without-description"),
        pytest.param('variable "x" { description = "x" }', "it has no type", id="variable-without-type"),
        pytest.param('variable "db_password" {}', "its name says that it holds a secret", id="variable-for-a-secret"),
        pytest.param('output "token" { value = 1 }', "its name says that it holds a secret", id="output-of-a-secret"),
        pytest.param('variable "x" { sensitive = true }', "no variable takes a secret", id="sensitive-variable"),
        pytest.param(
            'variable "x" { validation { condition = true } }',
            "condition and error_message",
            id="validation-without-words",
        ),
        pytest.param("", "no versions are required", id="no-versions"),
        pytest.param('terraform { required_version = ">= 1.0" }', "required_version must be", id="too-old-a-terraform"),
        pytest.param(
            'terraform { required_providers { azurerm = { version = ">= 5.0" } } }', "must be held", id="open-version"
        ),
    ],
)
def test_finds_what_the_house_forbids(text: str, problem: str) -> None:
    found = list(hcl_house.problems(hcl_modules.parse({"main.tf": text}, "m")))
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("${var.a}", {("var", "a")}, id="bare"),
        pytest.param('"$${var.a} %%{ if var.b } $x"', set(), id="escaped"),
        pytest.param('"${f("${var.a}")}-${var.b}"', {("var", "a"), ("var", "b")}, id="nested-strings"),
        pytest.param('"a \\"${var.a}\\" b"', {("var", "a")}, id="escaped-quotes"),
        pytest.param('${module.a["x.y"].b}', {("module", "a", "b")}, id="index"),
        pytest.param("${a[var.b].c}", {("a", "c"), ("var", "b")}, id="index-that-refers"),
        pytest.param("${x.y[*].z}", {("x", "y", "z")}, id="splat"),
        pytest.param("${{ for k, v in var.m : k => v.n }}", {("var", "m")}, id="for"),
        pytest.param("${[for v in data.t.n : v.a]}", {("data", "t", "n"), ("data", "t", "n", "a")}, id="for-resources"),
        pytest.param("${f({ a = var.b, c : var.d })}", {("var", "b"), ("var", "d")}, id="object-keys"),
        pytest.param("${var.a ? var.b : var.c}", {("var", "a"), ("var", "b"), ("var", "c")}, id="conditional"),
        pytest.param('${f(<<-EOT\n  "${var.a}" x.y\n  EOT\n, var.b)}', {("var", "a"), ("var", "b")}, id="heredoc"),
        pytest.param("${1.5 + 0x1f}", set(), id="numbers"),
        pytest.param("${true && null != false}", set(), id="words"),
    ],
)
def test_reads_what_an_expression_refers_to(text: str, expected: set[tuple[str, ...]]) -> None:
    assert hcl_expressions.references(text) == expected
