import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.lab.azure import roles
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.assignments import Assignment
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.keyvault import access
from keyferry.lab.azure.keyvault.access import Proven
from keyferry.lab.azure.keyvault.answers import UnauthorizedError
from keyferry.lab.azure.keyvault.revocations import Revocations
from keyferry.lab.azure.signing_keys import SigningKeys
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, access_token, caller, content, drive, header, later

API = (("api-version", "7.6"),)
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


@pytest.mark.parametrize(
    ("scope", "port", "status"),
    [
        pytest.param("https://vault.azure.net:8443/.default", 8443, 200, id="the-port-asked"),
        pytest.param("https://vault.azure.net/.default", 8443, 200, id="no-port"),
        pytest.param("https://vault.azure.net:8443/.default", 443, 401, id="another-port"),
    ],
)
def test_a_vault_at_a_port_of_its_own(scope: str, port: int, status: int) -> None:
    """Clients demand that the resource is the parent of the host and port that they asked, and ask for its token."""
    world = lab_azure.azure()
    granted = drive(world.handle(replace(lab_azure.token_request(scope=scope), port=8443), NOW))
    headers = {"authorization": f"Bearer {content(granted)['access_token']}"}
    asked = Request(method="GET", host="kv-one.vault.azure.net", port=port, path="/secrets", query=API, headers=headers)
    assert drive(world.handle(asked, NOW)).status == status
    challenge = header(drive(world.handle(replace(asked, port=8443, headers={}), NOW)), "WWW-Authenticate") or ""
    assert f'authorization="https://login.microsoftonline.com:8443/{lab_azure.TENANT}"' in challenge
    assert 'resource="https://vault.azure.net:8443"' in challenge


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


def test_the_denial_of_a_list_is_about_the_whole_vault() -> None:
    response = caller(lab_azure.azure(roleAssignments=[]))("GET", "/secrets")
    assert "/providers/microsoft.keyvault/vaults/kv-one'\n" in content(response)["error"]["message"]


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


def test_vaults_see_a_role_after_the_delay_of_the_seed() -> None:
    world = lab_azure.azure(delays={"roleAssignmentSeconds": 120}, roleAssignments=[])
    call, vault = caller(world), world.vaults.by_name("kv-one")
    assert vault is not None
    role = roles.find("Key Vault Secrets User")
    assert role is not None
    reader = world.directory.identities[0].principal_id
    world.assignments.put(Assignment(id="a", scope=vault.resource_id, role_id=role.id, principal_id=reader), NOW)
    statuses = [call("GET", "/secrets", now=later(seconds=second)).status for second in (0, 119, 120)]
    assert statuses == [403, 403, 200]


def test_policies_decide_alone_where_the_vault_does_not_go_by_roles() -> None:
    document = lab_azure.document()
    document["vaults"][0] |= {
        "enableRbacAuthorization": False,
        "accessPolicies": [{"identity": "reader", "permissions": {"secrets": ["List"]}}],
    }
    world = lab_azure.azure(vaults=document["vaults"])
    call = caller(world)
    assert call("GET", "/secrets").status == 200
    refused = call("GET", "/secrets/db-password")
    error = content(refused)["error"]
    assert (refused.status, error["innererror"]["code"]) == (403, "AccessDenied")
    assert f"'appid={lab_azure.READER};oid=" in error["message"]
    assert "does not have secrets get permission on key vault 'kv-one;location=westeurope'" in error["message"]
    assert header(refused, "x-ms-keyvault-rbac-assignment-id") is None
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    vault.rbac = True
    assert call("GET", "/secrets/db-password").status == 200


TOKENS = AccessTokens(SigningKeys(lab_azure.rsa_key, None, timedelta(0), NOW))


def _token(**claims: object) -> Request:
    content = {
        "aud": "https://vault.azure.net",
        "iss": f"https://sts.windows.net/{lab_azure.TENANT}/",
        "tid": lab_azure.TENANT,
        "oid": "oid",
        "appid": "app",
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()),
        "exp": int(later(hours=1).timestamp()),
        **claims,
    }
    return Request(method="GET", path="/", headers={"authorization": f"Bearer {TOKENS.sign(content, NOW)}"})


def _authenticate(request: Request, revoked: Revocations) -> Proven:
    vault = lab_azure.azure().vaults.by_name("kv-one")
    assert vault is not None
    return access.authenticate(request, vault, TOKENS, revoked, later(minutes=1))


def test_a_revoked_token_is_asked_for_a_newer_one() -> None:
    revoked = Revocations()
    revoked.revoke(later(seconds=30))
    with pytest.raises(UnauthorizedError) as refusal:
        _authenticate(_token(xms_cc=["CP1"]), revoked)
    text, _, encoded = refusal.value.more.partition(', claims="')
    assert text == 'error="insufficient_claims"'
    wanted = json.loads(base64.urlsafe_b64decode(encoded.rstrip('"')))
    assert wanted["access_token"]["nbf"]["value"] == str(int(later(seconds=30).timestamp()))
    newer = _token(xms_cc=["CP1"], iat=int(later(seconds=30).timestamp()))
    assert _authenticate(newer, revoked).caller.object_id == "oid"


def test_a_client_that_cannot_answer_claims_challenges_gets_none() -> None:
    revoked = Revocations()
    revoked.revoke(later(seconds=30))
    with pytest.raises(UnauthorizedError, match="revoked") as refusal:
        _authenticate(_token(), revoked)
    assert refusal.value.more == ""


def test_a_token_of_another_tenant_is_refused_whatever_its_issuer_says() -> None:
    with pytest.raises(UnauthorizedError, match="AKV10032"):
        _authenticate(_token(tid=lab_azure.OTHER_TENANT), Revocations())


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "BREW"])
def test_any_verb_is_authenticated_first(method: str) -> None:
    request = Request(method=method, host="kv-one.vault.azure.net", path="/nowhere")
    response = drive(lab_azure.azure().handle(request, NOW))
    assert (response.status, header(response, "WWW-Authenticate")) == (401, CHALLENGE)


def test_a_vault_of_another_tenant_challenges_for_its_own() -> None:
    request = Request(method="GET", host="kv-far.vault.azure.net", path="/secrets")
    told = header(drive(lab_azure.azure().handle(request, NOW)), "WWW-Authenticate") or ""
    assert f"https://login.microsoftonline.com/{lab_azure.OTHER_TENANT}" in told


NAMED = "Microsoft.KeyVault/vaults/secrets:name"


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [
        pytest.param("", (200, 200, 200, 200), id="none"),
        pytest.param(
            f"!(ActionMatches{{'Microsoft.KeyVault/vaults/secrets/getSecret/action'}}) OR "
            f"@Resource[{NAMED}] StringStartsWith 'db-'",
            (200, 403, 200, 200),
            id="reads-by-name",
        ),
        pytest.param(
            f"@Resource[{NAMED}] StringStartsWith 'db-' OR @Request[{NAMED}] StringEquals 'new'",
            (200, 403, 403, 200),
            id="every-action-by-name-so-no-list",
        ),
        pytest.param(
            "@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'kv-two'", (403, 403, 403, 403), id="another-vault"
        ),
        pytest.param(f"@Resource[{NAMED}] StringEquals 'new'", (403, 403, 403, 403), id="what-is-set-is-requested"),
    ],
)
def test_conditions_narrow_a_role(condition: str, statuses: tuple[int, ...]) -> None:
    role = {"identity": "officer", "role": "Key Vault Administrator", "scope": "vaults/kv-one"}
    assigned = {**role, "condition": condition} if condition else role
    call = caller(lab_azure.azure(roleAssignments=[assigned]), lab_azure.OFFICER)
    answers = (
        call("GET", "/secrets/db-password"),
        call("GET", "/secrets/versioned"),
        call("GET", "/secrets"),
        call("PUT", "/secrets/new", body={"value": "x"}),
    )
    assert tuple(answer.status for answer in answers) == statuses
    assert call("GET", "/keys").status == (403 if condition and "!" not in condition else 200)


ASKS = {
    "read-secret": ("GET", "/secrets/db-password"),
    "list-secrets": ("GET", "/secrets"),
    "list-keys": ("GET", "/keys"),
    "list-certificates": ("GET", "/certificates"),
    "read-issuers": ("GET", "/certificates/issuers"),
    "read-rotation": ("GET", "/keys/k/rotationpolicy"),
    "sign": ("POST", "/keys/k/sign"),
    "purge-secret": ("DELETE", "/deletedsecrets/gone"),
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        pytest.param("Key Vault Administrator", set(ASKS), id="administrator"),
        pytest.param(
            "Key Vault Reader",
            {"list-secrets", "list-keys", "list-certificates", "read-issuers", "read-rotation"},
            id="reader-sees-no-value",
        ),
        pytest.param("Key Vault Secrets User", {"read-secret", "list-secrets"}, id="secrets-user"),
        pytest.param(
            "Key Vault Secrets Officer", {"read-secret", "list-secrets", "purge-secret"}, id="secrets-officer"
        ),
        pytest.param("Key Vault Crypto User", {"list-keys", "sign"}, id="crypto-user"),
        pytest.param("Key Vault Crypto Officer", {"list-keys", "sign", "read-rotation"}, id="crypto-officer"),
        pytest.param("Key Vault Crypto Service Encryption User", {"list-keys"}, id="encryption-user"),
        pytest.param("Key Vault Crypto Service Release User", set(), id="release-user"),
        pytest.param(
            "Key Vault Certificates Officer", {"list-certificates", "read-issuers"}, id="certificates-officer"
        ),
        pytest.param(
            "Key Vault Certificate User",
            {"read-secret", "list-secrets", "list-keys", "list-certificates"},
            id="certificate-user-reads-plain-secrets-too",
        ),
        pytest.param("Key Vault Contributor", set(), id="contributor-manages-and-reads-nothing"),
        pytest.param("Owner", set(), id="owner-neither"),
    ],
)
def test_each_role_opens_what_it_is_for(role: str, allowed: set[str]) -> None:
    assigned = [{"identity": "reader", "role": role, "scope": "vaults/kv-one"}]
    call = caller(lab_azure.azure(roleAssignments=assigned))
    opened = {name for name, (method, path) in ASKS.items() if call(method, path, body={}).status != 403}
    assert opened == allowed


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"secrets": ["all"]}, {"read-secret", "list-secrets"}, id="all-does-not-purge"),
        pytest.param({"secrets": ["purge"]}, {"purge-secret"}, id="purge-alone"),
        pytest.param(
            {"keys": ["LIST", "Sign", "GetRotationPolicy"]}, {"list-keys", "sign", "read-rotation"}, id="keys"
        ),
        pytest.param(
            {"certificates": ["list", "listissuers"]}, {"list-certificates", "read-issuers"}, id="certificates"
        ),
    ],
)
def test_each_permission_opens_what_it_is_for(permissions: dict[str, list[str]], allowed: set[str]) -> None:
    document = lab_azure.document()
    document["vaults"][0] |= {
        "enableRbacAuthorization": False,
        "accessPolicies": [{"identity": "reader", "permissions": permissions}],
    }
    call = caller(lab_azure.azure(vaults=document["vaults"]))
    opened = {name for name, (method, path) in ASKS.items() if call(method, path, body={}).status != 403}
    assert opened == allowed
