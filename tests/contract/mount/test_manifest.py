"""deploy/node.yaml says what the program understands, and gives what it asks for."""

from typing import Any

import pytest
import yaml
from typer.main import get_command

from keyferry.cli.main import app
from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import BINDING_AUDIENCE, TOKEN_AUDIENCE
from keyferry.mount.settings import DRIVER
from tests.fakes.node_cluster import MANIFEST, NodeCluster

DRIVERS = Resource(group="storage.k8s.io", version="v1", plural="csidrivers", kind="CSIDriver", namespaced=False)
DAEMON_SETS = Resource(group="apps", version="v1", plural="daemonsets", kind="DaemonSet")


@pytest.fixture(scope="module")
def container() -> dict[str, Any]:
    documents = yaml.safe_load_all(MANIFEST.read_text())
    (daemon_set,) = (document for document in documents if document["kind"] == "DaemonSet")
    (found,) = daemon_set["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_its_flags_are_the_commands(container: dict[str, Any]) -> None:
    name, *flags = container["args"]
    command = getattr(get_command(app), "commands")[name]  # noqa: B009  (a group's, which its type does not tell)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {flag.partition("=")[0] for flag in flags} <= known


def test_what_it_works_in_is_mounted(container: dict[str, Any]) -> None:
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in container["args"][1:])
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    providers = flags["provider-volume"], flags["additional-provider-volume-paths"]
    assert {flags["plugin-dir"], flags["registration-dir"], *providers, "/tmp"} <= set(mounts)
    assert flags["key-file"].rpartition("/")[0] in mounts
    assert flags["endpoint"].startswith(f"unix://{flags['plugin-dir']}/")
    assert mounts[f"{flags['kubelet-root']}/pods"]["mountPropagation"] == "Bidirectional"


async def test_an_api_server_takes_it(cluster: NodeCluster) -> None:
    driver = (await cluster.read(DRIVERS, DRIVER, ""))["spec"]
    assert [request["audience"] for request in driver["tokenRequests"]] == [TOKEN_AUDIENCE, BINDING_AUDIENCE]
    assert (driver["podInfoOnMount"], driver["requiresRepublish"], driver["attachRequired"]) == (True, True, False)
    assert await cluster.read(DAEMON_SETS, "keyferry-node", "keyferry-node")
