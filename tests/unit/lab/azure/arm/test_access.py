import pytest

from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, VAULT_SCOPE, access_token, caller, content, drive

ARM = "management.azure.com"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        pytest.param(None, "AuthenticationFailed", id="none"),
        pytest.param("Bearer x.y.z", "InvalidAuthenticationToken", id="not-a-token"),
        pytest.param(VAULT_SCOPE, "InvalidAuthenticationTokenAudience", id="for-the-vault"),
    ],
)
def test_a_request_without_a_good_token_is_refused(authorization: str | None, code: str) -> None:
    world = lab_azure.azure()
    if authorization == VAULT_SCOPE:
        authorization = f"Bearer {access_token(world)}"
    headers = {} if authorization is None else {"authorization": authorization}
    response = drive(world.handle(Request(method="GET", host=ARM, path="/", headers=headers), NOW))
    assert (response.status, content(response)["error"]["code"]) == (401, code)


def test_the_denial_names_client_action_and_resource() -> None:
    world = lab_azure.azure()
    path = world.directory.identities[0].resource_id
    response = caller(world, host=ARM, scope=ARM_SCOPE)("GET", path)
    message = content(response)["error"]["message"]
    assert (response.status, content(response)["error"]["code"]) == (403, "AuthorizationFailed")
    assert lab_azure.READER in message
    assert "Microsoft.ManagedIdentity/userAssignedIdentities/read" in message
    assert path in message
