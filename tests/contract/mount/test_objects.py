"""Every kind of object from the lab's vault, through the vendor's clients, to its file."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from azure.keyvault.secrets._shared import http_challenge_cache
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key, pkcs12

from keyferry.identity.credentials import Credentials
from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.model.errors import NotFound, RoleMissing, SecretAbsent, SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.cloud_files import CloudFiles
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.provider import AzureProvider, ProviderRules
from keyferry.mount.azure.render import Forms
from keyferry.mount.copies import master_key
from keyferry.mount.copies.last_good import LastGood
from keyferry.mount.state import Delivery, Mount, PodRef, PodToken
from keyferry.vault.reader import Reader
from tests.fakes import lab_azure
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock

TOKEN = PodToken(token=SecretValue(b"t.t.t"), expires=datetime(2100, 1, 1, tzinfo=UTC))
INTERVAL = timedelta(minutes=2)


class Stage:
    """The lab's vault kv-one with an object of each kind, and a provider that reads it."""

    def __init__(self, folder: Path) -> None:
        document = lab_azure.document()
        document["vaults"][0] |= {
            "keys": {"ec": {"kind": "P-384"}, "rsa": {"kind": "RSA-2048"}, "koblitz": {"kind": "P-256K"}},
            "certificates": {
                "web": {"subject": "CN=web.example"},
                "pem": {"subject": "CN=pem.example", "contentType": "application/x-pem-file"},
            },
        }
        role = {"identity": "reader", "role": "Key Vault Certificate User", "scope": "vaults/kv-one"}
        document["roleAssignments"].append(role)
        self.clock = VirtualClock()
        self.faults = Faults()
        azure = Azure(seed.parse(document), self.clock.now(), lab_azure.sources())
        self._session = cast("aiohttp.ClientSession", LabSession(azure, self.clock, self.faults))
        self.credentials = Credentials(ClusterTokens(self.clock), self._session, self.clock)
        self.reader = Reader(self.credentials, self._session, self.clock)
        self.last_good = LastGood(folder, master_key.load(None), self.clock)
        self.copies = Copies(self.last_good, self.clock)

    async def deliver(
        self, *objects: str, vault: str = "kv-one", separate: bool = False, stale: bool = False
    ) -> Delivery:
        array = "".join("  - |\n    " + one.replace(", ", "\n    ") + "\n" for one in objects)
        mount = Mount(
            provider="azure",
            class_name="kv",
            pod=PodRef(namespace="apps", name="api-0", uid="u", service_account="kv-reader"),
            parameters={
                "keyvaultName": vault,
                "tenantID": lab_azure.TENANT,
                "clientID": lab_azure.READER,
                "objects": f"array:\n{array}",
            },
            target_path="/target",
            tokens={lab_azure.AUDIENCE: TOKEN},
            serve_stale=timedelta(hours=24) if stale else None,
        )
        rules = ProviderRules(forms=Forms(separate_files=separate))
        provider = AzureProvider(self.reader, CloudFiles(()), rules, self.copies)
        return await provider.deliver(mount, interval=INTERVAL)

    async def forget_values(self) -> None:
        """Begin anew, but for the copies."""
        await self.reader.aclose()
        self.reader = Reader(self.credentials, self._session, self.clock)

    async def files(self, *objects: str, separate: bool = False) -> dict[str, bytes]:
        payload = (await self.deliver(*objects, separate=separate)).payload
        return {file.path: file.content.reveal() for file in payload.files}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    made = Stage(tmp_path / "copies")
    await made.last_good.start()
    yield made
    await made.reader.aclose()
    await made.credentials.aclose()
    http_challenge_cache.clear()


async def test_a_mount_of_everything(stage: Stage) -> None:
    delivery = await stage.deliver(
        "objectName: db-password, objectType: secret, objectAlias: conf/db, filePermission: 0400",
        "objectName: web, objectType: secret",
        "objectName: web, objectType: cert, objectAlias: web.crt",
        "objectName: web, objectType: key, objectAlias: web.pub",
        "objectName: ec, objectType: key",
        "objectName: rsa, objectType: key",
    )
    made = {file.path: file.content.reveal() for file in delivery.payload.files}

    assert made["conf/db"] == b"first"
    assert delivery.payload.files[0].mode == 0o400
    key = load_pem_private_key(made["web"], None)
    leaf = x509.load_pem_x509_certificate(made["web.crt"])
    assert leaf.subject.rfc4514_string() == "CN=web.example"
    assert made["web.crt"] in made["web"]
    assert key.public_key() == leaf.public_key() == load_pem_public_key(made["web.pub"])
    assert made["ec"].startswith(b"-----BEGIN PUBLIC KEY-----")
    load_pem_public_key(made["rsa"])
    assert [one.id for one in delivery.payload.versions] == [
        "secret/db-password",
        "secret/web",
        "cert/web",
        "key/web",
        "key/ec",
        "key/rsa",
    ]
    assert all(len(one.version) == 32 for one in delivery.payload.versions)


@pytest.mark.parametrize("name", ["web", "pem"])
async def test_a_certificate_in_each_form(stage: Stage, name: str) -> None:
    whole = await stage.files(f"objectName: {name}, objectType: secret", separate=True)
    assert list(whole) == [f"{name}.crt", f"{name}.key", name]
    x509.load_pem_x509_certificate(whole[f"{name}.crt"])
    load_pem_private_key(whole[f"{name}.key"], None)


async def test_a_pfx_as_text_and_as_a_file(stage: Stage) -> None:
    pfx = "objectName: web, objectType: secret, objectFormat: PFX"
    made = await stage.files(pfx, f"{pfx}, objectEncoding: base64, objectAlias: web.pfx")
    assert made["web"].isascii()
    assert pkcs12.load_pkcs12(made["web.pfx"], None).key is not None


async def test_a_version_and_a_history(stage: Stage) -> None:
    latest = await stage.deliver("objectName: db-password, objectType: secret")
    version = latest.payload.versions[0].version
    made = await stage.deliver(
        f"objectName: db-password, objectType: secret, objectVersion: {version}, objectAlias: pinned",
        "objectName: db-password, objectType: secret, objectVersionHistory: 5, objectAlias: all",
        "objectName: web, objectType: cert, objectVersionHistory: 2",
        "objectName: ec, objectType: key, objectVersionHistory: 2",
    )
    assert [file.path for file in made.payload.files] == ["pinned", "all/0", "web/0", "ec/0"]
    assert made.payload.files[0].content == made.payload.files[1].content == latest.payload.files[0].content
    assert [one.id for one in made.payload.versions][1] == "secret/db-password/0"


@pytest.mark.parametrize(
    ("wanted", "kind", "said"),
    [
        pytest.param("objectName: gone, objectType: secret", SecretAbsent, "objectName: gone", id="absent"),
        pytest.param(
            "objectName: gone, objectType: cert", SecretAbsent, "certificate gone does not", id="no-certificate"
        ),
        pytest.param(
            f"objectName: db-password, objectType: secret, objectVersion: {'5f' * 16}",
            SecretAbsent,
            f"objectVersion: {'5f' * 16}",
            id="no-version",
        ),
        pytest.param("objectName: gone, objectType: key, objectVersionHistory: 3", NotFound, "gone", id="no-history"),
        pytest.param("objectName: koblitz, objectType: key", SpecError, "P-256K", id="curve"),
        pytest.param(
            "objectName: web, objectType: secret, objectEncoding: hex, objectAlias: hex",
            SpecError,
            "not hex",
            id="pem-is-no-hex",
        ),
    ],
)
async def test_what_cannot_be_mounted_is_told(stage: Stage, wanted: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        await stage.deliver("objectName: web, objectType: secret", wanted)
    assert "first" not in str(caught.value)


async def test_a_vault_without_a_role_is_told(stage: Stage) -> None:
    with pytest.raises(RoleMissing, match="objectName: alone"):
        await stage.deliver("objectName: alone, objectType: secret", vault="kv-two")


async def test_an_outage_is_bridged_by_sealed_copies(stage: Stage) -> None:
    objects = ("objectName: db-password, objectType: secret", "objectName: web, objectType: secret")
    good = await stage.deliver(*objects, stale=True)
    await stage.forget_values()
    stage.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET)))

    stale = await stage.deliver(*objects, stale=True)

    assert stale.payload == good.payload
    assert stale.stale_since == good.verified_at
    assert isinstance(stale.instead_of, Unavailable)
    with pytest.raises(Unavailable):
        await stage.deliver(*objects)
    with pytest.raises(Unavailable):
        await stage.deliver(*objects, "objectName: ec, objectType: key", stale=True)
