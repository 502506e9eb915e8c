"""Which files may describe a cloud: below the allowed folders, regular, short, and not by a link that leads out."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from keyferry.model.errors import KeyferryError, NotFound, SpecError, Where
from keyferry.mount.azure.cloud_files import LIMIT_BYTES, CloudFiles
from keyferry.spec.azure_mount import AzureMount, MountAuth

WHERE = Where(kind="SecretProviderClass", namespace="app", name="kv")
CONTENT = json.dumps(
    {
        "name": "AzureStackCloud",
        "activeDirectoryEndpoint": "https://login.contoso.example",
        "keyVaultEndpoint": "https://vault.contoso.example",
        "keyVaultDNSSuffix": "vault.contoso.example",
    }
).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "clouds"
    made.mkdir()
    (tmp_path / "secret.json").write_bytes(CONTENT)
    return made


def mount(cloud: str = "", file: object = "") -> AzureMount:
    return AzureMount(
        vault_name="kv",
        tenant_id="t",
        auth=MountAuth.WORKLOAD_IDENTITY,
        client_id="c",
        user_assigned_identity_id="",
        cloud=cloud,
        cloud_file=str(file),
        objects=(),
    )


def plain(folder: Path) -> None:
    (folder / "cloud.json").write_bytes(CONTENT)


def as_a_config_map(folder: Path) -> None:
    (folder / "..2026").mkdir()
    (folder / "..2026" / "cloud.json").write_bytes(CONTENT)
    (folder / "..data").symlink_to("..2026")
    (folder / "cloud.json").symlink_to("..data/cloud.json")


@pytest.mark.parametrize("lay", [plain, as_a_config_map])
async def test_reads_a_file_below_the_folder_and_links_within_it(folder: Path, lay: Callable[[Path], None]) -> None:
    lay(folder)

    cloud = await CloudFiles((Path("/elsewhere"), folder)).cloud_of(
        mount("azureStackCloud", folder / "cloud.json"), WHERE
    )

    assert cloud.vault_suffix == "vault.contoso.example"


async def test_reads_it_anew_for_each_mount(folder: Path) -> None:
    plain(folder)
    files = CloudFiles((folder,))
    await files.cloud_of(mount("AzureStackCloud", folder / "cloud.json"), WHERE)
    (folder / "cloud.json").write_bytes(CONTENT.replace(b"vault.contoso", b"vault.fabrikam"))

    cloud = await files.cloud_of(mount("AzureStackCloud", folder / "cloud.json"), WHERE)

    assert cloud.vault_suffix == "vault.fabrikam.example"


async def test_the_folder_may_be_a_link_itself(folder: Path, tmp_path: Path) -> None:
    plain(folder)
    (tmp_path / "by-link").symlink_to(folder)

    assert CloudFiles((tmp_path / "by-link",)).read(str(tmp_path / "by-link" / "cloud.json")) == CONTENT


def out_by_a_link(folder: Path) -> str:
    (folder / "cloud.json").symlink_to(folder.parent / "secret.json")
    return str(folder / "cloud.json")


def out_by_a_linked_folder(folder: Path) -> str:
    (folder / "up").symlink_to("..")
    return str(folder / "up" / "secret.json")


def in_circles(folder: Path) -> str:
    (folder / "cloud.json").symlink_to("cloud.json")
    return str(folder / "cloud.json")


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "cloud.json")
    return str(folder / "cloud.json")


def long(folder: Path) -> str:
    (folder / "cloud.json").write_bytes(CONTENT + b" " * LIMIT_BYTES)
    return str(folder / "cloud.json")


@pytest.mark.parametrize(
    ("lay", "kind", "words"),
    [
        pytest.param(lambda folder: str(folder.parent / "secret.json"), SpecError, "may lie below", id="elsewhere"),
        pytest.param(lambda folder: str(folder / "../secret.json"), SpecError, "may lie below", id="out-by-dots"),
        pytest.param(lambda _: "cloud.json", SpecError, "may lie below", id="relative"),
        pytest.param(lambda folder: f"{folder}/a\0b", SpecError, "may lie below", id="nul"),
        pytest.param(lambda folder: f"{folder}x/cloud.json", SpecError, "may lie below", id="a-sibling-of-like-name"),
        pytest.param(out_by_a_link, SpecError, "may lie below", id="out-by-a-link"),
        pytest.param(out_by_a_linked_folder, SpecError, "may lie below", id="out-by-a-linked-folder"),
        pytest.param(in_circles, SpecError, "cannot be used", id="a-link-to-itself"),
        pytest.param(pipe, SpecError, "not a regular file", id="pipe"),
        pytest.param(str, SpecError, "not a regular file", id="the-folder"),
        pytest.param(long, SpecError, "longer than 65536 bytes", id="long"),
        pytest.param(lambda folder: str(folder / "none.json"), NotFound, "does not exist", id="missing"),
        pytest.param(lambda folder: f"{folder}/{'x' * 300}", SpecError, "cannot be used", id="no-such-name-can-be"),
    ],
)
async def test_refuses_what_is_no_clouds_file(
    folder: Path, lay: Callable[[Path], str], kind: type[KeyferryError], words: str
) -> None:
    path = lay(folder)

    with pytest.raises(kind, match=words):
        await CloudFiles((folder,)).cloud_of(mount("AzureStackCloud", path), WHERE)


async def test_with_no_folder_no_file_is_read(folder: Path) -> None:
    plain(folder)

    with pytest.raises(SpecError, match="no folder for such files is allowed"):
        await CloudFiles(()).cloud_of(mount("AzureStackCloud", folder / "cloud.json"), WHERE)


async def test_a_file_is_asked_for_where_none_is_named_and_read_only_where_the_cloud_needs_it() -> None:
    files = CloudFiles((), default="AzureChinaCloud")

    assert (await files.cloud_of(mount("AzurePublicCloud", "/etc/shadow"), WHERE)).environment == "PublicCloud"
    assert (await files.cloud_of(mount(), WHERE)).environment == "ChinaCloud"
    with pytest.raises(SpecError, match="set cloudEnvFileName"):
        await files.cloud_of(mount("AzureStackCloud"), WHERE)
