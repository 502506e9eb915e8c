"""The reader against fake Azure: values, lists, sharing, isolation, faults."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import structlog

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import AssertionRejected, GrantError, NotFound, Throttled, Unavailable
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.vault import probe
from keyferry.vault.reader import Reader
from keyferry.vault.throttle import Budget
from tests.fakes.azure_http import Fault
from tests.fakes.patience import PATIENCE
from tests.fakes.vault_world import OTHER_HOST, OTHER_TENANT, OTHER_VAULT, VAULT, VAULT_HOST, World


@pytest.fixture
async def reader(world: World) -> AsyncIterator[Reader]:
    reader = Reader(world.credentials, world.session, world.clock, first_seconds=PATIENCE)
    yield reader
    await reader.aclose()


def ref(name: str, version: str = "", vault: VaultUrl = VAULT) -> SecretRef:
    return SecretRef(vault_url=vault, name=SecretName(name), version=SecretVersion(version))


async def test_reads_the_latest_value_and_a_named_version(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    old = world.azure.put(VAULT_HOST, "db", "first")
    new = world.azure.put(VAULT_HOST, "db", "second é")

    latest = await reader.read(identity, ref("db"))
    earlier = await reader.read(identity, ref("db", old))

    assert latest.bundle.value.reveal() == "second é".encode()
    assert (latest.bundle.properties.name, latest.bundle.properties.version) == ("db", new)
    assert latest.bundle.properties.updated is not None
    assert earlier.bundle.value.reveal() == b"first"


async def test_a_cold_crowd_causes_one_challenge_one_token_and_one_request_each(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    for number in range(50):
        world.azure.put(VAULT_HOST, f"s{number}", str(number))

    await asyncio.gather(*(reader.read(identity, ref(f"s{number}")) for number in range(50)))

    assert world.azure.requests == {"challenge": 1, "token": 1, "get": 50}
    assert world.tokens.requests == 1
    assert reader.counters == {
        (RequestKind.CHALLENGE, Outcome.OK): 1,
        (RequestKind.TOKEN, Outcome.OK): 1,
        (RequestKind.GET, Outcome.OK): 50,
    }


async def test_identical_reads_of_one_identity_share_a_request(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")

    await asyncio.gather(*(reader.read(identity, ref("db")) for _ in range(20)))

    assert world.azure.requests["get"] == 1


async def test_no_answer_crosses_identities(world: World, reader: Reader) -> None:
    allowed, refused = world.identity("api"), world.identity("web", client="dddddddd-0000-0000-0000-000000000004")
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")

    answers = await asyncio.gather(
        *(reader.read(identity, ref("db")) for identity in (allowed, refused) for _ in range(5)),
        return_exceptions=True,
    )

    assert [isinstance(answer, GrantError) for answer in answers] == [False] * 5 + [True] * 5
    assert world.azure.requests["get"] == 2


async def test_lists_all_pages_and_does_not_stop_at_an_empty_one(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.vaults[VAULT_HOST].empty_page_first = True
    for number in range(60):
        world.azure.put(VAULT_HOST, f"s{number:02}", "v")

    found = await reader.list_properties(identity, VAULT)

    assert [entry.name for entry in found.properties] == [f"s{number:02}" for number in range(60)]
    assert {entry.version for entry in found.properties} == {""}
    assert world.azure.requests["list"] == 4


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        pytest.param("absent", NotFound, ("absent", VAULT_HOST, "404"), id="unknown-secret"),
        pytest.param("off", GrantError, ("SecretDisabled", "off"), id="disabled-secret"),
    ],
)
async def test_says_what_is_wrong_with_a_secret(
    world: World, reader: Reader, name: str, kind: type[Exception], words: tuple[str, ...]
) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "off", "v", enabled=False)

    with pytest.raises(kind) as caught:
        await reader.read(identity, ref(name))

    assert all(word in str(caught.value) for word in words), str(caught.value)


async def test_names_role_scope_and_client_when_no_role_allows_it(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.azure.put(VAULT_HOST, "db", "v")

    with pytest.raises(GrantError) as caught:
        await reader.read(identity, ref("db"))

    for word in ("Key Vault Secrets User", "/vaults/kv-prod", identity.client_id, "payments/api", "ForbiddenByRbac"):
        assert word in str(caught.value)


async def test_names_both_tenants_when_the_vault_is_in_another(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.azure.put(OTHER_HOST, "db", "v")

    with pytest.raises(GrantError) as caught:
        await reader.read(identity, ref("db", vault=OTHER_VAULT))

    assert OTHER_TENANT in str(caught.value)
    assert identity.tenant_id in str(caught.value)
    assert world.azure.requests["token"] == 0


async def test_a_value_that_is_missing_is_said(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    await reader.read(identity, ref("db"))
    world.azure.vault_faults.append(Fault(200, f'{{"id": "{VAULT}/secrets/db/1"}}'))

    with pytest.raises(Unavailable, match="not understood"):
        await reader.read(identity, ref("db"))


async def test_first_reads_go_before_refreshes(world: World) -> None:
    budget = Budget(limit=8, refresh_share=0.5, first_share=1.0)
    reader = Reader(world.credentials, world.session, world.clock, budget=budget)
    identity = world.identity()
    world.grant()
    for name in ("a", "b", "c", "d"):
        world.azure.put(VAULT_HOST, name, "v")
    for name in ("a", "b", "c"):  # with the challenge, half of the budget
        await reader.read(identity, ref(name))

    refresh = asyncio.create_task(reader.read(identity, ref("a")))
    first = await reader.read(identity, ref("d"))

    assert first.bundle.value.reveal() == b"v"
    assert not refresh.done()
    await reader.aclose()
    with pytest.raises(asyncio.CancelledError):
        await refresh


async def test_a_refused_assertion_reaches_every_reader_and_entra_once(world: World, reader: Reader) -> None:
    identity = world.identity(trusted=False)
    world.grant()

    answers = await asyncio.gather(
        *(reader.read(identity, ref(f"s{number}")) for number in range(100)), return_exceptions=True
    )

    assert all(isinstance(answer, AssertionRejected) for answer in answers)
    assert world.azure.requests == {"challenge": 1, "token": 1}


async def test_heals_when_the_federated_credential_comes(world: World, reader: Reader) -> None:
    identity = world.identity(trusted=False)
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    with pytest.raises(AssertionRejected):
        await reader.read(identity, ref("db"))

    world.identity()  # the same one, trusted now
    world.clock.advance(timedelta(seconds=2))

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == b"v"


async def test_tries_again_after_a_short_retry_after(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    world.azure.put(VAULT_HOST, "other", "w")
    await reader.read(identity, ref("other"))
    world.azure.vault_faults.extend([Fault(429, headers=(("Retry-After", "0.05"),)), Fault(503)])

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == b"v"
    assert reader.counters[RequestKind.GET, Outcome.THROTTLED] == 1
    assert reader.counters[RequestKind.GET, Outcome.UNAVAILABLE] == 1


async def test_a_long_retry_after_stops_everyone_on_that_vault_at_once(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    for name in ("a", "b", "c"):
        world.azure.put(VAULT_HOST, name, "v")
    await reader.read(identity, ref("a"))
    world.azure.vault_faults.append(Fault(429, headers=(("Retry-After", "600"),)))

    with pytest.raises(Throttled) as first:
        await reader.read(identity, ref("b"))
    with pytest.raises(Throttled) as second:
        await reader.read(identity, ref("c"))

    assert first.value.retry_after == timedelta(seconds=600)
    assert second.value.retry_after is not None
    assert second.value.retry_after > timedelta(seconds=590)
    assert world.azure.requests["get"] == 1


async def test_a_vault_whose_name_is_unknown_is_unavailable_and_asked_once(world: World, reader: Reader) -> None:
    identity = world.identity()
    gone = VaultUrl("https://kv-gone.vault.azure.net")

    answers = await asyncio.gather(
        *(reader.read(identity, ref(f"s{number}", vault=gone)) for number in range(20)), return_exceptions=True
    )

    assert all(isinstance(answer, Unavailable) and "kv-gone" in str(answer) for answer in answers)
    assert world.proxy.connects["kv-gone.vault.azure.net"] <= 3


async def test_a_token_that_the_vault_refuses_is_replaced(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    await reader.read(identity, ref("db"))
    world.clock.advance(timedelta(minutes=1))
    world.azure.refuse_tokens.update(f"access-token-{number}" for number in range(50))

    with pytest.raises(GrantError):
        await reader.read(identity, ref("db"))
    world.azure.refuse_tokens.clear()

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == b"v"
    assert world.azure.requests["token"] == 2


async def test_answers_a_claims_challenge_with_a_new_token(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    await reader.read(identity, ref("db"))
    world.azure.claims_challenge_next = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == b"v"
    assert "nbf" in world.azure.token_requests[-1]["claims"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(200, body='{"value": "canary-5f2c", "id": broken'), id="broken-json"),
        pytest.param(Fault(200, body="<p>canary-5f2c", content_type="text/html"), id="a-page-in-its-place"),
        pytest.param(Fault(403, body='{"error":{"code":"X canary-5f2c","message":"canary-5f2c"}}'), id="echo-in-403"),
        pytest.param(Fault(400, body='{"error":{"code":"B","message":"Bearer canary-5f2c"}}'), id="echo-in-400"),
        pytest.param(Fault(418, body="canary-5f2c"), id="unknown-status"),
    ],
)
async def test_nothing_of_an_answer_leaks_into_an_error(world: World, reader: Reader, fault: Fault) -> None:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    await reader.read(identity, ref("db"))
    world.azure.vault_faults.extend([fault] * 5)

    with pytest.raises(Exception, match="db") as caught:
        await reader.read(identity, ref("db"))

    shown = caught.getrepr(style="short", showlocals=False, chain=True)
    assert "canary-5f2c" not in str(shown)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_no_log_line_holds_a_value_or_a_token(
    world: World, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    identity, refused = world.identity(), world.identity("web", client="d" * 8, trusted=False)
    world.grant()
    world.azure.put(VAULT_HOST, "db", "canary-7c")

    with structlog.testing.capture_logs() as lines:
        await reader.read(identity, ref("db"))
        await asyncio.gather(reader.read(refused, ref("db")), return_exceptions=True)

    assert {line["event"] for line in lines} == {"token.exchanged", "token.refused"}
    shown = f"{lines} {caplog.text}"
    for hidden in ("canary-7c", "access-token-", *(form["client_assertion"] for form in world.azure.token_requests)):
        assert hidden not in shown


async def test_lends_its_clients_to_the_probe(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()

    assert (await probe.may_list(reader.clients, identity, VAULT)).verdict is probe.Verdict.ALLOWED
    assert reader.counters[RequestKind.LIST, Outcome.OK] == 1


async def test_a_forgotten_refusal_is_asked_again_at_once(world: World, reader: Reader) -> None:
    identity = world.identity(trusted=False)
    world.grant()
    world.azure.put(VAULT_HOST, "db", "value")
    with pytest.raises(AssertionRejected):
        await reader.read(identity, ref("db"))
    world.identity()
    with pytest.raises(AssertionRejected):
        await reader.read(identity, ref("db"))

    reader.forget(identity)

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == b"value"


async def test_half_a_character_becomes_the_replacement_character_as_in_go(world: World, reader: Reader) -> None:
    identity = world.identity()
    world.grant()
    body = '{"value":"a\\ud800b","id":"https://kv-prod.vault.azure.net/secrets/db/%s","attributes":{}}' % ("0" * 32)
    world.azure.vault_faults.append(Fault(200, body))

    assert (await reader.read(identity, ref("db"))).bundle.value.reveal() == "a\ufffdb".encode()


async def test_lists_the_versions_of_a_secret_by_pages_and_for_who_may(world: World, reader: Reader) -> None:
    identity, refused = world.identity(), world.identity("web", client="dddddddd-0000-0000-0000-000000000004")
    world.grant()
    versions = [world.azure.put(VAULT_HOST, "db", "v", enabled=number != 3) for number in range(30)]

    found = await reader.list_versions(identity, ref("db"), interval=timedelta(minutes=1))

    assert [one.version for one in found.properties] == versions
    assert [one.enabled for one in found.properties].index(False) == 3
    assert world.azure.requests["versions"] == 2
    with pytest.raises(GrantError, match="listing the versions of secret db failed"):
        await reader.list_versions(refused, ref("db"), interval=timedelta(minutes=1))


async def test_a_list_of_versions_is_kept_until_its_object_changes(world: World, reader: Reader) -> None:
    identity, minute = world.identity(), timedelta(minutes=1)
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")

    async def listed() -> int:
        return len((await reader.list_versions(identity, ref("db"), interval=minute)).properties)

    await reader.read(identity, ref("db"), interval=minute)
    assert await listed() == 1
    world.azure.put(VAULT_HOST, "db", "w")
    assert await listed() == 1
    await reader.read(identity, ref("db"), interval=minute, fresh=True)
    await asyncio.sleep(0)
    assert await listed() == 2
    assert world.azure.requests["versions"] == 2


async def test_keeps_looking_whatever_the_consumers_ask_for(world: World, reader: Reader) -> None:
    identity, hour = world.identity(), timedelta(hours=1)
    world.grant()
    for number in range(3):
        world.azure.put(VAULT_HOST, f"s{number}", "v")
    told: list[str] = []
    found = asyncio.Event()

    def hear(_: Identity, changed: SecretRef) -> None:
        told.append(changed.name)
        found.set()

    reader.on_change(hear)
    await asyncio.gather(*(reader.read(identity, ref(f"s{number}"), interval=hour) for number in range(3)))
    world.azure.put(VAULT_HOST, "s1", "w")

    looking = asyncio.create_task(reader.keep_looking(timedelta(milliseconds=1)))
    await found.wait()
    looking.cancel()

    assert told == ["s1"]
    assert (await reader.read(identity, ref("s1"), interval=hour)).bundle.value.reveal() == b"w"
