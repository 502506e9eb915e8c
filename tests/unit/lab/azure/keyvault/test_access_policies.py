import pytest

from keyferry.lab.azure.access_tokens import Caller
from keyferry.lab.azure.keyvault import access_policies
from keyferry.lab.azure.keyvault.rights import Kind
from keyferry.lab.azure.vault_settings import AccessPolicy

CALLER = Caller(object_id="oid", client_id="app", tenant_id="tenant", issuer="", audience="")
POLICY = AccessPolicy(tenant_id="Tenant", object_id="OID", secrets=("Get", "list"), keys=("all",))


@pytest.mark.parametrize(
    ("kind", "word", "allowed"),
    [
        pytest.param("secrets", "get", True, id="case-does-not-matter"),
        pytest.param("secrets", "list", True, id="a-second-word"),
        pytest.param("secrets", "set", False, id="not-granted"),
        pytest.param("certificates", "get", False, id="another-kind"),
        pytest.param("keys", "unwrapKey", True, id="all-is-each"),
        pytest.param("keys", "purge", False, id="but-not-purge"),
    ],
)
def test_words(kind: Kind, word: str, allowed: bool) -> None:
    assert (access_policies.allowing((POLICY,), CALLER, kind, word) is POLICY) is allowed


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        pytest.param(AccessPolicy(tenant_id="tenant", object_id="oid", secrets=("get",)), True, id="the-principal"),
        pytest.param(AccessPolicy(tenant_id="tenant", object_id="other", secrets=("get",)), False, id="another"),
        pytest.param(AccessPolicy(tenant_id="other", object_id="oid", secrets=("get",)), False, id="another-tenant"),
        pytest.param(
            AccessPolicy(tenant_id="tenant", object_id="oid", application_id="APP", secrets=("get",)),
            True,
            id="through-the-application",
        ),
        pytest.param(
            AccessPolicy(tenant_id="tenant", object_id="oid", application_id="other", secrets=("get",)),
            False,
            id="through-another-application",
        ),
    ],
)
def test_whose_policy_it_is(policy: AccessPolicy, allowed: bool) -> None:
    assert (access_policies.allowing((policy,), CALLER, "secrets", "get") is not None) is allowed


def test_purge_is_granted_by_its_own_name() -> None:
    policy = AccessPolicy(tenant_id="tenant", object_id="oid", secrets=("all", "Purge"))
    assert access_policies.allowing((policy,), CALLER, "secrets", "purge") is policy
