import pytest

from keyferry.lab.azure.keyvault.rights import Operation


@pytest.mark.parametrize(
    ("operation", "audit_name", "data_action", "permission"),
    [
        pytest.param(Operation.SECRET_GET, "SecretGet", "secrets/getSecret/action", ("secrets", "get"), id="secret"),
        pytest.param(Operation.KEY_WRAP, "KeyWrap", "keys/wrap/action", ("keys", "wrapKey"), id="key"),
        pytest.param(
            Operation.KEY_GET_ROTATION_POLICY,
            "KeyRotationPolicyGet",
            "keyrotationpolicies/read",
            ("keys", "getrotationpolicy"),
            id="rotation-policy",
        ),
        pytest.param(
            Operation.CERTIFICATE_LIST_ISSUERS,
            "CertificateIssuersList",
            "certificatecas/read",
            ("certificates", "listissuers"),
            id="issuers",
        ),
    ],
)
def test_an_operation_s_names(
    operation: Operation, audit_name: str, data_action: str, permission: tuple[str, str]
) -> None:
    assert operation.audit_name == audit_name
    assert operation.data_action == f"Microsoft.KeyVault/vaults/{data_action}"
    assert operation.permission == permission


def test_no_two_operations_are_one_in_the_audit_log() -> None:
    assert len({operation.audit_name for operation in Operation}) == len(Operation.__members__)
