from collections.abc import Callable

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, access_token, caller, content, drive, header, later

CHALLENGE = (
    f'Bearer authorization="https://login.microsoftonline.com/{lab_azure.TENANT}", resource="https://vault.azure.net"'
)


def _call(world: Azure, authorization: str | None, **more: object) -> Response:
    headers = {} if authorization is None else {"authorization": authorization}
    request = Request(
        method="GET", host="kv-one.vault.azure.net", path="/secrets", query=(("api-version", "7.6"),), headers=headers
    )
    return drive(world.handle(request, more.get("now", NOW)))  # type: ignore[arg-type]  # one keyword, an instant


@pytest.mark.parametrize(
    ("authorization", "number"),
    [
        pytest.param(lambda _: None, "AKV10000", id="none"),
        pytest.param(lambda _: "Basic dXNlcjpwYXNz", "AKV10000", id="another-scheme"),
        pytest.param(lambda _: "Bearer ", "AKV10000", id="empty"),
        pytest.param(lambda _: "Bearer x.y.z", "AKV10046", id="not-a-token"),
        pytest.param(lambda world: f"Bearer {access_token(world)[:-4]}AAAA", "AKV10046", id="tampered"),
        pytest.param(
            lambda world: f"Bearer {access_token(world, scope=lab_azure.ARM_SCOPE)}", "AKV10022", id="for-arm"
        ),
        pytest.param(lambda world: f"Bearer {access_token(world, lab_azure.STRANGER)}", "AKV10032", id="other-tenant"),
    ],
)
def test_a_request_without_a_good_token_is_challenged(
    authorization: Callable[[Azure], str | None], number: str
) -> None:
    world = lab_azure.azure()
    response = _call(world, authorization(world))
    assert (response.status, header(response, "WWW-Authenticate")) == (401, CHALLENGE)
    assert content(response)["error"]["message"].startswith(number)


def test_an_expired_token_is_challenged() -> None:
    world = lab_azure.azure()
    token = f"Bearer {access_token(world)}"
    assert _call(world, token).status == 200
    assert _call(world, token, now=later(hours=1)).status == 401


def test_the_denial_tells_who_what_and_where() -> None:
    world = lab_azure.azure()
    response = caller(world)("PUT", "/secrets/New", body={"value": "x"})
    error = content(response)["error"]
    reader = world.directory.identities[0]
    assert (response.status, error["code"], error["innererror"]["code"]) == (403, "Forbidden", "ForbiddenByRbac")
    assert f"Caller: appid={lab_azure.READER};oid={reader.principal_id};iss=https://sts" in error["message"]
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'" in error["message"]
    assert "/providers/microsoft.keyvault/vaults/kv-one/secrets/new'" in error["message"]
    assert "Vault: kv-one;location=westeurope" in error["message"]


@pytest.mark.parametrize(
    ("scope", "get", "listed"),
    [
        pytest.param("vaults/kv-one/secrets/db-password", 200, 403, id="one-secret-and-no-list"),
        pytest.param("vaults/kv-one/secrets/other", 403, 403, id="another-secret"),
        pytest.param("vaults/kv-two", 403, 403, id="another-vault"),
        pytest.param("resourceGroups/rg", 200, 200, id="the-group-above"),
    ],
)
def test_a_role_reaches_as_far_as_its_scope(scope: str, get: int, listed: int) -> None:
    world = lab_azure.azure(roleAssignments=[{"identity": "reader", "role": "Key Vault Secrets User", "scope": scope}])
    call = caller(world)
    assert call("GET", "/secrets/db-password").status == get
    assert call("GET", "/secrets").status == listed


def test_a_vault_without_public_access_says_so_after_the_token_and_before_the_role() -> None:
    document = lab_azure.document()
    document["vaults"][0]["publicNetworkAccess"] = "Disabled"
    world = lab_azure.azure(vaults=document["vaults"], roleAssignments=[])
    assert _call(world, None).status == 401
    error = content(caller(world)("GET", "/secrets"))["error"]
    assert error["innererror"]["code"] == "ForbiddenByConnection"
