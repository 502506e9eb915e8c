from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure
from tests.fakes.certificates import key_pair
from tests.fakes.entra_clients import client_key

CERTIFICATE = client_key()


def _parse(**application: Any) -> seed.Seed:
    entry = {"name": "ci", "tenantId": lab_azure.TENANT, **application}
    return seed.parse(lab_azure.document(applications=[entry]))


def test_reads_what_it_proves_itself_by() -> None:
    (application,) = _parse(
        secrets=[{"value": "hunter2", "expires": "2027-01-01T00:00:00Z"}],
        certificates=[{"name": "mine", "pem": CERTIFICATE.pem}],
        federatedCredentials=[{"name": "one", "issuer": "https://i", "subject": "s"}],
    ).applications
    (secret,), (certificate,), (credential,) = (
        application.secrets,
        application.certificates,
        application.federated_credentials,
    )
    assert (secret.value, secret.expires, secret.not_before) == ("hunter2", datetime(2027, 1, 1, tzinfo=UTC), None)
    assert (certificate.name, certificate.pem) == ("mine", CERTIFICATE.pem)
    assert credential.subject == "s"
    assert "hunter2" not in repr(application)


def test_can_have_roles() -> None:
    role = {"identity": "CI", "role": "Key Vault Secrets User", "scope": "vaults/kv-one"}
    parsed = seed.parse(
        lab_azure.document(applications=[{"name": "ci", "tenantId": lab_azure.TENANT}], roleAssignments=[role])
    )
    assert parsed.role_assignments[0].principal_id == parsed.applications[0].principal_id
    assert parsed.applications[0].principal_id != parsed.applications[0].client_id


@pytest.mark.parametrize(
    ("application", "path"),
    [
        pytest.param({"clientId": "x"}, "applications[0].clientId", id="client-id"),
        pytest.param({"clientId": lab_azure.READER}, "applications", id="client-id-of-an-identity"),
        pytest.param({"name": "reader"}, "applications", id="name-of-an-identity"),
        pytest.param({"secrets": [{}]}, "applications[0].secrets[0].value", id="no-value"),
        pytest.param({"certificates": [{"pem": "x"}]}, "applications[0].certificates[0].pem", id="no-certificate"),
        pytest.param(
            {"certificates": [{"pem": key_pair()[0].decode()}]},
            "applications[0].certificates[0].pem",
            id="not-rsa",
        ),
        pytest.param({"password": "x"}, "applications[0].password", id="unknown-key"),
    ],
)
def test_refuses(application: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(**application)
    assert refusal.value.path == path
