"""No value is told: whatever fails on the way of one, in any kind that carries values, nobody else learns of it."""

import asyncio
import base64
import os
from copy import deepcopy
from typing import Any

import aiohttp
import msgspec
import pytest

from keyferry.cli import looking
from keyferry.cli.webhook_plugin import free_port
from keyferry.kube.wire.objects import Key
from keyferry.spec.conditions import READY, Condition, ConditionStatus, find
from keyferry.spec.push_status import PushSecretStatus
from keyferry.sync.kinds import PUSH_SECRETS
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, SEED, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("Key Vault Secrets Officer", "Key Vault Certificates Officer", "Key Vault Crypto Officer")
KINDS = "events,externalsecrets,secretstores,pushsecrets,clusterexternalsecrets"
TEMPLATES = (
    "{{ fail .PASSWORD }}",
    '{{ fail (printf "no %s" .PASSWORD) }}',
    "{{ .PASSWORD.inner }}",
    "{{ index .PASSWORD 999 }}",
    "{{ slice .PASSWORD 999 }}",
    "{{ call .PASSWORD }}",
    "{{ dict .PASSWORD | toString | mustFromJson }}",
    "{{ mustFromJson .PASSWORD }}",
    "{{ fromYaml .PASSWORD }}",
    '{{ fromYaml (printf "%s: [" .PASSWORD) }}',
    '{{ mustToDate "2006-01-02" .PASSWORD }}',
    "{{ mustRegexMatch (printf `(%s` .PASSWORD) `a` }}",
    "{{ semver .PASSWORD }}",
    '{{ urlParse (printf "http://[%s" .PASSWORD) }}',
    "{{ genCA .PASSWORD .PASSWORD }}",
    "{{ pkcs12key .PASSWORD }}",
    "{{ jwkPublicKeyPem .PASSWORD }}",
    "{{ pemToPkcs12 .PASSWORD .PASSWORD }}",
    "{{ rsaDecrypt .PASSWORD .PASSWORD .PASSWORD .PASSWORD }}",
    "{{ decryptAES .PASSWORD .PASSWORD }}",
    '{{ get (dict .PASSWORD 1) "x" | mustFirst }}',
    "{{ .PASSWORD | mustLast }}",
    "{{ range $i := until 999999 }}{{ $.PASSWORD }}{{ end }}",
)


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, whose reader may write, too."""
    made = deepcopy(SEED)
    made["roleAssignments"] += [{"identity": "reader", "role": role, "scope": "vaults/kv-stage"} for role in ROLES]
    return made


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def flags(port: int) -> tuple[str, ...]:
    """As much as the operator says."""
    return ("--log-level", "debug", "--metrics-addr", f"127.0.0.1:{port}")


def templated(**template: Any) -> dict[str, Any]:
    return {"target": {"template": template}, "refreshInterval": "1h"}


def read(**remote: Any) -> dict[str, Any]:
    return {"data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password", **remote}}]}


FAILING: tuple[dict[str, Any], ...] = (
    *(templated(data={"key": text}) for text in TEMPLATES),
    templated(metadata={"labels": {"team": "{{ .PASSWORD }} !"}}),
    templated(metadata={"labels": {"team": "{{ .PASSWORD }}{{ .PASSWORD }}"}}),
    templated(templateFrom=[{"literal": "{{ .PASSWORD }}: ["}]),
    templated(templateFrom=[{"literal": "{{ .PASSWORD }} and more: text"}]),
    templated(templateFrom=[{"literal": "- {{ .PASSWORD }}"}]),
    templated(templateFrom=[{"literal": "{{ .PASSWORD }} !: x", "target": "Annotations"}]),
    templated(data={"key": "{{ range until 50 }}{{ $.PASSWORD | repeat 900 }}{{ end }}"}),
    read(property="nested.password"),
    read(decodingStrategy="Base64"),
    read(decodingStrategy="Base64URL"),
    {"data": [], "dataFrom": [{"extract": {"key": "db-password"}}]},
    {"data": [], "dataFrom": [{"extract": {"key": "settings"}, "rewrite": [{"merge": {}}]}]},
    {
        "data": [],
        "dataFrom": [{"extract": {"key": "settings"}, "rewrite": [{"transform": {"template": "{{ .x.y }}"}}]}],
    },
    {
        "data": [],
        "dataFrom": [
            {
                "sourceRef": {
                    "generatorRef": {
                        "apiVersion": "generators.external-secrets.io/v1alpha1",
                        "kind": "Fake",
                        "name": "fake",
                    }
                }
            }
        ],
        **templated(data={"key": "{{ fail .made }}"}),
    },
)


def pushed(remote: str, **more: Any) -> dict[str, Any]:
    return {"data": [{"match": {"secretKey": "k", "remoteRef": {"remoteKey": remote}}}], **more}


PUSHES: tuple[dict[str, Any], ...] = (
    pushed("cert/leak"),
    pushed("key/leak"),
    pushed("api-key"),
    pushed("leak", template={"data": {"k": "{{ fail .k }}"}}),
    pushed("leak", template={"metadata": {"labels": {"a": "{{ .k }} !"}}, "data": {"k": "{{ mustFromJson .k }}"}}),
    {"dataTo": [{"storeRef": {"name": "kv"}, "rewrite": [{"transform": {"template": "{{ .value }}/ !"}}]}]},
)


async def test_no_failure_tells_a_value(stage: Stage, kubectl: str, port: int) -> None:
    await stage.prepare("one")
    text = base64.b64encode(f"{CANARY}-source".encode()).decode()
    await stage.apply("v1", "Secret", "one", "source", data={"k": text})
    group = "generators.external-secrets.io/v1alpha1"
    await stage.apply(group, "Fake", "one", "fake", spec={"data": {"made": f"{CANARY}-made"}})
    externals = [await stage.put("one", f"fails-{number}", **spec) for number, spec in enumerate(FAILING)]
    pushes = [await push(stage, f"push-{number}", spec) for number, spec in enumerate(PUSHES)]
    settled = await asyncio.gather(*(told_of(stage, key) for key in externals))
    assert sum(condition.status is ConditionStatus.FALSE for condition in settled) > len(settled) * 0.8
    await asyncio.gather(*(push_failing(stage, key) for key in pushes))
    told = [*await shown(stage, kubectl), await metrics(port)]
    signs = (CANARY, base64.b64encode(CANARY.encode()).decode()[:40])
    found = [place[max(0, place.find(sign) - 300) :][:400] for place in told for sign in signs if sign in place]
    assert found == []
    assert "crashed" not in told[0]
    assert "Traceback" not in told[0]


async def push(stage: Stage, name: str, spec: dict[str, Any]) -> Key:
    fields = {
        "refreshInterval": "1h",
        "secretStoreRefs": [{"name": "kv", "kind": "SecretStore"}],
        "selector": {"secret": {"name": "source"}},
    } | spec
    await stage.apply("external-secrets.io/v1alpha1", "PushSecret", "one", name, spec=fields)
    return stage.key("one", name)


async def told_of(stage: Stage, key: Key) -> Condition:
    async def look() -> Condition | None:
        return await looking.ready(stage.client, key)

    return await looking.until(look, seconds=PATIENCE, what=f"a word on {key}")


async def push_failing(stage: Stage, key: Key) -> None:
    async def look() -> bool | None:
        status = PushSecretStatus.read(await stage.client.get(PUSH_SECRETS, key, msgspec.json.decode))
        ready = find(status.conditions, READY)
        return True if ready is not None and ready.status is ConditionStatus.FALSE else None

    await looking.until(look, seconds=PATIENCE, what=f"failure of {key}")


async def shown(stage: Stage, kubectl: str) -> list[str]:
    """The operator's log, and what a cluster shows of everything but Secrets and what makes values."""
    told = [(stage.session.lab.folder / "operator.log").read_text()]
    environment = {**os.environ, "KUBECONFIG": str(stage.session.lab.kubeconfig)}
    ended = await programs.run(kubectl, "get", KINDS, "-A", "-o", "yaml", environment=environment)
    assert ended.code == 0, "what it printed may hold a value"
    return [*told, ended.out]


async def metrics(port: int) -> str:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()
