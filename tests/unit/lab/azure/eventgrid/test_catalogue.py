from dataclasses import replace

import pytest

from keyferry.lab.azure.eventgrid.catalogue import VaultCatalogue
from keyferry.lab.azure.keyvault.news import News, ObjectType
from tests.fakes import lab_azure, lab_grid
from tests.fakes.lab_azure import OFFICER, caller, content, later

EXPIRES = int(later(days=90).timestamp())


def _set() -> tuple[VaultCatalogue, News]:
    world = lab_azure.azure()
    answer = caller(world, OFFICER)("PUT", "/secrets/Fresh", body={"value": "x", "attributes": {"exp": EXPIRES}})
    version = content(answer)["id"].rpartition("/")[2]
    return VaultCatalogue(world.vaults), lab_grid.news("fresh", version)


def test_knows_the_vaults_that_are_there() -> None:
    catalogue, _ = _set()
    found = catalogue.source("KV-One")
    assert found is not None
    assert found.name == "kv-one"
    assert catalogue.source("none") is None


def test_knows_when_a_version_ends() -> None:
    catalogue, news = _set()
    assert catalogue.expires(news) == EXPIRES
    assert catalogue.nearing(news, EXPIRES) == EXPIRES - 30 * 86_400


@pytest.mark.parametrize(
    ("kind", "name", "version"),
    [
        pytest.param("Secret", "none", "", id="no-secret"),
        pytest.param("Secret", "fresh", "none", id="no-version"),
        pytest.param("Secret", "db-password", "", id="other-version"),
        pytest.param("Key", "fresh", "", id="no-key"),
        pytest.param("Certificate", "fresh", "", id="no-certificate"),
    ],
)
def test_what_is_gone_never_ends(kind: ObjectType, name: str, version: str) -> None:
    catalogue, news = _set()
    assert catalogue.expires(replace(news, kind=kind, name=name, version=version or news.version)) is None
