from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import CLOUDS, PUBLIC
from keyferry.lab.azure.directory import Directory
from tests.fakes import lab_azure

SEED = seed.parse(lab_azure.document())
DIRECTORY = Directory(SEED.tenants, SEED.identities)
READER = DIRECTORY.identities[0]


def test_finds_a_tenant_of_the_cloud_by_id_or_domain() -> None:
    found = DIRECTORY.tenant(lab_azure.TENANT.upper(), PUBLIC)
    assert found is not None
    assert DIRECTORY.tenant("LAB.example", PUBLIC) is found
    assert DIRECTORY.tenant_by_id(lab_azure.TENANT) is found
    assert DIRECTORY.tenant("lab.example", CLOUDS[1]) is None
    assert DIRECTORY.tenant_by_id("none") is None


def test_finds_a_client_in_its_own_tenant_alone() -> None:
    assert DIRECTORY.client(lab_azure.TENANT, lab_azure.READER.upper()) is READER
    assert DIRECTORY.client(lab_azure.OTHER_TENANT, lab_azure.READER) is None


def test_finds_an_identity_by_its_resource_and_principal() -> None:
    assert DIRECTORY.identity_at(READER.resource_id.upper()) is READER
    assert DIRECTORY.identity_at("/nowhere") is None
    assert DIRECTORY.knows_principal(READER.principal_id.upper())
    assert not DIRECTORY.knows_principal("nobody")
