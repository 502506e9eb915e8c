"""The demo's chapter on files, told whole, with the node plugin as a process."""

import io
import re

import pytest
from rich.console import Console

from keyferry.cli import examples
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.mount_story import MountStory, pod
from keyferry.identity.http import open_session
from keyferry.lab.serve.seed_file import read_seed
from tests.fakes.running_lab import running_session


async def test_a_pod_reads_its_files_and_is_told_of_a_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    page = io.StringIO()
    async with (
        running_session(monkeypatch, read_seed(examples.find("lab.yaml")), nodes=1) as session,
        open_session() as http,
    ):
        await session.install()
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        await engineer.arrive()
        plugin = session.node("node-1", session.lab.folder / "node-1.log", "--rotation-poll-interval", "1s")
        try:
            await MountStory(session, engineer, plugin, Console(file=page, width=1000)).tell()
            await session.lab.kubelets[0].close()
        finally:
            await plugin.stop()
            await engineer.credentials.aclose()
        log = (session.lab.folder / "node-1.log").read_text()
    told = page.getvalue()
    for words in ("node plugin", "the pod reads · tls-cert: ", "the pod is told · db-password: "):
        assert words in told
    assert re.findall(r"eyJ[\w-]{8,}", told + log) == []


def test_the_pods_program_is_run_by_the_lab() -> None:
    assert pod()["metadata"]["annotations"] == {"keyferry.io/lab-process": "true"}
