"""Bad input and a world that fails: each trouble is told with cause and remedy, harms nobody else, and heals."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keyferry.cli import looking
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.model.errors import SpecError
from tests.scenario.stage import CANARY, NOBODY, OTHER_TENANT, READER, SEED, TENANT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEALTHY = "twelve"
VALUE = f"{CANARY}-db"
Act = Callable[[Stage, str], Awaitable[None]]


# Each of them happens to a vault of its own, all at once: most of the time is spent waiting.
OUTAGES: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "throttled": (
        Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=1)),
        ("fewer requests", "429"),
    ),
    "throttled-in-silence": (Fault(kind=Kind.STATUS, status=429), ("fewer requests",)),
    "out-of-order": (Fault(kind=Kind.STATUS, status=503), ("out of order",)),
    "dead": (Fault(kind=Kind.RESET), ("does not answer",)),
    "stalls": (Fault(kind=Kind.STALL), ("does not answer",)),
}


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The usual stage, and a vault for each outage."""
    made = deepcopy(SEED)
    for name in OUTAGES:
        made["vaults"].append({"name": _vault(name), "tenantId": TENANT, "secrets": {"db-password": {"value": VALUE}}})
        reading = {"identity": "reader", "role": "Key Vault Secrets User", "scope": f"vaults/{_vault(name)}"}
        made["roleAssignments"].append(reading)
    return made


def store(**azure: Any) -> Act:
    async def act(stage: Stage, namespace: str) -> None:
        await stage.put_store(namespace, **azure)

    return act


def account(**annotations: str) -> Act:
    named = {f"azure.workload.identity/{key.replace('_', '-')}": value for key, value in annotations.items()}

    async def act(stage: Stage, namespace: str) -> None:
        await stage.apply("v1", "ServiceAccount", namespace, "reader", metadata={"annotations": named})

    return act


async def no_account(stage: Stage, namespace: str) -> None:
    await stage.client.delete(SERVICE_ACCOUNTS, Key(namespace=namespace, name="reader"))


async def mended(stage: Stage, namespace: str) -> None:
    await stage.prepare(namespace)
    await stage.put(namespace)


def entry(**remote: str) -> Act:
    async def act(stage: Stage, namespace: str) -> None:
        await stage.put(namespace, data=[{"secretKey": "PASSWORD", "remoteRef": remote}])

    return act


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        pytest.param(
            store(vaultUrl="http://kv-stage.vault.azure.net"), ["vaultUrl", "https"], id="vault-url-malformed"
        ),
        pytest.param(
            store(vaultUrl="https://kv-none.vault.azure.net"),
            ["kv-none.vault.azure.net does not answer", "check vaultUrl"],
            id="vault-that-is-not-there",
        ),
        pytest.param(store(tenantId="contoso"), ["tenantId", "GUID"], id="tenant-malformed"),
        pytest.param(store(tenantId=OTHER_TENANT), ["trusts tenant", OTHER_TENANT, "set tenantId"], id="wrong-tenant"),
        pytest.param(
            store(serviceAccountRef={"name": "missing"}),
            ["/missing does not exist", "create the ServiceAccount"],
            id="account-that-is-not-there",
        ),
        pytest.param(no_account, ["/reader does not exist"], id="account-deleted"),
        pytest.param(account(), ["client-id is missing"], id="annotation-missing"),
        pytest.param(account(client_id="reader"), ["'reader', not a GUID"], id="annotation-malformed"),
        pytest.param(
            account(client_id=OTHER_TENANT),
            ["AADSTS700016", OTHER_TENANT],
            id="client-that-is-not-there",
        ),
        pytest.param(
            entry(key="db-passwort"),
            ["secret db-passwort does not exist", "kv-stage"],
            id="secret-that-is-not-there",
        ),
        pytest.param(
            entry(key="db_password"), ["spec.data[0].remoteRef.key", "db_password"], id="secret-name-malformed"
        ),
        pytest.param(
            entry(key="db-password", version="0" * 32),
            [f"version {'0' * 32} does not exist"],
            id="version-that-is-not-there",
        ),
        pytest.param(
            entry(key="db-password", property="a.b"),
            ["no property 'a.b'", "remoteRef.property"],
            id="property-that-is-not-there",
        ),
        pytest.param(entry(key="disabled-key"), ["SecretDisabled", "enable it"], id="secret-disabled"),
        pytest.param(
            entry(key="cert/web"),
            ["reading certificate web", "Key Vault Certificate User"],
            id="role-for-secrets-alone",
        ),
    ],
)
async def test_a_mistake_is_told_harms_nobody_and_heals_when_mended(stage: Stage, harm: Act, words: list[str]) -> None:
    await stage.prepare(HEALTHY)
    healthy = await stage.put(HEALTHY)
    await stage.prepare("one")
    key = await stage.put("one")
    await stage.ready(key)
    good = await stage.holding(key, PASSWORD=VALUE)
    await harm(stage, "one")
    condition = await stage.failing(key, *words)
    assert condition.reason == "SecretSyncedError"
    assert await looking.secret(stage.client, key) == good, "the last good Secret is kept"
    assert (await stage.ready(healthy)).reason == "SecretSynced"
    await mended(stage, "one")
    await stage.ready(key)
    await stage.holding(key, PASSWORD=VALUE)


async def test_a_missing_role_is_told_and_heals_when_granted(stage: Stage) -> None:
    reader = {"annotations": {"azure.workload.identity/client-id": NOBODY}}
    await stage.prepare("two", serviceAccountRef={"name": "nobody"})
    await stage.apply("v1", "ServiceAccount", "two", "nobody", metadata=reader)
    key = await stage.put("two")
    await stage.failing(key, "ForbiddenByRbac", '"Key Vault Secrets User"', NOBODY)
    reader["annotations"]["azure.workload.identity/client-id"] = READER
    await stage.put_store("two")
    await stage.ready(key)


@pytest.mark.parametrize(
    ("namespace", "change", "words"),
    [
        pytest.param(
            "three",
            {"subject": "system:serviceaccount:three:Reader"},
            ["AADSTS700213", '"system:serviceaccount:three:reader"'],
            id="subject-in-another-case",
        ),
        pytest.param(
            "five",
            {"issuer": "https://westeurope.oic.prod-aks.azure.com/stage"},
            ["AADSTS700213", '"system:serviceaccount:five:reader"'],  # other credentials do have the issuer
            id="issuer-without-its-slash",
        ),
        pytest.param(
            "six",
            {"audiences": ("api://other",)},
            ["AADSTS700212", "api://AzureADTokenExchange"],
            id="another-audience",
        ),
    ],
)
async def test_a_wrong_federated_credential_is_told_and_heals_when_mended(
    stage: Stage,
    namespace: str,
    change: dict[str, Any],
    words: list[str],
) -> None:
    credentials = await stage.engineer.federated_credentials("reader")
    right = next(item for item in credentials if item.subject == f"system:serviceaccount:{namespace}:reader")
    await stage.engineer.put_federated_credential("reader", replace(right, **change))
    await stage.prepare(namespace)
    key = await stage.put(namespace)
    await stage.failing(key, f"Entra refused the token of ServiceAccount {namespace}/reader", *words)
    await stage.engineer.put_federated_credential("reader", right)
    await stage.ready(key)


async def test_an_outage_keeps_the_last_good_secret_and_passes(stage: Stage) -> None:
    keys = {}
    for name, namespace in zip(OUTAGES, ("one", "two", "three", "four", "five"), strict=True):
        await stage.prepare(namespace, vaultUrl=f"https://{_vault(name)}.vault.azure.net")
        keys[name] = await stage.put(namespace, name)
    good = {name: await stage.holding(key, PASSWORD=VALUE) for name, key in keys.items()}
    await asyncio.gather(*(stage.ready(key) for key in keys.values()))
    for name, (fault, _) in OUTAGES.items():
        rule = Rule(fault=fault, host=f"{_vault(name)}.vault.azure.net")
        stage.session.lab.faults.add(Service.VAULT, rule)
    try:
        await asyncio.gather(*(stage.failing(keys[name], *words) for name, (_, words) in OUTAGES.items()))
        assert {name: await looking.secret(stage.client, key) for name, key in keys.items()} == good
    finally:
        stage.session.lab.faults.clear()
    await asyncio.gather(*(stage.ready(key) for key in keys.values()))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(kind=Kind.STATUS, status=503), id="out-of-order"),
        pytest.param(Fault(kind=Kind.RESET), id="dead"),
    ],
)
async def test_entras_outage_concerns_only_who_needs_a_token(stage: Stage, fault: Fault) -> None:
    await stage.prepare(HEALTHY)
    healthy = await stage.put(HEALTHY)
    await stage.ready(healthy)
    stage.session.lab.faults.put(Service.ENTRA, Rule(fault=fault))
    namespace = "seven" if fault.kind is Kind.RESET else "eight"
    try:
        await stage.prepare(namespace)
        key = await stage.put(namespace)
        await stage.failing(key, "login.microsoftonline.com")
        assert (await stage.ready(healthy)).reason == "SecretSynced"
    finally:
        stage.session.lab.faults.clear()
    await stage.ready(key)


async def test_a_name_that_belongs_to_somebody_else_is_left_alone(stage: Stage) -> None:
    await stage.prepare("nine")
    first = await stage.put("nine", "first", target={"name": "shared"})
    await stage.ready(first)
    second = await stage.put("nine", "second", target={"name": "shared"})
    await stage.failing(second, "belongs to somebody else", "ExternalSecret first")
    await stage.ready(first)


async def test_the_api_server_itself_refuses_what_the_schema_forbids(stage: Stage) -> None:
    await stage.prepare("nine")
    with pytest.raises(SpecError, match=r"refreshPolicy"):
        await stage.put("nine", "invalid", refreshPolicy="Sometimes")


async def test_time_passes_and_tokens_end(stage: Stage) -> None:
    """Runs last: the lab's clock moves two days ahead, so that every token has ended on the other side.

    A token is held on to for half a minute, whatever is said of it: the outages before this one took that long.
    """
    await stage.prepare(HEALTHY)
    key = await stage.put(HEALTHY)
    await stage.holding(key, PASSWORD=VALUE)
    stage.session.lab.clock.advance(timedelta(days=2))
    await stage.rotate("db-password", f"{CANARY}-later")
    await stage.holding(key, PASSWORD=f"{CANARY}-later")


async def test_no_value_was_told_anywhere(stage: Stage) -> None:
    told = (stage.session.lab.folder / "operator.log").read_text()
    assert CANARY not in told
    assert "eyJ" not in told
    assert "Traceback" not in told
    assert isinstance(stage.client, Client)


def _vault(name: str) -> str:
    return f"kv-{name}"
