"""The whole lab: its folder, its routes, its end."""

import asyncio
import json
import os
import socket
import ssl
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from keyferry.lab.serve.ingress import Way
from keyferry.lab.serve.kubelet.cluster import Cluster
from keyferry.lab.serve.lab import DEFAULT_ISSUER, Lab
from keyferry.lab.serve.listener import PortInUseError
from keyferry.lab.serve.options import FolderError, Options, Ports
from tests.fakes.kubelet_node import until
from tests.fakes.running_lab import ISSUER, READER, seed, short_folder

FILES = {"kubeconfig", "ca.pem", "env", "lab.json", "admin.sock"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made / "lab"


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def mode(path: Path) -> int:
    """Who may read, write and enter."""
    return stat.S_IMODE(path.stat().st_mode)


def text_in(folder: Path) -> str:
    """All that its files say."""
    return "".join(path.read_text() for path in folder.iterdir() if path.is_file())


async def faults(folder: Path) -> object:
    """Ask the lab that runs in a folder."""
    connector = aiohttp.UnixConnector(path=str(folder / "admin.sock"))
    async with aiohttp.ClientSession(connector=connector) as session, session.get("http://lab/faults") as answer:
        return await answer.json()


async def fetched(lab: Lab, url: str) -> tuple[int, str]:
    """Get a page as a program in the lab's network does."""
    context = ssl.create_default_context(cafile=str(lab.folder / "ca.pem"))
    proxy = lab.environment["HTTPS_PROXY"]
    async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy, ssl=context) as answer:
        return answer.status, await answer.text()


async def test_what_programs_need_lies_in_a_private_folder(folder: Path) -> None:
    async with Lab(seed(), folder):
        assert names(folder) == FILES
        assert mode(folder) == 0o700
        assert {mode(folder / name) for name in FILES} == {0o600}
    assert names(folder) == set()


async def test_it_tells_of_itself_and_no_value(folder: Path) -> None:
    async with Lab(seed(), folder) as lab:
        told = json.loads((folder / "lab.json").read_text())
        assert told["pid"] == os.getpid()
        assert told["issuer"] == ISSUER
        assert told["identities"]["reader"]["clientId"] == READER
        assert told["tenants"] == [tenant.id for tenant in lab.seed.tenants]
        everything = text_in(folder)
    assert "first" not in everything


async def test_the_env_file_exports_the_environment(folder: Path) -> None:
    async with Lab(seed(), folder) as lab:
        lines = (folder / "env").read_text().splitlines()
        assert lines == [f"export {name}={value}" for name, value in lab.environment.items()]
        assert lab.environment["SSL_CERT_FILE"] == str(folder / "ca.pem")
        assert lab.environment["NO_PROXY"] == "127.0.0.1,localhost"


async def test_real_host_names_lead_to_the_lab(folder: Path) -> None:
    async with Lab(seed(), folder) as lab:
        status, body = await fetched(lab, f"{ISSUER}.well-known/openid-configuration")
        assert (status, json.loads(body)["issuer"]) == (200, ISSUER)
        status, _ = await fetched(lab, "https://kv-one.vault.azure.net/secrets/db-password?api-version=7.4")
        assert status == 401, "the vault answers, with its challenge"
        status, _ = await fetched(lab, "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration")
        assert status in {200, 400}


@pytest.mark.parametrize("url", ["https://example.com/", f"{ISSUER.replace('.example', '.example:8443')}x"])
async def test_nothing_leads_out(folder: Path, url: str) -> None:
    async with Lab(seed(), folder) as lab:
        with pytest.raises(aiohttp.ClientHttpProxyError) as caught:
            await fetched(lab, url)
    assert caught.value.status == 403


async def test_a_seed_without_an_issuer_has_the_labs_own(folder: Path) -> None:
    async with Lab(seed(cluster={}), folder) as lab:
        assert lab.issuer == DEFAULT_ISSUER


async def test_its_clock_moves_for_all_of_it(folder: Path) -> None:
    lab = Lab(seed(), folder)
    before = lab.now()
    lab.clock.advance(before - before.replace(year=before.year - 1))
    assert (lab.now() - before).days >= 365


class TestTaken:
    async def test_a_port_that_is_in_use(self, folder: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for ports in (Ports(kubernetes=port), Ports(azure=port), Ports(proxy=port)):
                with pytest.raises(PortInUseError, match=str(port)):
                    async with Lab(seed(), folder, Options(ports=ports)):
                        pass
                assert names(folder) == set(), "what was opened before is closed"

    async def test_a_folder_in_which_a_lab_runs(self, folder: Path) -> None:
        async with Lab(seed(), folder):
            with pytest.raises(PortInUseError, match=r"admin\.sock"):
                async with Lab(seed(), folder):
                    pass
            assert names(folder) == FILES, "the first lab's files stay"
            assert await faults(folder) == {"rules": []}, "and it answers"

    async def test_a_socket_that_a_killed_lab_left_is_taken_over(self, folder: Path) -> None:
        folder.mkdir()  # noqa: ASYNC240  (nobody waits)
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(folder / "admin.sock"))
        async with Lab(seed(), folder):
            assert await faults(folder) == {"rules": []}

    async def test_a_path_too_long_for_a_socket(self, folder: Path) -> None:
        with pytest.raises(FolderError, match="too long for a socket"):
            async with Lab(seed(), folder / ("x" * 100)):
                pass
        assert names(folder.parent) == set()

    async def test_a_folder_below_a_file(self) -> None:
        below = Path(os.devnull) / "lab"
        with pytest.raises(FolderError, match="cannot be made"):
            async with Lab(seed(), below):
                pass


async def test_leaving_ends_all_of_it(folder: Path) -> None:
    async with Lab(seed(), folder) as lab:
        addresses = [
            ("127.0.0.1", lab.kubernetes.port),
            ("127.0.0.1", int(lab.environment["HTTPS_PROXY"].split(":")[2])),
        ]
    for host, port in addresses:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)


async def test_its_nodes_run_pods(folder: Path) -> None:
    async with Lab(seed(), folder, Options(nodes=2)) as lab:
        admin = Cluster(lab.kubernetes.answer, lab.kubernetes.admin_token, lab.now)
        pods = "/api/v1/namespaces/default/pods"
        for name in ("one", "two"):
            spec = {"containers": [{"name": "app", "image": "app"}]}
            await admin.post(pods, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
        running = [await until(lambda name=name: _running(admin, f"{pods}/{name}")) for name in ("one", "two")]
        assert {pod["spec"]["nodeName"] for pod in running} == {"node-1", "node-2"}
        told = json.loads((folder / "lab.json").read_text())["nodes"]
        assert told == {"node-1": str(folder / "nodes" / "node-1"), "node-2": str(folder / "nodes" / "node-2")}


async def test_processes_in_pods_meet_the_lab_without_credentials(folder: Path) -> None:
    async with Lab(seed(), folder, Options(nodes=1)) as lab:
        environment = lab.kubelets[0].node.settings.environment()
        assert environment["KUBERNETES_SERVICE_PORT"] == str(lab.kubernetes.port)
        assert set(lab.environment) - set(environment) == {"KUBECONFIG", "AZURE_CONFIG_DIR"}


async def _running(admin: Cluster, path: str) -> Any:
    pod = await admin.get(path)
    return pod if pod["status"]["phase"] == "Running" else None


def test_nodes_of_a_deep_folder_live_elsewhere_and_leave_nothing() -> None:
    async def visit() -> Path:
        with tempfile.TemporaryDirectory(prefix="kf-" + "x" * 60) as folder:
            async with Lab(seed(), Path(folder), Options(nodes=1)) as lab:
                assert lab.kubelets[0].root.is_dir()
                assert Path(folder) not in lab.kubelets[0].root.parents
                return lab.kubelets[0].root

    assert not asyncio.run(visit()).exists()


async def test_leads_events_into_its_cluster(folder: Path) -> None:
    way = Way(url="https://events.example/events", port=4321)
    async with Lab(seed(), folder, Options(ways=(way,))) as lab:
        found = lab.endpoints.find("https://events.example/events")
        assert found is not None
        with socket.create_connection((found.host, found.port)):
            pass
        assert lab.endpoints.find("https://elsewhere.example/events") is None
