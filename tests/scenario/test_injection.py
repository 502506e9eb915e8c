"""Workload identity for any pod that asks: the webhook injects, an unmodified program reads its secret.

The lab's cluster asks `keyferry webhook` as deploy/webhook.yaml says, its kubelet runs the pods as processes.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from keyferry.cli import looking, webhook_plugin
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import Webhook
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario.commands import Kubectl
from tests.scenario.guards import CONFIG_MAPS, Guard, patched
from tests.scenario.injected import CLIENT, LISTER, PROGRAM, SKIP, USE, VAULT, account, container, deployment, pod
from tests.scenario.stage import CANARY, READER, TENANT

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRY = ("--dry-run=server", "-o", "json")
ALL = ["AZURE_AUTHORITY_HOST", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID"]
READ = f"read {hashlib.sha256(f'{CANARY}-db'.encode()).hexdigest()[:12]}"


@pytest.fixture(scope="module")
def nodes() -> int:
    return 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def webhook(session: Session) -> AsyncIterator[Webhook]:
    """A running webhook that the API server asks."""
    webhook = session.webhook(session.lab.folder / "webhook.log")
    async with programs.living(webhook):
        await session.admit_by(webhook)
        yield webhook
        for kubelet in session.lab.kubelets:
            await kubelet.close()


@pytest.fixture(scope="module")
def kubectl_of_admin(session: Session, kubectl: str, webhook: Webhook) -> Kubectl:
    assert webhook.port
    return Kubectl(kubectl, session.environment)


@pytest_asyncio.fixture(loop_scope="module")
async def run(session: Session, kubectl_of_admin: Kubectl) -> Kubectl:
    """Kubectl, in a cluster whose namespace `one` has the account `reader` of the identity `reader`."""
    await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one"}})
    await session.put(account("reader", "one"))
    return kubectl_of_admin


async def printed(run: Kubectl, app: str, name: str) -> list[str]:
    """Return what a container of an app's pod has printed."""
    said = await run("logs", "-n", "one", "-l", f"app={app}", "-c", name, "--tail=-1")
    return said.out.splitlines() if said.code == 0 else []


async def last_read(run: Kubectl, app: str, *, but: str = "") -> str:
    """Wait for a read of the right value with a token other than `but`, and return the token's digest."""

    async def look() -> str | None:
        lines = await printed(run, app, "app")
        token = lines[-1].removeprefix(READ).strip() if lines and lines[-1].startswith(READ) else ""
        return token if token != but else None

    return await looking.until(look, seconds=PATIENCE, what=f"a read of {app}")


async def created(session: Session, name: str) -> dict[str, Any]:
    """Return a pod as it is stored."""
    return dict(await session.client.get(PODS, Key(namespace="one", name=name), msgspec.json.decode))


async def test_an_unmodified_program_reads_its_secret_and_goes_on_when_the_token_is_renewed(
    session: Session, run: Kubectl
) -> None:
    app = container("app", PROGRAM, VAULT)
    said = await run.apply(deployment("web", "one", app))
    assert (said.code, said.err) == (0, "")
    token = await last_read(run, "web")
    for _ in range(2):  # after the second the first token is no good any more
        session.lab.clock.advance(timedelta(minutes=50))
        token = await last_read(run, "web", but=token)
    assert (await run("delete", "deployment", "web", "-n", "one")).code == 0


async def test_what_a_pod_gets_and_what_it_skips(session: Session, run: Kubectl) -> None:
    containers = [container(name, LISTER) for name in ("app", "side")]
    said = await run.apply(deployment("two", "one", *containers, annotations={SKIP: "side"}))
    assert (said.code, said.err) == (0, "")

    async def look() -> list[list[str]] | None:
        lines = [await printed(run, "two", name) for name in ("app", "side")]
        return lines if all(lines) else None

    lines = await looking.until(look, seconds=PATIENCE, what="both containers")
    assert lines == [[f"has {' '.join(ALL)}"], ["has"]]


async def test_a_dry_run_shows_what_would_be_injected(run: Kubectl) -> None:
    document = pod("tried", "one", container("app", LISTER))
    said = await run.apply(document, flags=TRY)
    spec = msgspec.json.decode(said.out)["spec"]
    env = {one["name"]: one["value"] for one in spec["containers"][0]["env"]}
    assert (env["AZURE_CLIENT_ID"], env["AZURE_TENANT_ID"]) == (READER, TENANT)
    assert env["AZURE_AUTHORITY_HOST"] == "https://login.microsoftonline.com/"
    (source,) = spec["volumes"][-1]["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == "api://AzureADTokenExchange"
    assert (await run("get", "pod", "tried", "-n", "one")).code == 1


async def test_an_account_without_client_id_is_told_at_once(session: Session, run: Kubectl) -> None:
    await session.put(account("bare", "one", team="blue"))
    said = await run.apply(pod("bare", "one", container("app", LISTER), serviceAccountName="bare"))
    assert said.code == 0, "it is admitted"
    assert any(CLIENT in line and "bare" in line for line in said.warnings), said.err
    assert "AZURE_CLIENT_ID" not in str(await created(session, "bare"))


async def test_an_account_made_a_moment_before_is_known(session: Session, run: Kubectl) -> None:
    asking = pod("fresh", "one", container("app", LISTER), serviceAccountName="fresh")
    both = {"apiVersion": "v1", "kind": "List", "items": [account("fresh", "one"), asking]}
    said = await run.apply(both)
    assert (said.code, said.err) == (0, "")
    assert READER in str(await created(session, "fresh"))


async def test_a_wish_that_cannot_be_met_refuses_the_pod(run: Kubectl) -> None:
    short = {"azure.workload.identity/service-account-token-expiration": "60"}
    said = await run.apply(pod("short", "one", container("app", LISTER), annotations=short))
    assert said.code == 1
    assert 'admission webhook "inject.workload-identity.keyferry.io" denied the request' in said.err
    assert "service-account-token-expiration" in said.err


async def test_a_container_that_a_later_webhook_adds_gets_the_token_too(session: Session, run: Kubectl) -> None:
    async with Guard.open(session.lab.authority) as mesh:
        rule = {**CONFIG_MAPS, "resources": ["pods"], "operations": ["CREATE"]}
        added = {"op": "add", "path": "/spec/containers/-", "value": {"name": "sidecar", "image": "i"}}
        mesh.answer = lambda request: {} if len(request["object"]["spec"]["containers"]) > 1 else patched(added)
        assert (await run.apply(mesh.configuration("Mutating", "z-mesh", rule))).code == 0
        said = await run.apply(pod("meshed", "one", container("app", LISTER)), flags=TRY)
        assert (await run("delete", "mutatingwebhookconfiguration", "z-mesh")).code == 0
    containers = msgspec.json.decode(said.out)["spec"]["containers"]
    assert [one["name"] for one in containers] == ["app", "sidecar"]
    for one in containers:
        assert sorted(variable["name"] for variable in one["env"]) == ALL
    assert len(msgspec.json.decode(said.out)["spec"]["volumes"]) == 2, "the API server's token, and one more"


async def test_an_init_container_reads_with_it(run: Kubectl) -> None:
    once = PROGRAM.replace("while True:", "for _ in range(1):").replace("    time.sleep(0.2)", "")
    first, app = container("first", once, VAULT), container("app", LISTER)
    assert (await run.apply(deployment("begun", "one", app, initContainers=[first]))).code == 0

    async def look() -> list[str] | None:
        return await printed(run, "begun", "first") if await printed(run, "begun", "app") else None

    (line,) = await looking.until(look, seconds=PATIENCE, what="the container after it")
    assert line.startswith(READ)


async def test_a_label_in_the_wrong_place_is_told_when_it_is_applied(run: Kubectl) -> None:
    document = deployment("misplaced", "one", container("app", LISTER), labels={})
    document["metadata"]["labels"] = {USE: "true"}
    said = await run.apply(document, flags=TRY)
    assert said.code == 0
    assert any(USE in line and "template" in line for line in said.warnings), said.err


async def test_a_debugger_is_let_in_as_it_is(session: Session, run: Kubectl) -> None:
    assert (await run.apply(pod("debugged", "one", container("app", LISTER)))).code == 0
    said = await run("debug", "debugged", "-n", "one", "--image=busybox:1", "-c", "look", "--attach=false")
    assert said.code == 0, said.err
    (debugger,) = (await created(session, "debugged"))["spec"]["ephemeralContainers"]
    assert (debugger["name"], debugger.get("env")) == ("look", None)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_reviews_of_either_version_are_answered(
    session: Session, run: Kubectl, webhook: Webhook, version: str
) -> None:
    await session.admit_by(webhook, {"keyferry-mutate": {"admissionReviewVersions": [version]}})
    try:
        said = await run.apply(pod(version, "one", container("app", LISTER)), flags=TRY)
        assert READER in said.out, said.err
    finally:
        await session.admit_by(webhook)


async def test_while_it_is_down_labelled_pods_wait_and_others_start(
    session: Session, run: Kubectl, webhook: Webhook
) -> None:
    await webhook.kill()
    try:
        said = await run.apply(pod("down", "one", container("app", LISTER)))
        assert said.code == 1
        assert 'failed calling webhook "inject.workload-identity.keyferry.io": failed to call webhook: Post' in said.err
        assert "connection refused" in said.err
        said = await run.apply(pod("unlabelled", "one", container("app", LISTER), labels={"app": "unlabelled"}))
        assert said.code == 0, said.err

        async def look() -> bool | None:
            return True if await printed(run, "unlabelled", "app") == ["has"] else None

        await looking.until(look, seconds=PATIENCE, what="the pod that asks for nothing")
        assert (await run.apply(deployment("late", "one", container("app", PROGRAM, VAULT)))).code == 0

        async def told() -> bool | None:
            said = await run("get", "events", "-n", "one", "--field-selector", "reason=FailedCreate")
            return True if "failed calling webhook" in said.out else None

        await looking.until(told, seconds=PATIENCE, what="the ReplicaSet's event")
    finally:
        await webhook.start()
        await session.admit_by(webhook)
    assert await last_read(run, "late"), "what was refused is tried again"


async def test_nothing_is_registered_for_pods_that_ask_for_nothing() -> None:
    (mutation,) = [one for one in webhook_plugin.registration() if one["kind"] == "MutatingWebhookConfiguration"]
    assert [one["objectSelector"] for one in mutation["webhooks"]] == [{"matchLabels": {USE: "true"}}]


async def test_neither_a_token_nor_a_value_reaches_its_log(session: Session, run: Kubectl) -> None:
    log = (session.lab.folder / "webhook.log").read_text()
    assert log
    assert not [word for word in (CANARY, "eyJ", "Bearer") if word in log]
