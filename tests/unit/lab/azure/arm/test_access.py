from dataclasses import replace

import pytest

from keyferry.lab.world.http import Request
from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, READER, STRANGER, VAULT_SCOPE, access_token, content, drive, header


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        pytest.param(None, "AuthenticationFailed", id="none"),
        pytest.param("Basic abc", "AuthenticationFailed", id="another-scheme"),
        pytest.param("Bearer x.y.z", "InvalidAuthenticationToken", id="not-a-token"),
        pytest.param(VAULT_SCOPE, "InvalidAuthenticationTokenAudience", id="for-the-vault"),
    ],
)
def test_a_request_without_a_good_token_is_refused(authorization: str | None, code: str) -> None:
    world = lab_azure.azure()
    if authorization == VAULT_SCOPE:
        authorization = f"Bearer {access_token(world)}"
    headers = {} if authorization is None else {"authorization": authorization}
    response = drive(world.handle(Request(method="GET", host=lab_arm.HOST, path="/", headers=headers), NOW))
    assert lab_arm.error(response) == (401, code)
    assert "/common" in (header(response, "WWW-Authenticate") or "")


def test_the_challenge_tells_the_tenant_of_the_subscription() -> None:
    request = Request(method="GET", host=lab_arm.HOST, path=lab_arm.ROOT)
    response = drive(lab_azure.azure().handle(request, NOW))
    assert f'authorization_uri="https://login.windows.net/{lab_azure.TENANT}"' in (
        header(response, "WWW-Authenticate") or ""
    )


def test_arm_at_a_port_of_its_own() -> None:
    world = lab_azure.azure()
    scope = "https://management.azure.com:8443/.default"
    granted = drive(world.handle(replace(lab_azure.token_request(scope=scope), port=8443), NOW))
    headers = {"authorization": f"Bearer {content(granted)['access_token']}"}
    asked = Request(method="GET", host=lab_arm.HOST, path="/tenants", query=(("api-version", "2022-12-01"),))
    assert [drive(world.handle(replace(asked, port=at, headers=headers), NOW)).status for at in (8443, 443)] == [
        200,
        401,
    ]
    challenge = header(drive(world.handle(replace(asked, port=8443), NOW)), "WWW-Authenticate") or ""
    assert 'authorization_uri="https://login.windows.net:8443/common"' in challenge


def test_a_token_of_another_tenant_is_refused() -> None:
    call = lab_arm.caller(lab_azure.azure(), STRANGER)
    assert lab_arm.error(call("GET", lab_arm.ROOT)) == (401, "InvalidAuthenticationTokenTenant")


def test_a_revoked_token_is_refused() -> None:
    world = lab_azure.azure()
    call = lab_arm.caller(world)
    assert call("GET", lab_arm.GROUP).status == 200
    world.keyvault.revocations.revoke(lab_azure.later(hours=2), "kv-one")
    assert call("GET", lab_arm.GROUP).status == 200
    world.keyvault.revocations.revoke(lab_azure.later(seconds=1))
    refused = call("GET", lab_arm.GROUP)
    assert lab_arm.error(refused) == (401, "TokenIssuedBeforeRevocationTimestamp")
    assert "claims" not in (header(refused, "WWW-Authenticate") or "")  # the token's client cannot meet a challenge
    assert call("GET", lab_arm.GROUP, now=lab_azure.later(seconds=1)).status == 200


def test_the_denial_names_client_action_and_resource() -> None:
    world = lab_azure.azure()
    path = f"{lab_arm.IDENTITIES}/reader"
    response = lab_azure.caller(world, READER, host=lab_arm.HOST, scope=ARM_SCOPE)(
        "GET", path, **{"api-version": "2024-11-30"}
    )
    assert lab_arm.error(response) == (403, "AuthorizationFailed")
    message = content(response)["error"]["message"]
    assert READER in message
    assert "Microsoft.ManagedIdentity/userAssignedIdentities/read" in message
    assert path in message
