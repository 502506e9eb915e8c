"""401 and 403 of many reasons, each with who mends it and how."""

from typing import Final

import pytest

from keyferry.model.errors import GrantError, RoleMissing, Where
from keyferry.model.identity import ClientId, ManagedIdentity, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import ObjectKind
from keyferry.vault.refusals import Told, forbidden, needed, unauthorized

IDENTITY: Final = WorkloadIdentity(
    tenant_id=TenantId("11111111-1111-1111-1111-111111111111"),
    client_id=ClientId("22222222-2222-2222-2222-222222222222"),
    service_account=ServiceAccountRef(namespace="payments", name="api"),
    authority_host="https://login.microsoftonline.com",
    audiences=("api://AzureADTokenExchange",),
)
WHERE: Final = Where(kind="Key Vault", name="https://kv-prod.vault.azure.net", path="secrets/db")
OTHER: Final = "99999999-9999-9999-9999-999999999999"
RBAC: Final = (
    "Caller: appid=22222222;oid=33333333-3333-3333-3333-333333333333;iss=https://sts.windows.net/ Resource: "
    "'/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv-prod/secrets/db' canary-1a"
)


@pytest.mark.parametrize(
    ("code", "message", "kind", "words"),
    [
        pytest.param(
            "ForbiddenByRbac",
            RBAC,
            RoleMissing,
            ("Key Vault Secrets User", "/vaults/kv-prod", "33333333-3333", IDENTITY.client_id, "payments/api"),
            id="no-role",
        ),
        pytest.param("ForbiddenByRbac", "", RoleMissing, ("the vault https://kv-prod",), id="no-role-and-no-details"),
        pytest.param("AccessDenied", "", RoleMissing, ("access policies", "get and list"), id="access-policy"),
        pytest.param(
            "ForbiddenByFirewall",
            "Client address: 20.1.2.3 is not a trusted service",
            GrantError,
            ("address 20.1.2.3", "network rules"),
            id="firewall",
        ),
        pytest.param("ForbiddenByFirewall", "", GrantError, ("does not know us",), id="firewall-and-no-address"),
        pytest.param("ForbiddenByConnection", "", GrantError, ("private endpoint",), id="closed-to-the-public"),
        pytest.param("SecretDisabled", "", GrantError, ("enable it", "secrets/db"), id="disabled"),
        pytest.param("ForbiddenByPolicy", "", GrantError, ("ForbiddenByPolicy", "network rules"), id="another-code"),
    ],
)
def test_a_403_names_what_must_change(code: str, message: str, kind: type[GrantError], words: tuple[str, ...]) -> None:
    error = forbidden(Told(code=code, message=message), "reading secret db", IDENTITY, WHERE)

    assert type(error) is kind
    assert all(word in str(error) for word in words), str(error)
    assert "canary" not in str(error)


@pytest.mark.parametrize(
    ("kind", "role", "permissions"),
    [
        pytest.param(ObjectKind.SECRET, "Key Vault Secrets Officer", "secret permissions get, set", id="secret"),
        pytest.param(ObjectKind.CERTIFICATE, "Key Vault Certificates Officer", "certificate permissions", id="cert"),
        pytest.param(ObjectKind.KEY, "Key Vault Crypto Officer", "key permissions get, import", id="key"),
    ],
)
def test_who_writes_needs_an_officer_s_role(kind: ObjectKind, role: str, permissions: str) -> None:
    needs = needed(kind, writes=True)
    by_role = forbidden(Told(code="ForbiddenByRbac", message=""), "writing", IDENTITY, WHERE, needs)
    by_policy = forbidden(Told(code="AccessDenied", message=""), "writing", IDENTITY, WHERE, needs)
    assert f'assign the role "{role}"' in str(by_role)
    assert permissions in str(by_policy)


@pytest.mark.parametrize(
    ("message", "challenge", "words"),
    [
        pytest.param(
            "AKV10032: Invalid issuer.",
            f'Bearer authorization="https://login.windows.net/{OTHER}", resource="https://vault.azure.net"',
            (OTHER, IDENTITY.tenant_id, "AKV10032", "tenantId"),
            id="wrong-tenant",
        ),
        pytest.param("AKV10032: Invalid issuer.", "", ("another tenant", "AKV10032"), id="wrong-tenant-unnamed"),
        pytest.param(
            "",
            f'Bearer authorization_uri="https://login.windows.net/{OTHER}"',
            (OTHER, "HTTP 401"),
            id="challenge-of-another-tenant",
        ),
        pytest.param(
            "AKV10022: Invalid audience.",
            f'Bearer authorization="https://login.windows.net/{IDENTITY.tenant_id}"',
            ("AKV10022", "same cloud"),
            id="wrong-audience",
        ),
        pytest.param("canary-1a", "", ("HTTP 401",), id="no-code"),
    ],
)
def test_a_401_names_tenants_or_cloud(message: str, challenge: str, words: tuple[str, ...]) -> None:
    told = Told(code="Unauthorized", message=message, challenge=challenge)
    error = unauthorized(told, "reading secret db", IDENTITY, WHERE)

    assert all(word in str(error) for word in words), str(error)
    assert "canary" not in str(error)


def test_names_identities_that_stand_for_no_service_account() -> None:
    lent = ManagedIdentity(client_id=IDENTITY.client_id)
    refused = forbidden(Told(code="ForbiddenByRbac", message=RBAC), "reading secret db", lent, WHERE)
    assert f"refused managed identity {lent.client_id}" in refused.what


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param("AKV10032: Invalid issuer.", f"trusts tenant {OTHER}", id="the-vault-says-so"),
        pytest.param("AKV10022: Invalid audience.", "does not accept the token of", id="nothing-to-compare"),
    ],
)
def test_does_not_guess_the_tenant_of_a_managed_identity(message: str, words: str) -> None:
    challenge = f'Bearer authorization="https://login.windows.net/{OTHER}"'
    lent = ManagedIdentity(client_id=IDENTITY.client_id)
    error = unauthorized(Told(code="Unauthorized", message=message, challenge=challenge), "reading", lent, WHERE)
    assert words in error.what
