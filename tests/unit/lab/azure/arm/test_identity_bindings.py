from typing import Any

import pytest

from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_arm import Call
from tests.fakes.lab_azure import content

CLUSTER = f"{lab_arm.CLUSTERS}/aks-one"
ONE = f"{CLUSTER}/identityBindings/one"


def _body(identity: str = f"{lab_arm.IDENTITIES}/reader") -> dict[str, Any]:
    return {"properties": {"managedIdentity": {"resourceId": identity}}}


def _call() -> Call:
    call = lab_arm.caller(lab_arm.world())
    body = {"location": "westeurope", "properties": {"oidcIssuerProfile": {"enabled": True}}}
    assert call("PUT", CLUSTER, body=body).status == 201
    return call


def test_put_get_list_delete() -> None:
    call = _call()
    made = call("PUT", ONE, body=_body())
    shape = content(made)
    assert (made.status, shape["id"]) == (201, ONE)
    assert shape["properties"]["managedIdentity"]["clientId"] == lab_azure.READER
    assert shape["properties"]["oidcIssuer"]["oidcIssuerUrl"].startswith("https://")
    assert call("PUT", ONE, body=_body()).status == 200
    assert content(call("GET", ONE)) == shape
    assert content(call("GET", f"{CLUSTER}/identityBindings"))["value"] == [shape]
    assert [call("DELETE", ONE).status for _ in range(2)] == [202, 204]
    assert lab_arm.error(call("GET", ONE)) == (404, "NotFound")


def test_bindings_go_with_their_cluster_and_stay_without_their_identity() -> None:
    call = _call()
    call("PUT", ONE, body=_body())
    call("DELETE", f"{lab_arm.IDENTITIES}/reader")
    assert set(content(call("GET", ONE))["properties"]["managedIdentity"]) == {"resourceId"}
    call("DELETE", CLUSTER)
    assert lab_arm.error(call("GET", ONE)) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(f"{CLUSTER}/identityBindings/-a", _body(), (400, "InvalidParameter"), id="name"),
        pytest.param(ONE, {}, (400, "InvalidParameter"), id="no-identity"),
        pytest.param(ONE, _body(f"{lab_arm.IDENTITIES}/none"), (400, "InvalidParameter"), id="unknown-identity"),
        pytest.param(
            f"{CLUSTER}/identityBindings/kept",
            _body(f"{lab_arm.IDENTITIES}/officer"),
            (400, "PropertyChangeNotAllowed"),
            id="another-identity",
        ),
        pytest.param(ONE.replace("aks-one", "none"), _body(), (404, "ResourceNotFound"), id="no-cluster"),
    ],
)
def test_refuses(path: str, body: Any, expected: tuple[int, str]) -> None:
    call = _call()
    call("PUT", f"{CLUSTER}/identityBindings/kept", body=_body())
    assert lab_arm.error(call("PUT", path, body=body)) == expected
