"""The chain's links in a running lab, and the one that breaks."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
import pytest_asyncio

from keyferry.cli import chain
from keyferry.cli.chain import Ends, Link
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.session import Session
from keyferry.identity.http import open_session
from keyferry.kube.manifests import Manifests
from keyferry.model.errors import AssertionRejected, KeyferryError, NotFound, Unavailable
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import VaultUrl
from tests.fakes.running_lab import ISSUER, READER

pytestmark = pytest.mark.asyncio(loop_scope="module")
ACCOUNT = ServiceAccountRef(namespace="app", name="reader")
LINKS = ["the cluster's OIDC issuer", "the ServiceAccount's token", "Entra's answer", "Key Vault's answer"]


class Walker:
    """Walks one chain and keeps the links that held."""

    def __init__(self, session: Session, engineer: Engineer, http: aiohttp.ClientSession) -> None:
        self.session = session
        self.engineer = engineer
        self.http = http
        self.ends = Ends(
            identity=engineer.identity_of("reader", ACCOUNT),
            issuer=ISSUER,
            vault_url=VaultUrl("https://kv-one.vault.azure.net"),
        )
        self.links: list[Link] = []

    async def walk(self, ends: Ends | None = None) -> None:
        async for link in chain.walk(ends or self.ends, self.session.client, self.engineer, self.http):
            self.links.append(link)


@pytest_asyncio.fixture(loop_scope="module")
async def walker(session: Session) -> AsyncIterator[Walker]:
    manifests = Manifests(session.client)
    await manifests.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "app"}})
    account = {"name": "reader", "namespace": "app"}
    await manifests.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    async with open_session() as http:
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        await engineer.arrive()
        yield Walker(session, engineer, http)
        await engineer.credentials.aclose()


async def test_every_link_tells_what_was_seen(walker: Walker) -> None:
    await walker.walk()
    assert [link.name for link in walker.links] == LINKS
    issuer, token, entra, vault = (link.seen for link in walker.links)
    assert issuer.startswith(f"{ISSUER} publishes the key ")
    assert token == f"issuer {ISSUER}, subject system:serviceaccount:app:reader, audience api://AzureADTokenExchange"
    assert f"client {READER}" in entra
    assert "https://kv-one.vault.azure.net lets" in vault
    assert "eyJ" not in issuer + token + entra + vault, "no token is shown"


async def test_a_federated_credential_that_does_not_match(walker: Walker) -> None:
    (credential,) = await walker.engineer.federated_credentials("reader")
    wrong = replace(credential, subject=credential.subject + "s")
    await walker.engineer.put_federated_credential("reader", wrong)
    with pytest.raises(AssertionRejected) as caught:
        await walker.walk()
    await walker.engineer.put_federated_credential("reader", credential)
    assert caught.value.code == 700213
    assert [link.name for link in walker.links] == LINKS[:2]


@pytest.mark.parametrize(
    ("account", "client", "vault", "error", "held"),
    [
        pytest.param("gone", "reader", "kv-one", NotFound, 1, id="no-account"),
        pytest.param("reader", "reader", "kv-none", Unavailable, 3, id="no-vault"),
    ],
)
async def test_the_first_link_that_breaks_is_raised(
    walker: Walker, account: str, client: str, vault: str, error: type[KeyferryError], held: int
) -> None:
    identity = walker.engineer.identity_of(client, ServiceAccountRef(namespace="app", name=account))
    url = VaultUrl(f"https://{vault}.vault.azure.net")
    with pytest.raises(error):
        await walker.walk(Ends(identity=identity, issuer=ISSUER, vault_url=url))
    assert [link.name for link in walker.links] == LINKS[:held]


@pytest.mark.parametrize("issuer", ["https://elsewhere.example/", f"{ISSUER}not-here/"])
async def test_an_issuer_that_does_not_answer(walker: Walker, issuer: str) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        await walker.walk(replace(walker.ends, issuer=issuer))
    assert walker.links == []
