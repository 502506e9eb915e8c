"""`keyferry check` as a program: over what a real kubectl takes out of a cluster, in a pipe, for scripts and for CI."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from keyferry.cli.session import Session
from tests.fakes import programs
from tests.fakes.patience import patient

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMESPACE = "checked"
CONTAINER = {
    "name": "app",
    "image": "ghcr.io/example/app:1",
    "volumeMounts": [{"name": "s", "mountPath": "/password", "subPath": "PASSWORD"}],
}
POD_SPEC = {"containers": [CONTAINER], "volumes": [{"name": "s", "secret": {"secretName": "db"}}]}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "api", "namespace": NAMESPACE},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "api"}},
        "template": {"metadata": {"labels": {"app": "api"}}, "spec": POD_SPEC},
    },
}
EXAMPLES = Path(__file__).parents[2] / "examples"


async def program(
    *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    """Run a program; return its exit code and what it printed."""
    ended = await programs.run(*arguments, given=given, environment=environment)
    return ended.code, ended.out, ended.err


async def check(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    return await program(sys.executable, "-m", "keyferry", "check", *arguments, given=given)


async def exported(session: Session, kubectl: str, *names: str) -> str:
    asked = [kubectl, "get", ",".join(names), "-n", NAMESPACE, "-o", "yaml"]
    code, out, err = await program(*asked, environment=session.environment)
    assert code == 0, err
    return out


async def test_what_a_cluster_holds_is_told_once(session: Session, kubectl: str) -> None:
    await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    await session.put(DEPLOYMENT)
    everything = ""
    async with patient():
        while everything.count("kind: Pod\n") < 2:  # the control loops make them
            everything = await exported(session, kubectl, "deployments", "replicasets", "pods", "serviceaccounts")
            await asyncio.sleep(0.1)
    code, out, err = await check("-", "-o", "json", given=everything.encode())
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [(each["rule"], each["kind"]) for each in told["findings"]] == [("sub-path", "Deployment")]
    assert "subPath: PASSWORD" in everything.splitlines()[told["findings"][0]["line"] - 1]
    alone = await exported(session, kubectl, "pods")
    code, out, err = await check("-", "--enforce", "sub-path", given=alone.encode())
    assert (code, out.count("[sub-path]")) == (1, 2), "of pods alone each is told"


async def test_the_examples_have_no_errors(tmp_path: Path) -> None:
    code, out, err = await check(str(EXAMPLES), "--output", "sarif")
    assert (code, err) == (0, "")
    (run,) = json.loads(out)["runs"]
    assert {result["ruleId"] for result in run["results"]} <= {
        "outdated-version",  # they are what people have, word for word
        "borrowed-account",
        "refresh-interval",
        "secret-in-env",
        "questionable-estate",  # vaults that every network may try, as they are when nothing is said of it
    }


async def test_a_reader_that_goes_away_is_no_error_of_ours() -> None:
    manifest = EXAMPLES / "sync-per-key.yaml"
    line = f"{sys.executable} -m keyferry check {manifest} {manifest} | head -n 1"
    code, out, err = await program("/bin/sh", "-c", line)
    assert (code, len(out.splitlines())) == (0, 1)
    assert "Traceback" not in err
