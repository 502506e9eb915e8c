"""Where a value could leak that is mounted as a file: everything that the plugin and kubelet leave behind."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.wire.resources import EVENTS, PODS
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from tests.scenario.mount_plugin import Plugin
from tests.scenario.stage import CANARY

SIGNS: Final = (CANARY, base64.b64encode(CANARY.encode())[:24].decode(), "eyJ")  # the last begins any token


async def check(client: Client, plugin: Plugin, root: Path) -> None:
    """Assert that no value and no token is in what the plugin tells, on a node's disk, or in what the cluster shows."""
    texts = await _texts(client, plugin.log_path, root)
    if plugin.process.pid:
        texts += [("metrics", await plugin.metrics()), ("command line", _command_line(plugin.process.pid))]
    assert {"events", plugin.log_path.name} <= {place for place, _ in texts}
    assert [f"{place}: {sign}" for place, text in texts for sign in SIGNS if sign in text] == []


async def _texts(client: Client, log: Path, root: Path) -> list[tuple[str, str]]:
    texts = await asyncio.to_thread(lambda: list(_files(log, root)))
    for resource in (EVENTS, PODS, CLASSES, POD_STATUSES):
        pages = client.list(resource)
        items = [bytes(item).decode() async for page in pages for item in page.items]
        texts += [(resource.plural, item) for item in items]
    return texts


def _command_line(pid: int) -> str:
    place = Path(f"/proc/{pid}")
    return (place / "cmdline").read_text() + (place / "environ").read_text()


def _files(log: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Everything but the volumes' own content."""
    yield log.name, log.read_text()
    for path in (*root.glob("plugins/**/*"), *root.glob("pods/*/volumes/kubernetes.io~csi/*/vol_data.json")):
        if path.is_file():
            yield str(path.relative_to(root)), path.read_bytes().decode(errors="replace")
