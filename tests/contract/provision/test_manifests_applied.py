"""An API server takes what is rendered, by server-side apply, and finds nothing to change when it comes again."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.provision.manifests.state import Form
from tests.contract.provision import rendered
from tests.contract.provision.rendered import PLAIN
from tests.fakes import estates, programs
from tests.fakes.offset_clock import OffsetClock

CRDS = Path(__file__).parents[3] / "deploy" / "crds"
KUBECTL = shutil.which("kubectl") or str(Path(sys.executable).with_name("kubectl"))


@pytest.fixture
async def kubeconfig(tmp_path: Path) -> AsyncIterator[Path]:
    clock = OffsetClock()
    server = KubernetesServer(estates.ISSUER, Authority(clock.now()), clock.now)
    await server.open()
    try:
        (tmp_path / "kubeconfig").write_text(server.kubeconfig())
        yield tmp_path / "kubeconfig"
    finally:
        await server.close()


async def test_is_accepted_and_stays(kubeconfig: Path) -> None:
    files = rendered.files(Form.PLAIN)
    namespaces = sorted({site.namespace for site in rendered.ESTATE.sites if not site.makes_namespace})
    wanted = "".join(f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n" for name in namespaces)
    await applied(kubeconfig, "-", given=wanted)
    await applied(kubeconfig, str(CRDS))
    rendered.write(files, kubeconfig.parent)
    folder = str(kubeconfig.parent / PLAIN)
    first = await applied(kubeconfig, folder)
    assert len(first) == len(rendered.below(PLAIN, files))
    assert all(line.endswith("serverside-applied") for line in first)
    versions = await listed(kubeconfig)
    await applied(kubeconfig, folder)
    assert await listed(kubeconfig) == versions


async def applied(kubeconfig: Path, path: str, *, given: str = "") -> list[str]:
    return await kubectl(kubeconfig, "apply", "--server-side", "-f", path, given=given)


async def listed(kubeconfig: Path) -> list[str]:
    kinds = "secretstores,externalsecrets,secretproviderclasses,serviceaccounts,roles,networkpolicies"
    form = "jsonpath={range .items[*]}{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}"
    return await kubectl(kubeconfig, "get", kinds, "-A", "-l", "app.kubernetes.io/part-of=shops", "-o", form)


async def kubectl(kubeconfig: Path, *words: str, given: str = "") -> list[str]:
    environment = {"HOME": str(kubeconfig.parent), "PATH": "/usr/bin:/bin", "KUBECONFIG": str(kubeconfig)}
    ended = await programs.run(KUBECTL, *words, given=given.encode(), environment=environment)
    assert ended.code == 0, ended.err
    return ended.out.splitlines()
