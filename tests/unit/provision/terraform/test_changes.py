"""A plan, as what becomes of each part of the estate; no value of it is kept."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import Bug
from keyferry.provision.terraform import changes
from keyferry.provision.terraform.changes import ESTATE, Action, Change, Part

OWNERS = {"shops-site-a": "site-a"}
SITE_A = Part(kind="site", name="site-a")


def plan(*resources: tuple[str, list[str]], **change: Any) -> bytes:
    entries = [{"address": address, "change": {"actions": actions, **change}} for address, actions in resources]
    return json.dumps({"format_version": "1.2", "resource_changes": entries, "prior_state": {"x": 1}}).encode()


@pytest.mark.parametrize(
    ("address", "part"),
    [
        pytest.param('module.site["site-a"].azurerm_role_assignment.this["kv/x"]', SITE_A, id="site"),
        pytest.param('module.vault["kv"].azurerm_key_vault.this[0]', Part(kind="vault", name="kv"), id="vault"),
        pytest.param('module.identity["shops-site-a"].azurerm_x.this[0]', SITE_A, id="a-sites-own-identity"),
        pytest.param('module.identity["all"].azurerm_x.this[0]', Part(kind="identity", name="all"), id="identity"),
        pytest.param("azurerm_resource_group.estate[0]", ESTATE, id="the-estates-own"),
        pytest.param("module.cluster.azurerm_kubernetes_cluster.this[0]", ESTATE, id="of-a-module-of-one"),
        pytest.param('module.site["a\\"]b"].x.y', Part(kind="site", name='a"]b'), id="quotes"),
        pytest.param('module.site["\\x"].x.y', ESTATE, id="an-escape-that-is-none"),
    ],
)
def test_whose_a_resource_is(address: str, part: Part) -> None:
    assert changes.part_of(address, OWNERS) == part


@given(st.text(min_size=1))
def test_every_key_is_read_back(name: str) -> None:
    address = f"module.site[{json.dumps(name, ensure_ascii=False)}].azurerm_x.this"
    assert changes.part_of(address, {}).name == name


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        pytest.param(["create"], Action.MAKE, id="create"),
        pytest.param(["update"], Action.CHANGE, id="update"),
        pytest.param(["delete"], Action.REMOVE, id="delete"),
        pytest.param(["delete", "create"], Action.REPLACE, id="replace"),
        pytest.param(["create", "delete"], Action.REPLACE, id="replace-the-other-way"),
    ],
)
def test_what_is_done(actions: list[str], action: Action) -> None:
    (change,) = changes.read(plan(("azurerm_x.y", actions)), {})
    assert change == Change(part=ESTATE, address="azurerm_x.y", action=action)


@pytest.mark.parametrize("actions", [["no-op"], ["read"], ["forget"]])
def test_what_changes_nothing_is_no_change(actions: list[str]) -> None:
    assert changes.read(plan(("azurerm_x.y", actions)), {}) == ()


@pytest.mark.parametrize(
    ("before", "after", "unknown", "fields"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, {}, ("b",), id="one"),
        pytest.param({"a": 1}, {"a": 1, "c": 3}, {}, ("c",), id="new"),
        pytest.param({"a": 1, "id": "x"}, {"a": 2}, {"id": True}, ("a",), id="what-follows-from-it-is-left-out"),
        pytest.param(None, None, None, (), id="none"),
    ],
)
def test_fields_are_named_without_their_values(before: Any, after: Any, unknown: Any, fields: tuple[str, ...]) -> None:
    document = plan(("azurerm_x.y", ["update"]), before=before, after=after, after_unknown=unknown)
    (change,) = changes.read(document, {})
    assert change.fields == fields


def test_changes_come_part_by_part() -> None:
    addresses = ['module.site["b"].x.y', "z.z", 'module.site["a"].x.y', 'module.site["b"].a.b']
    found = changes.read(plan(*((address, ["create"]) for address in addresses)), {})
    parts = {str(part): [each.address for each in of_part] for part, of_part in changes.by_part(found).items()}
    assert parts == {
        "estate": ["z.z"],
        "site a": ['module.site["a"].x.y'],
        "site b": ['module.site["b"].a.b', 'module.site["b"].x.y'],
    }
    assert list(parts) == ["estate", "site a", "site b"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b'{"resource_changes": {}}', id="another-shape"),
        pytest.param(b'{"resource_changes": [{"address": "\xff"}]}', id="no-text"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_another_format_is_told(document: bytes) -> None:
    with pytest.raises(Bug, match="the plan cannot be read"):
        changes.read(document, {})
