"""Azure alone: its folder, its ways in and out. What Azure does is in the contract suite."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.azure_lab import AzureLab
from keyferry.lab.serve.issuers import Address, Entry
from keyferry.lab.serve.listener import Listener
from keyferry.lab.serve.options import OptionError, Options
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.running_lab import seed, short_folder

VAULT = "https://kv-one.vault.azure.net/secrets"


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made / "lab"


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


@asynccontextmanager
async def external_issuer() -> AsyncIterator[tuple[Entry, str]]:
    """An issuer with an authority of its own: where it is, and the PEM to trust."""
    authority = Authority(datetime.now(UTC))  # noqa: TID251  (certificates are checked against the machine's clock)

    async def publish(request: Request) -> Response:
        return lab_azure.issuer_answers().get(f"https://{request.host}{request.path}", Response(status=404))

    listener = Listener(publish, lambda: lab_azure.NOW)
    await listener.open(context=authority.server_context(lab_azure.ISSUER_HOST))
    address = Address(host="127.0.0.1", port=listener.port)
    yield Entry(url=lab_azure.ISSUER, address=address), authority.certificate_pem.decode()
    await listener.close()


async def test_what_programs_need_lies_in_its_folder(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bundle.pem"
    async with AzureLab(seed(), folder, Options(ca_file=elsewhere)) as lab:
        assert names(folder) == {"ca.pem", "env", "lab.json", "admin.sock"}
        assert elsewhere.read_text() == (folder / "ca.pem").read_text()
        assert lab.environment["SSL_CERT_FILE"] == str(folder / "ca.pem")
        assert Path(lab.environment["AZURE_CONFIG_DIR"]).parent == folder
        lab.publish("more.json", "{}")
        assert (folder / "more.json").read_text() == "{}"
    assert names(folder) == set()


async def test_a_place_for_the_ca_that_is_none(folder: Path) -> None:
    with pytest.raises(OptionError, match="cannot be written"):
        async with AzureLab(seed(), folder, Options(ca_file=folder / "none" / "ca.pem")):
            pass
    assert names(folder) == set()


async def test_what_vaults_are_asked_is_appended_to_a_file(folder: Path, tmp_path: Path) -> None:
    async with AzureLab(seed(), folder, Options(audit_file=tmp_path / "audit")) as lab:
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        async with aiohttp.ClientSession() as session:
            await session.get(VAULT, proxy=lab.environment["HTTPS_PROXY"], ssl=context)
    assert "Authentication" in (tmp_path / "audit").read_text()


async def test_azure_answers_through_the_proxy_and_by_itself(folder: Path) -> None:
    async with AzureLab(seed(), folder) as lab:
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        direct = f"https://{lab.azure_address}/secrets"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            async with session.get(VAULT, proxy=lab.environment["HTTPS_PROXY"]) as answer:
                assert answer.status == 401
            async with session.get(direct, headers={"Host": "kv-one.vault.azure.net"}) as answer:
                assert answer.status == 401


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("https://rp-westeurope.eventgrid.azure.net:553/", 404, id="where-subscriptions-are-confirmed"),
        pytest.param("https://rp-westeurope.eventgrid.azure.net/", 403, id="confirmed-there-alone"),
        pytest.param("https://kv-one.vault.azure.net:553/", 403, id="no-vault-there"),
    ],
)
async def test_each_service_has_its_port(folder: Path, address: str, status: int) -> None:
    async with AzureLab(seed(), folder) as lab, aiohttp.ClientSession() as session:
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        try:
            answer = await session.get(address, proxy=lab.environment["HTTPS_PROXY"], ssl=context)
            told = answer.status
        except aiohttp.ClientHttpProxyError as refusal:
            told = refusal.status
        assert told == status


async def test_entra_asks_an_issuer_outside(folder: Path) -> None:
    async with external_issuer() as (entry, pem):
        options = Options(issuers=(entry,), issuer_ca=pem)
        async with AzureLab(lab_azure.declared(), folder, options) as lab:
            assert await lab.issuer_problems() == {lab_azure.ISSUER: ""}
            assert await token_status(lab) == 200


async def test_entra_does_not_trust_an_issuer_whose_ca_nobody_named(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        external_issuer() as (entry, _),
        AzureLab(lab_azure.declared(), folder, Options(issuers=(entry,))) as lab,
    ):
        assert await token_status(lab) == 400
        assert "name its CA with --issuer-ca" in (await lab.issuer_problems())[lab_azure.ISSUER]
    assert "name its CA with --issuer-ca" in caplog.text


async def token_status(lab: AzureLab) -> int:
    """Exchange a token of the issuer, as issued now."""
    issued = int(lab.now().timestamp())
    assertion = lab_azure.assertion(iat=issued, nbf=issued, exp=issued + 600)
    request = lab_azure.token_request(client_assertion=assertion)
    context = ssl.create_default_context(cafile=str(lab.folder / "ca.pem"))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url, proxy = f"https://{request.host}{request.path}", lab.environment["HTTPS_PROXY"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=request.body, headers=headers, proxy=proxy, ssl=context) as answer,
    ):
        return answer.status


class TestState:
    async def test_a_lab_goes_on_where_it_ended(self, folder: Path, tmp_path: Path) -> None:
        options = Options(state=tmp_path / "state")
        async with AzureLab(lab_azure.declared(), folder, options) as first:
            assert not first.resumes
            certificate = (folder / "ca.pem").read_text()
            before = await secret(first)
        other = lab_azure.declared(vaults=[], roleAssignments=[])
        async with AzureLab(other, folder, options) as second:
            assert second.resumes
            assert second.seed == first.seed, "its own seed counts, and not another"
            assert (folder / "ca.pem").read_text() == certificate
            assert await secret(second) == before

    async def test_one_file_is_of_one_lab(self, folder: Path, tmp_path: Path) -> None:
        options = Options(state=tmp_path / "state")
        async with AzureLab(lab_azure.declared(), folder, options):
            with pytest.raises(OptionError, match="another lab uses the state file"):
                AzureLab(lab_azure.declared(), folder, options)


async def secret(lab: AzureLab) -> object:
    """A secret with its random value and its version, as the vault holds it."""
    vault = lab.azure.vaults.by_name("kv-two")
    assert vault is not None
    return vault.objects.secrets.live["alone"]
