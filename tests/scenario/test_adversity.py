"""Stories of spite and bad luck: consent withdrawn, names fought over, values of every size, kills, cuts, canaries."""

import base64
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.client import Selection
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, SERVICE_ACCOUNTS
from keyferry.model.errors import NotFound
from keyferry.model.wellknown import MANAGED_LABEL
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario.failures import attempts, entry
from tests.scenario.stage import CANARY, NOBODY, READER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUE = f"{CANARY}-db"
KILLS = int(os.environ.get("KEYFERRY_TEST_KILLS", "6"))
TARGETS = 12
MANY_BYTES = 25_000
CONSENT = "keyferry.io/usable-from"
CLIENT = "azure.workload.identity/client-id"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """One operator that writes every line it has."""
    async with Stage.open(session, "--log-level", "debug") as opened:
        yield opened


async def annotate(stage: Stage, namespace: str, **annotations: str) -> None:
    """Give the ServiceAccount `reader` these annotations and no others."""
    key = Key(namespace=namespace, name="reader")
    document = json.loads(await stage.client.get(SERVICE_ACCOUNTS, key, bytes))
    document["metadata"]["annotations"] = annotations
    await stage.client.replace(SERVICE_ACCOUNTS, key, json.dumps(document).encode())


async def stays(stage: Stage, key: Key, value: str) -> None:
    """Nothing is delivered, however often it is tried."""
    before = await stage.holding(key, PASSWORD=value)
    await attempts(stage, key)
    assert await looking.secret(stage.client, key) == before


async def test_withdrawn_consent_ends_delivery_at_the_next_refresh(stage: Stage) -> None:
    await stage.prepare("one", account={"annotations": {CLIENT: READER, CONSENT: "two"}})
    await stage.apply("v1", "Namespace", "", "two")
    await stage.put_store("two", serviceAccountRef={"name": "reader", "namespace": "one"})
    key = await stage.put("two")
    await stage.holding(key, PASSWORD=VALUE)
    await annotate(stage, "one", **{CLIENT: READER, CONSENT: "three, twofold"})
    condition = await stage.failing(key, "may not use ServiceAccount one/reader", "does not name two")
    assert "three" not in condition.message, "whom else the owner trusts is not told"
    await stage.rotate("db-password", f"{VALUE}-after")
    await stays(stage, key, VALUE)
    await annotate(stage, "one", **{CLIENT: READER, CONSENT: "two"})
    await stage.holding(key, PASSWORD=f"{VALUE}-after")
    await stage.rotate("db-password", VALUE)


async def test_a_changed_client_id_is_another_identity_at_once(stage: Stage) -> None:
    await stage.prepare("three")
    key = await stage.put("three")
    await stage.holding(key, PASSWORD=VALUE)
    await annotate(stage, "three", **{CLIENT: NOBODY})
    await stage.failing(key, NOBODY)
    await stage.rotate("db-password", f"{VALUE}-after")
    await stays(stage, key, VALUE)
    await annotate(stage, "three", **{CLIENT: READER})
    await stage.holding(key, PASSWORD=f"{VALUE}-after")
    await stage.rotate("db-password", VALUE)


async def test_stores_of_one_name_in_two_namespaces_do_not_mix(stage: Stage) -> None:
    await stage.prepare("four")
    await stage.prepare("five", account={"annotations": {CLIENT: NOBODY}})
    good, bad = await stage.put("four"), await stage.put("five")
    await stage.holding(good, PASSWORD=VALUE)
    condition = await stage.failing(bad, "five:reader")
    assert READER not in condition.message
    assert await looking.secret(stage.client, bad) is None
    assert NOBODY not in (await stage.ready(good)).message


async def test_an_equal_client_id_does_not_lend_the_token_of_another_account(stage: Stage) -> None:
    """Entra trusts the account of namespace four and not the stranger's, who names the same identity."""
    await stage.prepare("four")
    await stage.holding(await stage.put("four"), PASSWORD=VALUE)
    await stage.prepare("stranger")
    key = await stage.put("stranger")
    await stage.failing(key, "system:serviceaccount:stranger:reader")
    assert await looking.secret(stage.client, key) is None


async def test_two_with_one_target_leave_one_secret_with_one_owner(stage: Stage) -> None:
    await stage.prepare("six")
    first = await stage.put("six", "first", target={"name": "shared"})
    await stage.ready(first)
    second = await stage.put("six", "second", target={"name": "shared"})
    await stage.failing(
        second, "Secret six/shared belongs to somebody else", "ExternalSecret first", "spec.target.name"
    )
    shared = await stage.secret(Key(namespace="six", name="shared"))
    await attempts(stage, second, 1)
    assert (await stage.secret(Key(namespace="six", name="shared"))).uid == shared.uid
    await stage.delete_external(first)
    await stage.ready(second)


async def test_what_the_api_server_does_not_take_is_told_and_harms_nothing(stage: Stage) -> None:
    await stage.prepare("seven")
    data = {"tls.crt": base64.b64encode(b"c").decode(), "tls.key": base64.b64encode(b"k").decode()}
    await stage.apply("v1", "Secret", "seven", "tls", type="kubernetes.io/tls", data=data)
    key = await stage.put("seven", "tls")
    await stage.failing(key, "refused to update secrets")
    assert (await stage.secret(key)).lengths == {"tls.crt": 1, "tls.key": 1}


async def test_values_of_every_size(stage: Stage) -> None:
    await stage.prepare("eight")
    await stage.rotate("large", "é" * (MANY_BYTES // 2))
    await stage.rotate("latin", base64.b64encode(bytes(range(256))).decode())
    data = [
        {"secretKey": "LARGE", "remoteRef": {"key": "large"}},
        {"secretKey": "BYTES", "remoteRef": {"key": "latin", "decodingStrategy": "Base64"}},
    ]
    key = await stage.put("eight", "sizes", data=data)
    await stage.ready(key)
    assert (await stage.secret(key)).lengths == {"LARGE": MANY_BYTES, "BYTES": 256}
    many = [{"secretKey": f"K{number}", "remoteRef": {"key": "large"}} for number in range(41)]
    await stage.put("eight", "sizes", data=many)

    async def look() -> bool | None:
        return True if sum((await stage.secret(key)).lengths.values()) == 41 * MANY_BYTES else None

    await looking.until(look, seconds=PATIENCE, what="a Secret of 1,025,000 bytes")
    too_many = [{"secretKey": f"K{number}", "remoteRef": {"key": "large"}} for number in range(60)]
    await stage.put("eight", "sizes", data=too_many)
    await stage.failing(key, "refused to update secrets", "data")
    assert len((await stage.secret(key)).lengths) == 41


async def test_lost_events_cut_watches_and_a_restarted_api_server(stage: Stage) -> None:
    await stage.prepare("eleven")
    key = await stage.put("eleven", refreshInterval="1h")
    await stage.holding(key, PASSWORD=VALUE)
    kubernetes = stage.session.lab.kubernetes
    port = kubernetes.port
    await kubernetes.close()
    store = kubernetes.api.store
    await kubernetes.open(port)
    await stage.client.delete(SECRETS, key)
    await stage.client.delete(SECRET_STORES, Key(namespace="eleven", name="kv"))
    await stage.put_store("eleven")
    await stage.put("eleven", "later", refreshInterval="1h")
    store.compact(store.revision)
    await stage.holding(key, PASSWORD=VALUE)
    await stage.holding(Key(namespace="eleven", name="later"), PASSWORD=VALUE)


async def test_a_namespace_that_is_deleted_while_it_syncs_leaves_no_endless_errors(stage: Stage) -> None:
    namespace = "twelve"
    await stage.prepare(namespace)
    keys = [await stage.put(namespace, f"n{number}") for number in range(10)]
    await stage.ready(keys[0])
    await stage.client.delete(NAMESPACES, Key(name=namespace))

    async def look() -> bool | None:
        for key in keys:
            try:
                await stage.client.get(EXTERNAL_SECRETS, key, bytes)
            except NotFound:
                continue
            return None
        return True

    await looking.until(look, seconds=PATIENCE, what="the end of the namespace")
    await several_refreshes(stage)
    log = stage.session.lab.folder / "operator.log"
    before = log.read_text().count(f"{namespace}/n")
    await several_refreshes(stage)
    assert log.read_text().count(f"{namespace}/n") == before


async def several_refreshes(stage: Stage) -> None:
    """Let another object live through three refreshes, a second apart."""
    await stage.prepare("eleven")
    key = await stage.put("eleven", "steady", data=entry("steady"))
    for number in range(3):
        await stage.rotate("steady", f"{CANARY}-steady-{number}")
        await stage.holding(key, PASSWORD=f"{CANARY}-steady-{number}")


async def test_no_value_in_any_line_object_or_process_list(stage: Stage, kubectl: str) -> None:
    """Everything that the stories above left behind: the log at level debug, events, statuses, files of the lab."""
    folder = stage.session.lab.folder
    told = [(folder / "operator.log").read_text()]
    arguments = (
        ("get", "events,externalsecrets,secretstores", "-A", "-o", "yaml"),
        ("describe", "externalsecrets", "-A"),
    )
    environment = {**os.environ, "KUBECONFIG": str(stage.session.lab.kubeconfig)}
    for command in arguments:
        ended = await programs.run(kubectl, *command, environment=environment)
        assert ended.code == 0, "what it printed may hold a value"
        told.append(ended.out)
    told += [file.read_text(errors="replace") for file in folder.iterdir() if file.is_file() and file.suffix != ".sock"]
    told += _command_lines()
    encoded = base64.b64encode(CANARY.encode()).decode()[:40]
    assert [found for text in told for found in (CANARY, encoded) if found in text] == []
    assert "Traceback" not in told[0]
    assert "crashed" not in told[0]


def _command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended since
            found.append(path.read_bytes().decode(errors="replace"))
    return found


async def test_killed_again_and_again_while_values_rotate(session: Session) -> None:
    """In the end every Secret holds the newest value, each target exists once, and none was made anew."""
    async with Stage.open(session) as stage:
        await stage.prepare("twelve")
        keys = [await stage.put("twelve", f"t{number}", data=entry("rotating")) for number in range(TARGETS)]
        await stage.rotate("rotating", f"{CANARY}-0")
        uids = [(await stage.holding(key, PASSWORD=f"{CANARY}-0")).uid for key in keys]
        for kill in range(KILLS):
            await stage.rotate("rotating", f"{CANARY}-{kill}")
            # Each time at another point of the way: as soon as one more of the Secrets has the new value.
            await stage.holding(keys[kill * 5 % TARGETS], PASSWORD=f"{CANARY}-{kill}")
            await stage.operator.kill()
            await stage.rotate("rotating", f"{CANARY}-{kill}-more")
            await stage.operator.start()
        await stage.rotate("rotating", f"{CANARY}-last")
        for key, uid in zip(keys, uids, strict=True):
            assert (await stage.holding(key, PASSWORD=f"{CANARY}-last")).uid == uid
        selection = Selection(namespace="twelve", label_selector=f"{MANAGED_LABEL}=true")
        pages = [page async for page in stage.client.pages(SECRETS, selection)]
        names = Counter(objects.envelope(item).metadata.name for page in pages for item in page.items)
        assert names == Counter(key.name for key in keys)
