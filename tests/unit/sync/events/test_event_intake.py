from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.model.wellknown import EVENT_GRID_APPLICATION as EVENT_GRID
from keyferry.runtime.clock import SystemClock
from keyferry.sync.events import event_intake
from keyferry.sync.settings import EventSettings
from keyferry.vault.activity import Activity
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.receiver import Gate
from tests.fakes.sync_world import SyncWorld

TENANT = "AAAAAAAA-0000-4000-8000-000000000001"
BY_TOKEN = EventSettings(address=":8443", audience="api://events", tenant_id=TENANT)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def _gate(settings: EventSettings, session: aiohttp.ClientSession, **environment: str) -> Gate:
    return event_intake.gate(settings, session, SystemClock(), environment)


async def test_tokens_of_our_tenant_are_let_in(session: aiohttp.ClientSession) -> None:
    gate = _gate(BY_TOKEN, session, AZURE_AUTHORITY_HOST="https://login.microsoftonline.us/")
    assert gate.expected is not None
    assert gate.tenant_keys is not None
    assert gate.keys == ()
    assert gate.expected.audience == "api://events"
    assert gate.expected.applications == (EVENT_GRID,)
    assert f"https://login.microsoftonline.us/{TENANT.lower()}/v2.0" in gate.expected.issuers
    assert all(TENANT.lower() in issuer for issuer in gate.expected.issuers)


async def test_several_keys_can_be_known(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("0123456789abcdef\n\n fedcba9876543210 \n")
    gate = _gate(EventSettings(address=":8443", key_file=file), session)
    assert [key.reveal() for key in gate.keys] == [b"0123456789abcdef", b"fedcba9876543210"]
    assert gate.expected is None


@pytest.mark.parametrize(
    ("settings", "content", "words"),
    [
        pytest.param(replace(BY_TOKEN, audience=""), None, "nobody could deliver", id="nobody"),
        pytest.param(replace(BY_TOKEN, tenant_id=""), None, "no tenant", id="no-tenant"),
        pytest.param(EventSettings(), b"short", "fewer than 16", id="short-key"),
        pytest.param(EventSettings(), b"\n", "has none", id="no-key"),
        pytest.param(EventSettings(), b"\xff\xfe", "no text", id="no-text"),
        pytest.param(replace(BY_TOKEN, key_file=Path("absent")), None, "No such file", id="no-file"),
    ],
)
async def test_settings_that_protect_nothing_are_refused(
    settings: EventSettings, content: bytes | None, words: str, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    if content is not None:
        file = tmp_path / "keys"
        file.write_bytes(content)
        settings = replace(settings, key_file=file)
    with pytest.raises(SpecError, match=words) as caught:
        _gate(settings, session)
    assert "short" not in str(caught.value)


async def test_a_hint_wakes_the_feeds_of_its_vault_alone(world: SyncWorld) -> None:
    world.account()
    world.store()
    world.external()
    world.put("db-password", "first")
    await world.reconcile()
    told: list[Hint] = []
    take = event_intake.wake(world.reader, told.append)
    name, version = SecretName("DB-Password"), SecretVersion("0" * 32)
    take([Hint(vault="kv-other", kind=ObjectKind.SECRET, name=name, version=version)])
    assert Activity.EVENT_USED not in world.reader.activity
    take([Hint(vault="kv-prod", kind=ObjectKind.SECRET, name=name, version=version)])
    assert world.reader.activity[Activity.EVENT_USED] == 1
    assert [hint.vault for hint in told] == ["kv-other", "kv-prod"], "somebody may be about to read it"
