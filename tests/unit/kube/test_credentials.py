import asyncio
import json
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.kube.config import ClientCertificate, ClusterConfig, Credential, ExecPlugin, TokenFile
from keyferry.kube.credentials import Credentials
from keyferry.model.errors import GrantError, KeyferryError, Unavailable
from keyferry.model.secrets import SecretValue

V1 = "client.authentication.k8s.io/v1"
V1BETA1 = "client.authentication.k8s.io/v1beta1"


class TurnedClock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


class Scene:
    """Credentials with a clock to turn, and the certificates that they announced."""

    def __init__(self, credential: Credential) -> None:
        self.clock = TurnedClock()
        self.certificates: list[ClientCertificate] = []
        config = ClusterConfig(server="https://api", origin="test", credential=credential)
        self.credentials = Credentials(config, self.clock, self.certificates.append)

    async def token(self) -> str:
        return (await self.credentials.token()).reveal().decode()


class Plugin:
    """A credential plugin: a script that prints `answer` and counts its runs."""

    def __init__(self, folder: Path, answer: str, exit_code: int = 0) -> None:
        self.runs = folder / "runs"
        self.told = folder / "told"
        self.answer = folder / "answer"
        self.answer.write_text(answer)
        self.program = folder / "plugin"
        self.program.write_text(
            f"#!{sys.executable}\n"
            "import os, sys\n"
            f"open({str(self.runs)!r}, 'a').write('x')\n"
            f"open({str(self.told)!r}, 'w').write(os.environ['KUBERNETES_EXEC_INFO'])\n"
            f"sys.stdout.write(open({str(self.answer)!r}).read())\n"
            "sys.stderr.write(os.environ.get('COMPLAINT', ''))\n"
            f"sys.exit({exit_code})\n",
        )
        self.program.chmod(stat.S_IRWXU)

    def source(self, version: str = V1, cluster_info: dict[str, Any] | None = None) -> ExecPlugin:
        return ExecPlugin(
            api_version=version,
            command=str(self.program),
            arguments=("get-token",),
            environment=(("COMPLAINT", SecretValue(b"please log in")),),
            install_hint="",
            cluster_info=cluster_info,
        )

    def count(self) -> int:
        return len(self.runs.read_text()) if self.runs.exists() else 0


def credential(token: str = "t1", version: str = V1, **status: Any) -> str:
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": {"token": token, **status}})


@pytest.mark.parametrize(
    ("given", "token"),
    [pytest.param(None, "", id="anonymous"), pytest.param(SecretValue(b"t"), "t", id="static")],
)
async def test_credentials_that_never_change(given: Credential, token: str) -> None:
    scene = Scene(given)
    assert await scene.token() == token
    assert not scene.credentials.refused(SecretValue(token.encode()))


async def test_a_token_file_is_read_again_after_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one\n")
    scene = Scene(TokenFile(path=file))
    assert await scene.token() == "one"
    file.write_text("two\n")
    scene.clock.instant += timedelta(seconds=59)
    assert await scene.token() == "one"
    scene.clock.instant += timedelta(seconds=2)
    assert await scene.token() == "two"


async def test_a_refused_token_is_read_again_at_once(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    scene = Scene(TokenFile(path=file))
    first = await scene.credentials.token()
    file.write_text("two")
    assert scene.credentials.refused(first)
    assert await scene.token() == "two"
    file.write_text("three")
    assert scene.credentials.refused(first)  # an answer that was under way: the token is new already
    assert await scene.token() == "two"


async def test_a_file_missing_for_a_moment_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    scene = Scene(TokenFile(path=file))
    await scene.token()
    file.unlink()
    scene.clock.instant += timedelta(hours=1)
    with capture_logs() as logs:
        assert await scene.token() == "one"
    assert [entry["event"] for entry in logs] == ["token.unreadable"]


@pytest.mark.parametrize("content", [None, " \n"], ids=["missing", "empty"])
async def test_without_any_token_there_is_an_error(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    with pytest.raises(Unavailable, match="token file"):
        await Scene(TokenFile(path=file)).token()


@pytest.mark.parametrize("version", [V1, V1BETA1])
async def test_a_plugin_is_run_once_until_its_token_expires(tmp_path: Path, version: str) -> None:
    plugin = Plugin(tmp_path, credential(version=version, expirationTimestamp="2026-11-21T13:00:00Z"))
    scene = Scene(plugin.source(version))
    tokens = await asyncio.gather(*(scene.token() for _ in range(20)))
    assert (set(tokens), plugin.count()) == ({"t1"}, 1)
    plugin.answer.write_text(credential("t2", version, expirationTimestamp="2026-11-21T15:00:00Z"))
    scene.clock.instant += timedelta(minutes=61)
    assert (await scene.token(), plugin.count()) == ("t2", 2)


async def test_a_plugin_without_an_expiry_is_run_again_only_when_refused(tmp_path: Path) -> None:
    plugin = Plugin(tmp_path, credential())
    scene = Scene(plugin.source())
    await scene.token()
    scene.clock.instant += timedelta(days=30)
    token = await scene.credentials.token()
    assert plugin.count() == 1
    assert scene.credentials.refused(token)
    await scene.token()
    assert plugin.count() == 2


async def test_a_plugin_is_told_about_the_cluster_if_it_wants(tmp_path: Path) -> None:
    plugin = Plugin(tmp_path, credential())
    await Scene(plugin.source(cluster_info={"server": "https://api", "certificate-authority-data": b"CA"})).token()
    assert json.loads(plugin.told.read_text()) == {
        "apiVersion": V1,
        "kind": "ExecCredential",
        "spec": {"interactive": False, "cluster": {"server": "https://api", "certificate-authority-data": "Q0E="}},
    }
    await Scene(plugin.source()).token()
    assert json.loads(plugin.told.read_text())["spec"] == {"interactive": False}


async def test_a_plugin_may_give_a_certificate(tmp_path: Path) -> None:
    plugin = Plugin(tmp_path, credential("", clientCertificateData="CRT", clientKeyData="KEY"))
    scene = Scene(plugin.source())
    assert await scene.token() == ""
    assert scene.certificates == [ClientCertificate(certificate_pem=b"CRT", key_pem=SecretValue(b"KEY"))]


@pytest.mark.parametrize(
    ("answer", "exit_code", "problem"),
    [
        pytest.param("hunter2", 0, "no ExecCredential", id="no-json"),
        pytest.param(credential("hunter2", V1BETA1), 0, "no ExecCredential of", id="another-version"),
        pytest.param(credential("hunter2").replace("ExecC", "C"), 0, "no ExecCredential", id="another-kind"),
        pytest.param(credential(""), 0, "neither a token nor a certificate", id="nothing"),
        pytest.param(credential("", clientCertificateData="hunter2"), 0, "neither a token", id="no-key"),
        pytest.param("hunter2", 3, "exit code 3: please log in", id="failed"),
    ],
)
async def test_a_plugin_that_fails_is_explained(tmp_path: Path, answer: str, exit_code: int, problem: str) -> None:
    plugin = Plugin(tmp_path, answer, exit_code)
    with pytest.raises(GrantError, match=problem) as caught:
        await Scene(plugin.source()).token()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("hint", "remedy"),
    [pytest.param("brew install it", "brew install it", id="hint"), pytest.param("", "exec.command", id="no-hint")],
)
async def test_a_plugin_that_is_not_installed(hint: str, remedy: str) -> None:
    missing = ExecPlugin(
        api_version=V1,
        command="keyferry-no-such-plugin",
        arguments=(),
        environment=(),
        install_hint=hint,
        cluster_info=None,
    )
    with pytest.raises(KeyferryError, match="cannot run") as caught:
        await Scene(missing).token()
    assert remedy in caught.value.remedy


async def test_a_plugin_under_way_ends_with_its_caller(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    os.mkfifo(started)
    program = tmp_path / "slow"
    program.write_text(f"#!/bin/sh\necho $$ > {started}; exec sleep 600\n")
    program.chmod(stat.S_IRWXU)
    slow = ExecPlugin(
        api_version=V1,
        command=str(program),
        arguments=(),
        environment=(),
        install_hint="",
        cluster_info=None,
    )
    task = asyncio.create_task(Scene(slow).token())
    process = int(await asyncio.to_thread(started.read_text))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
