from typing import Any

import pytest

from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.imds import lending
from keyferry.lab.azure.imds.answers import RefusedError
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import OFFICER, READER


def _directory(**machine: Any) -> Directory:
    return lab_azure.azure(machine=machine).directory


def _ask(directory: Directory, **query: str) -> str:
    request = Request(method="GET", path="/metadata/identity/oauth2/token", query=tuple(query.items()))
    return lending.identity_of(request, directory).name


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        pytest.param({"identities": ["reader"]}, "reader", id="the-only-one"),
        pytest.param({"systemAssigned": True, "name": "node"}, "node", id="its-own"),
        pytest.param(
            {"systemAssigned": True, "name": "node", "identities": ["reader", "officer"]}, "node", id="its-own-first"
        ),
    ],
)
def test_without_a_name_it_is_the_default_one(machine: dict[str, Any], name: str) -> None:
    assert _ask(_directory(**machine)) == name


@pytest.mark.parametrize("variable", ["client_id", "object_id", "principal_id", "msi_res_id", "mi_res_id"])
def test_each_id_names_an_identity(variable: str) -> None:
    directory = _directory(identities=["reader", "officer"], systemAssigned=True)
    officer = next(each for each in directory.identities if each.client_id == OFFICER)
    ids = {"client_id": OFFICER, "msi_res_id": officer.resource_id, "mi_res_id": officer.resource_id}
    assert _ask(directory, **{variable: ids.get(variable, officer.principal_id).upper()}) == "officer"


def test_its_own_identity_can_be_named_too() -> None:
    directory = _directory(systemAssigned=True, name="node")
    assert _ask(directory, object_id=directory.machine.own[0].principal_id) == "node"


@pytest.mark.parametrize(
    ("machine", "query", "text"),
    [
        pytest.param({}, {}, "Identity not found", id="none"),
        pytest.param({"identities": ["reader"]}, {"client_id": OFFICER}, "Identity not found", id="not-assigned"),
        pytest.param({"identities": ["reader", "officer"]}, {}, "Multiple user assigned", id="several"),
        pytest.param(
            {"identities": ["reader"]}, {"client_id": READER, "object_id": "x"}, "Only one", id="two-names-at-once"
        ),
    ],
)
def test_refuses(machine: dict[str, Any], query: dict[str, str], text: str) -> None:
    with pytest.raises(RefusedError, match=text) as refusal:
        _ask(_directory(**machine), **query)
    assert (refusal.value.status, refusal.value.kind) == (400, "invalid_request")


def test_an_identity_that_was_deleted_is_lent_no_more() -> None:
    directory = _directory(identities=["reader", "officer"])
    directory.remove_identity(directory.machine.identities[0])
    assert _ask(directory) == "officer"
