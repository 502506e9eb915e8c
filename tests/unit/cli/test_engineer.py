"""The platform engineer in a running lab: real tokens, real refusals."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from keyferry.cli.engineer import ACCOUNT, Engineer, Facts, read_facts, rotate
from keyferry.cli.session import Session
from keyferry.identity.http import open_session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS
from keyferry.model.errors import GrantError, NotFound, SpecError
from tests.fakes.running_lab import ENGINEER, ISSUER, READER, running_session, seed

pytestmark = pytest.mark.asyncio(loop_scope="module")
VAULT = "https://kv-one.vault.azure.net"


@pytest_asyncio.fixture(loop_scope="module")
async def http(session: Session) -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def engineer(session: Session, http: aiohttp.ClientSession) -> AsyncIterator[Engineer]:
    made = Engineer(read_facts(session.lab.folder), session.client, http)
    await made.arrive()
    yield made
    await made.credentials.aclose()


async def test_arrives_with_an_account_of_its_own(session: Session, engineer: Engineer) -> None:
    stored = await session.client.get(SERVICE_ACCOUNTS, Key(namespace=ACCOUNT.namespace, name=ACCOUNT.name), bytes)
    assert ENGINEER.encode() in stored
    await engineer.arrive()  # a second time changes nothing


async def test_stores_a_new_version(session: Session, engineer: Engineer) -> None:
    first = await engineer.set_secret(VAULT, "db-password", "second")
    second = await engineer.set_secret(VAULT, "db-password", "third")
    assert len({first, second}) == 2
    places = {count.where for count in session.lab.azure.counts()}
    assert {"login.microsoftonline.com", "kv-one"} <= places, "there is no short cut"


async def test_a_vault_that_is_not_there(engineer: Engineer) -> None:
    with pytest.raises(GrantError, match=r"https://kv-none\.vault\.azure\.net did not take") as caught:
        await engineer.set_secret("https://kv-none.vault.azure.net", "db-password", "canary")
    assert "canary" not in repr(caught.value) + str(caught.value)
    assert caught.value.__suppress_context__


async def test_reads_and_changes_what_an_identity_trusts(engineer: Engineer) -> None:
    (credential,) = await engineer.federated_credentials("reader")
    assert (credential.issuer, credential.subject) == (ISSUER, "system:serviceaccount:app:reader")
    wrong = replace(credential, subject="system:serviceaccount:app:writer")
    await engineer.put_federated_credential("reader", wrong)
    assert await engineer.federated_credentials("reader") == (wrong,)
    await engineer.put_federated_credential("reader", replace(credential, name="second"))
    assert len(await engineer.federated_credentials("reader")) == 2


async def test_knows_the_labs_identities(engineer: Engineer) -> None:
    identity = engineer.identity_of("reader", ACCOUNT)
    assert identity.client_id == READER
    assert identity.subject == "system:serviceaccount:keyferry-lab:platform-engineer"


async def test_without_its_role_arm_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_session(monkeypatch, seed(roleAssignments=[])) as session, open_session() as http:
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        await engineer.arrive()
        with pytest.raises(GrantError, match="Azure Resource Manager refused GET") as caught:
            await engineer.federated_credentials("reader")
        assert "Contributor" in caught.value.remedy
        await engineer.credentials.aclose()


async def test_a_state_without_the_engineer(session: Session, http: aiohttp.ClientSession) -> None:
    facts = Facts(tenants=("t",), identities={}, environment={})
    with pytest.raises(SpecError, match="no platform engineer"):
        Engineer(facts, session.client, http)


async def test_rotate_from_another_process_needs_the_folder_alone(session: Session) -> None:
    version = await rotate(session.lab.folder, "kv-one", "db-password", "second")
    assert len(version) == 32


async def test_rotate_in_a_lab_without_a_cluster(folder: Path) -> None:
    (folder / "lab.json").write_text('{"tenants": ["t"], "identities": {}, "environment": {"HTTPS_PROXY": "http://p"}}')
    with pytest.raises(SpecError, match="has no cluster") as caught:
        await rotate(folder, "kv-one", "db-password", "second")
    assert "--print-env" in caught.value.remedy


async def test_where_no_lab_runs(folder: Path) -> None:
    with pytest.raises(NotFound, match="no lab runs in"):
        read_facts(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}"])
async def test_a_lab_json_that_is_none(folder: Path, content: str) -> None:
    (folder / "lab.json").write_text(content)
    with pytest.raises(SpecError, match="was not written by this lab"):
        read_facts(folder)
