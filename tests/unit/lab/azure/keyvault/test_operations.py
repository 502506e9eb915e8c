from datetime import timedelta

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import operations
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.rights import Operation
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW
from tests.fakes.lab_vault import Vault


def test_every_operation_is_done() -> None:
    assert set(operations._OPERATIONS) == set(Operation)


def test_time_brings_things_about_without_a_request() -> None:
    vault = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
    vault.objects.secrets.delete("off", int(NOW.timestamp()), hidden_seconds=0, kept_seconds=10)
    operations.advance(Moment(vault=vault, now=NOW + timedelta(seconds=10), sources=lab_azure.sources()))
    assert not vault.objects.secrets.deleted


@pytest.mark.parametrize(
    "path",
    [
        "/keys",
        "/keys/site",
        "/keys/site/versions",
        "/certificates",
        "/certificates/site",
        "/certificates/site/versions",
        "/certificates/site/policy",
        "/certificates/site/pending",
        "/secrets",
        "/secrets/site/versions",
    ],
)
def test_a_private_key_leaves_by_the_secret_s_value_alone(path: str) -> None:
    vault = Vault(certificates={"site": {"contentType": "application/x-pem-file"}})
    vault.json("POST", "/certificates/site/create", {"policy": {"issuer": {"name": "Unknown"}}})
    private = vault.json("GET", "/secrets/site")["value"].splitlines()[1]
    response = vault.call("GET", path)
    assert response.status == 200
    assert private.encode() not in response.body
    assert b'"d"' not in response.body
