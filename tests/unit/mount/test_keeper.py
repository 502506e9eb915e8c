from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.model.errors import Unavailable, Where
from keyferry.model.identity import ClientId, ServicePrincipal, TenantId
from keyferry.model.secrets import SecretValue, VaultUrl
from keyferry.mount.keeper import PAUSE
from keyferry.mount.known import Volume
from tests.fakes.mount_stage import INTERVAL, VAULT, MountStage, request, watched

DOWN = Unavailable(what="the vault does not answer")
OTHER = VaultUrl("https://kv-west.vault.azure.net")


async def published(stage: MountStage) -> Volume:
    await stage.publisher.publish(request())
    volume = stage.known.get("csi-1")
    assert volume is not None
    return volume


async def test_a_look_that_finds_nothing_new_writes_nothing() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.place.full = DOWN  # whatever is written now fails
    await stage.keeper.look(volume)
    assert await stage.reasons() == []
    assert stage.count("rotation_reconcile_total", provider="azure", rotated="false") == 1


async def test_a_new_value_is_swapped_in_and_told() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.provider.has({"password": "two", "user": "me"}, "v2")
    await stage.keeper.look(volume)
    assert stage.place.text(request().target_path, "user") == "me"
    await stage.told()
    assert stage.reports.told[-1] == "secret/password=v2 secret/user=v2"
    assert await stage.reasons() == ["MountRotationComplete"]


async def test_a_new_version_of_the_same_value_is_told_and_not_written() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.provider.has({"password": "one"}, "v2")
    await stage.keeper.look(volume)
    await stage.told()
    assert stage.reports.told[-1] == "secret/password=v2"
    assert await stage.reasons() == []


async def test_a_failure_keeps_the_content_and_is_told_once_to_whoever_asked() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.provider.fails = DOWN
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)
    assert volume.failing == str(DOWN)
    assert [key.name for key in stage.tells] == ["csi-1", "csi-1"], "the cluster is to be told of it"
    assert stage.keeper.is_due(volume)
    assert await stage.reasons() == ["MountRotationFailed"]
    stage.provider.fails = None
    await stage.keeper.look(volume)
    assert volume.failing == ""


async def test_another_vault_and_its_end_are_told_once_each() -> None:
    stage = MountStage()
    volume = await published(stage)
    for url, failure in ((OTHER, DOWN), (OTHER, DOWN), (VAULT, None), (VAULT, None)):
        stage.provider.has({"password": "one"}, "v1", vault_url=url, instead_of=failure)
        await stage.keeper.look(volume)
    assert await stage.reasons() == ["FallbackVault", "VaultRecovered"]


async def test_a_stored_credential_is_told_once() -> None:
    stage = MountStage()
    principal = ServicePrincipal(
        tenant_id=TenantId("t"),
        client_id=ClientId("c"),
        authority_host="https://login.example",
        source=Where(kind="SecretProviderClass", namespace="app", name="secrets"),
        secret=SecretValue(b"a-client-secret"),
    )
    stage.provider.has({"password": "one"}, "v1", watched=frozenset({replace(watched("password"), identity=principal)}))
    volume = await published(stage)
    await stage.keeper.look(volume)
    assert await stage.reasons() == ["StoredCredential"]


async def test_a_copy_is_told_with_its_age_and_looked_at_again_soon() -> None:
    stage = MountStage()
    since = stage.clock.now() - timedelta(hours=3)
    stage.provider.has({"password": "one"}, "v1", stale_since=since, instead_of=DOWN)
    volume = await published(stage)
    assert stage.keeper.is_due(volume)
    assert stage.keeper.next_look(volume) == PAUSE
    stage.provider.has({"password": "one"}, "v1", stale_since=None, instead_of=None)
    await stage.keeper.look(volume)
    assert await stage.reasons() == ["ServedStale", "VaultRecovered"]
    assert volume.stale_since is None


async def test_the_next_look_counts_from_when_the_values_were_verified() -> None:
    stage = MountStage()
    stage.provider.has({"password": "one"}, "v1", verified_at=stage.clock.now() - INTERVAL / 2)
    volume = await published(stage)
    after = stage.keeper.next_look(volume)
    assert after is not None
    assert after <= INTERVAL / 2
    stage.clock.advance(INTERVAL)
    assert stage.keeper.is_due(volume)
    assert stage.keeper.next_look(volume) == timedelta(seconds=1)


async def test_a_copy_takes_nothing_from_a_volume_that_shows_files_of_its_own() -> None:
    stage = MountStage()
    volume = await published(stage)
    since = stage.clock.now() - timedelta(hours=3)
    stage.provider.has({"password": "older"}, "v0", stale_since=since, instead_of=DOWN)
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)
    assert stage.place.text(request().target_path, "password") == "one"
    assert await stage.reasons() == ["MountRotationFailed"]


async def test_what_fails_waits_for_its_turn_and_not_for_a_second() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.provider.fails = DOWN
    stage.clock.advance(2 * INTERVAL)
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)
    assert stage.keeper.next_look(volume) == PAUSE


async def test_a_clock_that_is_set_back_keeps_no_volume_from_being_looked_at() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.clock.advance(-timedelta(days=1))
    assert stage.keeper.is_due(volume)
    assert stage.keeper.next_look(volume) == INTERVAL


async def test_a_copy_gives_way_to_the_vault_without_rotation_too() -> None:
    stage = MountStage(interval=None)
    since = stage.clock.now() - timedelta(hours=3)
    stage.provider.has({"password": "one"}, "v1", stale_since=since, instead_of=DOWN)
    volume = await published(stage)
    assert stage.keeper.next_look(volume) == PAUSE
    assert stage.keeper.may_look(volume)
    stage.provider.has({"password": "two"}, "v2", stale_since=None, instead_of=None)
    await stage.keeper.look(volume)
    assert stage.place.text(request().target_path, "password") == "two"
    assert stage.keeper.next_look(volume) is None
    assert not stage.keeper.may_look(volume)


async def test_a_write_whose_end_nobody_knows_is_done_again() -> None:
    stage = MountStage()
    volume = await published(stage)
    stage.provider.has({"password": "two"}, "v2")
    stage.place.full, stage.place.tears = DOWN, True
    with pytest.raises(Unavailable):
        await stage.keeper.look(volume)
    stage.place.full = None
    stage.provider.has({"password": "one"}, "v1")  # somebody took it back
    await stage.keeper.look(volume)
    assert stage.place.text(volume.request.target_path, "password") == "one"
