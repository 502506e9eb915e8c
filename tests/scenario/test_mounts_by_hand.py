"""What a plugin at work answers kubelet: each rule that users of the Secrets Store CSI driver rely on, over its socket.

The rules are those of the driver 1.6 and of its Azure provider 1.8, with the differences of docs/compatibility.md.
"""

import base64
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import pkcs12

from keyferry.cli import looking
from keyferry.mount.protobuf import csi_pb2
from tests.fakes.patience import PATIENCE
from tests.scenario import mount_manifests
from tests.scenario.kubelets_hand import ACCOUNT, POD_NAME, Answer, Hand, array, entry, kubelets_hand
from tests.scenario.mount_manifests import GROUP, secret_class
from tests.scenario.mount_stage import QUICK, MountStage, open_mounts

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPACE = "one"
BINARY = bytes(range(256))
ROLES = ("Key Vault Reader", "Key Vault Crypto User", "Key Vault Certificate User")


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and an object of every kind; none of these values is looked for in the traces."""
    made = mount_manifests.seed()
    vault = made["vaults"][0]
    vault["secrets"] |= {
        "empty": {"value": ""},
        "spaces": {"value": "  a b \n"},
        "binary": {"value": base64.b64encode(BINARY).decode()},
        "hex": {"value": "00fF10"},
        "history": {"versions": [{"value": "h1"}, {"value": "h2", "enabled": False}, {"value": "h3"}, {"value": "h4"}]},
    }
    vault["secrets"] |= {f"large-{index:02}": {"random": 25_600} for index in range(40)}
    vault["keys"] = {"rsa": {"kind": "RSA-2048"}, "ec": {"kind": "P-256"}, "k1": {"kind": "P-256K"}}
    vault["certificates"] |= {"of-pem": {"contentType": "application/x-pem-file"}, "kept": {"exportable": False}}
    made["roleAssignments"] += [{"identity": "reader", "role": role, "scope": "vaults/kv-stage"} for role in ROLES]
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node whose volumes hold a megabyte at most."""
    async with open_mounts(folder, seed, *QUICK, "--volume-size-limit", "1") as stage:
        await stage.prepare(SPACE)
        await stage.prepare("elsewhere")
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hand(mounts: MountStage) -> AsyncIterator[Hand]:
    """What calls the plugin."""
    async with kubelets_hand(mounts) as calling:
        yield calling


async def mounted(
    mounts: MountStage, hand: Hand, name: str, *entries: str, **changes: Any
) -> dict[str, tuple[bytes, int]]:
    """Publish a volume of a new class, take it away again, and return the files that it had."""
    answer, files = await tried(mounts, hand, secret_class(SPACE, name, objects=array(*entries), **changes))
    assert answer.code == "OK", answer.text
    return files


async def tried(
    mounts: MountStage, hand: Hand, document: Mapping[str, Any], **call: Any
) -> tuple[Answer, dict[str, tuple[bytes, int]]]:
    """Publish a volume of a class and take it away again; what fails leaves nothing behind."""
    await mounts.apply(document)
    volume = hand.volume(document["metadata"]["name"], SPACE)
    answer = await hand.answered(volume, **call)
    if answer.code != "OK":
        assert (volume.target.exists(), volume.mounts) == (False, 0)
        return answer, {}
    files = volume.files()
    for _ in range(2):
        assert (await hand.unpublish(volume)).code == "OK"
    assert (volume.target.exists(), volume.mounts) == (False, 0)
    return answer, files


async def test_values_become_files_byte_by_byte(mounts: MountStage, hand: Hand) -> None:
    files = await mounted(
        mounts,
        hand,
        "values",
        entry("empty"),
        entry("spaces", objectAlias="Upper.txt", filePermission="0755"),
        entry("spaces", objectAlias="upper.txt", filePermission='"0400"'),
        entry("binary", objectEncoding="BASE64", objectAlias="deep/er/binary"),
        entry("hex", objectEncoding="Hex"),
        entry("EMPTY", objectAlias="case", objectVersion="latest"),
    )
    assert files == {
        "empty": (b"", 0o644),
        "Upper.txt": (b"  a b \n", 0o755),
        "upper.txt": (b"  a b \n", 0o400),
        "deep/er/binary": (BINARY, 0o644),
        "hex": (b"\x00\xff\x10", 0o644),
        "case": (b"", 0o644),
    }


async def test_keys_and_certificates_in_each_form(mounts: MountStage, hand: Hand) -> None:
    files = await mounted(
        mounts,
        hand,
        "forms",
        *[entry(name, "key") for name in ("rsa", "ec")],
        *[entry(name, "cert", objectAlias=f"{name}.crt") for name in ("web", "of-pem")],
        *[entry(name, objectAlias=f"{name}.pem") for name in ("web", "of-pem")],
        entry("web", objectFormat="pfx", objectAlias="web.txt"),
        entry("web", objectFormat="PFX", objectEncoding="base64", objectAlias="web.pfx"),
    )
    heads = {
        name: [line.strip("-") for line in content.decode().splitlines() if line.startswith("-----BEGIN")]
        for name, (content, _) in files.items()
        if not name.startswith("web.") or name in {"web.pem", "web.crt"}
    }
    pair = ["BEGIN PRIVATE KEY", "BEGIN CERTIFICATE"]
    assert heads == {
        "rsa": ["BEGIN PUBLIC KEY"],
        "ec": ["BEGIN PUBLIC KEY"],
        "web.crt": ["BEGIN CERTIFICATE"],
        "of-pem.crt": ["BEGIN CERTIFICATE"],
        "web.pem": pair,
        "of-pem.pem": pair,
    }
    assert base64.b64decode(files["web.txt"][0]) == files["web.pfx"][0]
    assert pkcs12.load_pkcs12(files["web.pfx"][0], b"").key is not None


async def test_a_history_follows_the_vault(mounts: MountStage, hand: Hand) -> None:
    await mounts.apply(secret_class(SPACE, "past", objects=array(entry("history", objectVersionHistory=3))))
    volume = hand.volume("past", SPACE)
    assert (await hand.answered(volume)).code == "OK"
    assert contents(volume.files()) == {"history/0": b"h4", "history/1": b"h3", "history/2": b"h1"}
    await mounts.vault.rotate("history", "h5")
    wanted = {"history/0": b"h5", "history/1": b"h4", "history/2": b"h3"}
    await mounts.until(lambda: contents(volume.files()) == wanted or None, "the history to move on")
    await hand.unpublish(volume)


@pytest.mark.parametrize("tokens_in", [pytest.param("context", id="context"), pytest.param("secrets", id="secrets")])
async def test_tokens_come_by_either_way(mounts: MountStage, hand: Hand, tokens_in: str) -> None:
    document = secret_class(SPACE, "tokens", objects=array(entry("empty")))
    answer, files = await tried(mounts, hand, document, tokens_in=tokens_in)
    assert (answer.code, list(files)) == ("OK", ["empty"])


async def test_a_class_of_the_older_version_is_the_same(mounts: MountStage, hand: Hand) -> None:
    document = secret_class(SPACE, "older", objects=array(entry("hex")))
    answer, files = await tried(mounts, hand, {**document, "apiVersion": GROUP.replace("/v1", "/v1alpha1")})
    assert (answer.code, list(files)) == ("OK", ["hex"])


async def test_a_group_gets_the_files(mounts: MountStage, hand: Hand) -> None:
    entries = entry("empty", filePermission="0400"), entry("hex", filePermission="0660")
    answer, files = await tried(mounts, hand, secret_class(SPACE, "group", objects=array(*entries)), group="2000")
    assert answer.code == "OK"
    assert {name: mode for name, (_, mode) in files.items()} == {"empty": 0o440, "hex": 0o660}


async def test_a_repeated_call_changes_nothing_and_a_failing_one_keeps_the_files(
    mounts: MountStage, hand: Hand
) -> None:
    await mounts.apply(secret_class(SPACE, "kept", objects=array(entry("hex"))))
    volume = hand.volume("kept", SPACE)
    assert (await hand.answered(volume)).code == "OK"
    first = (volume.target / "..data").readlink()
    assert (await hand.publish(volume)).code == "OK"
    failed = await mounts.plugin.counted("node_publish_error_total", error_type="InvalidDocument")
    await mounts.apply(secret_class(SPACE, "kept", objects=array(entry("hex", filePermission="0999"))))

    async def look() -> bool | None:
        assert (await hand.publish(volume)).code == "OK"
        return (
            True
            if await mounts.plugin.counted("node_publish_error_total", error_type="InvalidDocument") > failed
            else None
        )

    await looking.until(look, seconds=PATIENCE, what="a failed look to be counted")
    assert (
        await mounts.plugin.counted("rotation_reconcile_error_total", error_type="InvalidDocument", rotated="false") > 0
    )
    assert ((volume.target / "..data").readlink(), volume.mounts) == (first, 1)
    await hand.unpublish(volume)


LARGE = [entry(f"large-{index:02}") for index in range(40)]
STRANGER = "33333333-3333-4333-8333-333333333333"
REFUSED = [
    pytest.param([entry("k1", "key")], {}, "UNKNOWN", "objectName: k1: a key of kind EC on curve P-256K", id="odd-key"),
    pytest.param([entry("web", "cert", objectFormat="pfx")], {}, "UNKNOWN", "objectFormat: pfx", id="pfx-of-cert"),
    pytest.param([entry("rsa", "key", objectEncoding="hex")], {}, "UNKNOWN", "objectEncoding", id="encoded-key"),
    pytest.param([entry("spaces", objectEncoding="hex")], {}, "UNKNOWN", "is not hex", id="no-hex"),
    pytest.param([entry("hex", "Secret")], {}, "UNKNOWN", 'did you mean "secret"', id="type-in-capitals"),
    pytest.param([entry("hex", filePermission="0999")], {}, "UNKNOWN", "filePermission", id="no-octal"),
    pytest.param([entry("hex", objectAlias="a..b")], {}, "UNKNOWN", "two dots", id="two-dots"),
    pytest.param([entry("hex", objectAlias="../b")], {}, "UNKNOWN", "objectAlias", id="climbing-alias"),
    pytest.param([entry("hex"), entry("empty", objectAlias="hex/a")], {}, "UNKNOWN", "hex/a", id="file-and-folder"),
    pytest.param([], {}, "UNKNOWN", "nothing to mount", id="no-objects"),
    pytest.param([entry("absent")], {}, "UNKNOWN", "objectName: absent: secret absent does not exist", id="absent"),
    pytest.param([entry("disabled-key")], {}, "PERMISSION_DENIED", "SecretDisabled", id="disabled"),
    pytest.param(LARGE, {}, "UNKNOWN", "--volume-size-limit", id="too-large"),
    pytest.param([entry("hex")], {"keyvaultName": "kv"}, "UNKNOWN", "3 to 24", id="short-name"),
    pytest.param([entry("hex")], {"keyvaultName": "kv_stage"}, "UNKNOWN", "keyvaultName", id="odd-name"),
    pytest.param([entry("hex")], {"keyvaultName": "kv-none"}, "UNAVAILABLE", "kv-none.vault.azure.net", id="no-vault"),
    pytest.param([entry("hex")], {"usePodIdentity": "yes"}, "UNKNOWN", "usePodIdentity", id="no-bool"),
    pytest.param(
        [entry("hex")],
        {"usePodIdentity": "true", "useAzureTokenProxy": "true"},
        "UNKNOWN",
        "useAzureTokenProxy and usePodIdentity are true",
        id="two-ways",
    ),
    pytest.param([entry("kept")], {}, "UNKNOWN", "no private key", id="key-that-stays"),
    pytest.param([entry("hex")], {"clientID": ""}, "UNKNOWN", "nodePublishSecretRef", id="nobody"),
    pytest.param([entry("hex")], {"clientID": STRANGER}, "PERMISSION_DENIED", "AADSTS700016", id="stranger"),
    pytest.param([entry("hex")], {"tenantID": "", "tenantId": ""}, "UNKNOWN", "tenantID", id="no-tenant"),
    pytest.param([entry("hex")], {"cloudName": "AzureMars"}, "UNKNOWN", "cloudName", id="no-cloud"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "parameters", "code", "words"), REFUSED)
async def test_a_class_that_cannot_be_mounted_is_told(
    mounts: MountStage, hand: Hand, entries: list[str], parameters: dict[str, str], code: str, words: str
) -> None:
    document = secret_class(SPACE, f"refused-{uuid.uuid4()}", objects=array(*entries))
    document["spec"]["parameters"] |= parameters
    answer, _ = await tried(mounts, hand, document)
    assert answer.code == code
    assert words in answer.text


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        pytest.param({"tokens_in": ""}, "UNKNOWN", "kubelet sent no token", id="no-token"),
        pytest.param({"context": {"useVMManagedIdentity": "true"}}, "UNKNOWN", "volumeAttributes", id="borrowed"),
        pytest.param({"context": {POD_NAME: ""}}, "INVALID_ARGUMENT", "podInfoOnMount", id="no-pod"),
        pytest.param({"context": {ACCOUNT: ""}}, "UNKNOWN", "serviceAccount.name", id="no-account"),
        pytest.param(
            {"context": {"secretProviderClass": ""}}, "INVALID_ARGUMENT", "secretProviderClass", id="no-class"
        ),
        pytest.param({"group": "staff"}, "INVALID_ARGUMENT", "volume_mount_group", id="no-group"),
    ],
)
async def test_a_call_that_cannot_be_met_is_told(
    mounts: MountStage, hand: Hand, call: dict[str, Any], code: str, words: str
) -> None:
    answer, _ = await tried(mounts, hand, secret_class(SPACE, "called", objects=array(entry("hex"))), **call)
    assert answer.code == code
    assert words in answer.text


async def test_a_class_of_another_namespace_is_not_found(mounts: MountStage, hand: Hand) -> None:
    await mounts.apply(secret_class("elsewhere", "far", objects=array(entry("hex"))))
    answer = await hand.publish(hand.volume("far", SPACE))
    assert answer.code == "UNKNOWN"
    assert answer.text.startswith(f"failed to get secretproviderclass {SPACE}/far: not found")


async def test_a_volume_that_may_be_written_is_refused(mounts: MountStage, hand: Hand) -> None:
    request = await hand.request(hand.volume("called", SPACE))
    request.readonly = False
    answer = await hand.send("NodePublishVolume", request, csi_pb2.NodePublishVolumeResponse)
    assert (answer.code, "readOnly: true" in answer.text) == ("INVALID_ARGUMENT", True)


async def test_the_figures_have_upstreams_names(mounts: MountStage) -> None:
    for name in ("node_publish_total", "node_unpublish_total", "rotation_reconcile_total"):
        assert await mounts.plugin.counted(name, os_type="linux") > 0


def contents(files: Mapping[str, tuple[bytes, int]]) -> dict[str, bytes]:
    """The files without their modes."""
    return {name: content for name, (content, _) in files.items()}
