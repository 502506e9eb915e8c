"""Values for what sites name, put into vaults of a lab that runs."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from azure.keyvault.certificates.aio import CertificateClient
from azure.keyvault.keys.aio import KeyClient
from azure.keyvault.secrets.aio import SecretClient

from keyferry.cli.engineer import ACCOUNT, NAME
from keyferry.cli.lab_estate_values import Values, wanted
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.model.errors import GrantError
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType
from tests.fakes.estate_lab import EstateLab, estate_lab
from tests.fakes.estates import secret, site, small

pytestmark = pytest.mark.asyncio(loop_scope="module")
CERTIFICATE = secret("tls", type=ObjectType.CERTIFICATE)
ESTATE = small(
    site("a", secrets=(secret("tls"), secret("DB"), CERTIFICATE)),
    site("b", secrets=(secret("db"), secret("signing", type=ObjectType.KEY))),
)
URL = "https://shops-kv.vault.azure.net"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab() -> AsyncIterator[EstateLab]:
    """A lab in which the estate without its sites was made."""
    async with estate_lab(ESTATE) as opened:
        await opened.making.make(replace(opened.world.estate, sites=(), identities=()), lambda _step: None)
        yield opened


def values(lab: EstateLab, url: str = URL) -> Values:
    credential = lab.owner.credentials.of(lab.owner.identity_of(NAME, ACCOUNT))
    return Values(credential, SharedTransport(lab.http, Proxies()), {"shops-kv": url})


async def test_makes_each_object_once_and_a_certificate_before_its_secret(lab: EstateLab) -> None:
    made = await values(lab).put(wanted(ESTATE))
    assert [str(each) for each in made] == ["certificate shops-kv/tls", "key shops-kv/signing", "secret shops-kv/db"]
    assert await values(lab).put(wanted(ESTATE)) == (), "what is there stays"


async def test_the_vendors_clients_find_them(lab: EstateLab) -> None:
    await values(lab).put(wanted(ESTATE))
    credential = lab.owner.credentials.of(lab.owner.identity_of(NAME, ACCOUNT))
    transport = SharedTransport(lab.http, Proxies())
    stored = await SecretClient(URL, credential, transport=transport).get_secret("db")
    assert len(stored.value or "") == 32
    backing = await SecretClient(URL, credential, transport=transport).get_secret("tls")
    assert "BEGIN CERTIFICATE" in (backing.value or "")
    assert (await CertificateClient(URL, credential, transport=transport).get_certificate("tls")).name == "tls"
    assert (await KeyClient(URL, credential, transport=transport).get_key("signing")).name == "signing"


async def test_a_login_for_images_is_one_that_an_api_server_takes(lab: EstateLab) -> None:
    login = secret("login", alias=".dockerconfigjson", consume=Consumption.SECRET_REF, delivery=Delivery.SECRET)
    await values(lab).put(wanted(small(site("c", secrets=(login, secret("LOGIN", alias="file"))))))
    credential = lab.owner.credentials.of(lab.owner.identity_of(NAME, ACCOUNT))
    stored = await SecretClient(URL, credential, transport=SharedTransport(lab.http, Proxies())).get_secret("login")
    assert list(json.loads(stored.value or "")) == ["auths"]


async def test_says_that_a_vault_refuses(lab: EstateLab) -> None:
    nowhere = values(lab, "https://nobody.vault.azure.net")
    with pytest.raises(GrantError, match="did not take the certificate shops-kv/tls"):
        await nowhere.put(wanted(ESTATE))
