import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.publisher import PATIENCE_AFTER_START, STARTING
from keyferry.mount.questions import GivenUp
from keyferry.mount.state import PodRef, PodToken
from tests.fakes.mount_stage import INTERVAL, POD, MountStage, payload, request, spec, watched

DOWN = Unavailable(what="the vault does not answer")


async def test_a_first_publish_fills_the_volume_and_tells_of_it() -> None:
    stage, asked = MountStage(), request(group=2000)
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "one"
    assert stage.place.groups[asked.target_path] == 2000
    assert stage.reports.told == ["secret/password=v1"]
    assert stage.provider.asked[0][1] == STARTING
    assert stage.count("node_publish_total", provider="azure") == 1
    ((key, after),) = stage.woken
    assert key.name == "csi-1"
    assert timedelta(0) < after <= INTERVAL


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        pytest.param("class", NotFound, id="no-class"),
        pytest.param("provider", Unavailable, id="vault-down"),
        pytest.param("mount", Unavailable, id="no-mount"),
        pytest.param("write", Unavailable, id="no-room"),
        pytest.param("attributes", SpecError, id="borrowed-identity"),
    ],
)
async def test_a_first_publish_that_fails_leaves_nothing(failure: str, kind: type[KeyferryError]) -> None:
    stage, asked = MountStage(), request()
    match failure:
        case "class":
            stage.classes.found.clear()
        case "provider":
            stage.provider.fails = DOWN
        case "mount":
            stage.place.fails = DOWN
        case "write":
            stage.place.full = DOWN
        case "attributes":
            asked = request(attributes={"secretProviderClass": "secrets", "useVMManagedIdentity": "true"})
    with pytest.raises(kind):
        await stage.publisher.publish(asked)
    assert stage.place.volumes == {}
    assert len(stage.known) == 0
    assert stage.reports.told == []
    stage.provider.fails = stage.place.fails = stage.place.full = None
    stage.classes.found[("app", "secrets")] = spec()
    await stage.publisher.publish(request())
    assert stage.place.text(asked.target_path, "password") == "one"


async def test_a_failure_is_counted_by_its_kind() -> None:
    stage = MountStage()
    stage.provider.fails = DOWN
    with pytest.raises(Unavailable):
        await stage.publisher.publish(request())
    assert stage.count("node_publish_error_total", provider="azure", error_type="Unavailable") == 1


async def test_a_repeated_publish_asks_nobody_while_the_content_is_young() -> None:
    stage = MountStage()
    for _ in range(3):
        await stage.publisher.publish(request())
    assert len(stage.provider.asked) == 1
    assert stage.count("node_publish_total", provider="azure") == 3


async def test_a_repeated_publish_after_the_interval_swaps_in_what_changed() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    stage.provider.has({"password": "two"}, "v2")
    stage.clock.advance(INTERVAL)
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "two"
    assert stage.count("rotation_reconcile_total", provider="azure", rotated="true") == 1
    assert await stage.reasons() == ["MountRotationComplete"]


async def test_a_repeated_publish_that_fails_is_answered_well_and_keeps_the_content() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    stage.provider.fails = DOWN
    stage.clock.advance(INTERVAL)
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "one"
    assert (
        stage.count("rotation_reconcile_error_total", provider="azure", error_type="Unavailable", rotated="false") == 1
    )
    assert stage.count("node_publish_error_total", provider="azure", error_type="Unavailable") == 1
    assert await stage.reasons() == ["MountRotationFailed"]
    stage.provider.fails = None
    await stage.publisher.publish(asked)  # what failed is due at once
    volume = stage.known.get("csi-1")
    assert volume is not None
    assert volume.failing == ""


async def test_without_rotation_a_repeated_publish_asks_nobody() -> None:
    stage = MountStage(interval=None)
    await stage.publisher.publish(request())
    stage.clock.advance(timedelta(days=1))
    await stage.publisher.publish(request())
    assert len(stage.provider.asked) == 1
    assert stage.woken == []


async def test_kubelets_new_tokens_count_from_the_next_call_on() -> None:
    stage = MountStage()
    await stage.publisher.publish(request())
    token = PodToken(token=SecretValue(b"a.b.c"), expires=stage.clock.now() + timedelta(hours=1))
    await stage.publisher.publish(request(tokens={"api://x": token}))
    assert (await stage.tokens.create_token(POD.account, ("api://x",))) is token


async def test_a_volume_that_is_there_and_unknown_is_kept_whatever_fails() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    later = MountStage()
    later.place = stage.place
    later.publisher._place = stage.place
    later.provider.fails = DOWN
    await later.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "one"


async def test_a_volume_that_vanished_is_made_again() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    stage.place.volumes.clear()
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "one"


async def test_calls_for_one_volume_take_turns() -> None:
    stage, asked = MountStage(), request()
    stage.provider.goes_on.clear()
    calls = [asyncio.create_task(stage.publisher.publish(asked)) for _ in range(5)]
    await asyncio.sleep(0)
    stage.provider.goes_on.set()
    await asyncio.gather(*calls)
    assert len(stage.provider.asked) == 1


@pytest.mark.parametrize("provider", ["azure", "vendor"])
async def test_a_vault_that_hangs_keeps_no_new_volume_from_going(provider: str) -> None:
    stage, asked = MountStage(), request()
    stage.classes.found[("app", "secrets")] = spec(provider=provider)
    stage.provider.goes_on.clear()
    calls = [asyncio.create_task(stage.publisher.publish(asked)) for _ in range(3)]
    await stage.provider.is_asked(1)
    await stage.publisher.unpublish(asked.volume_id, asked.target_path)
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(outcome, GivenUp) for outcome in outcomes)
    assert len(stage.provider.asked) == 1
    assert stage.place.volumes == {}
    stage.provider.goes_on.set()
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "one"


async def test_a_vault_that_hangs_keeps_no_volume_that_is_looked_at_from_going() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    ((key, _),) = stage.woken
    stage.provider.goes_on.clear()
    look = asyncio.create_task(stage.publisher.look(key))
    await stage.provider.is_asked(2)
    await stage.publisher.unpublish(asked.volume_id, asked.target_path)
    assert isinstance(await look, Again)
    assert await stage.publisher.look(key) == Done()
    assert stage.place.volumes == {}
    assert await stage.reasons() == [], "nothing has failed"


async def test_unpublish_takes_everything_away_and_can_be_repeated() -> None:
    stage, asked = MountStage(), request()
    token = PodToken(token=SecretValue(b"a.b.c"), expires=stage.clock.now() + timedelta(hours=1))
    await stage.publisher.publish(replace(asked, tokens={"api://x": token}))
    for _ in range(2):
        await stage.publisher.unpublish(asked.volume_id, asked.target_path)
    assert stage.place.volumes == {}
    assert len(stage.known) == 0
    assert len(stage.tokens) == 0
    assert stage.count("node_unpublish_total") == 2


async def test_tokens_stay_while_another_pod_of_the_account_is_there() -> None:
    stage = MountStage()
    token = PodToken(token=SecretValue(b"a.b.c"), expires=stage.clock.now() + timedelta(hours=1))
    other = PodRef(namespace="app", name="web-2", uid="uid-2", service_account="web")
    await stage.publisher.publish(request(tokens={"api://x": token}))
    await stage.publisher.publish(request("csi-2", other))
    await stage.publisher.unpublish("csi-1", request().target_path)
    assert len(stage.tokens) == 1


async def test_an_unpublish_that_fails_is_told_and_forgets_nothing() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    stage.place.fails = DOWN
    with pytest.raises(Unavailable):
        await stage.publisher.unpublish(asked.volume_id, asked.target_path)
    assert len(stage.known) == 1
    assert stage.count("node_unpublish_error_total") == 1


async def test_a_look_says_when_the_next_is_due() -> None:
    stage, asked = MountStage(), request()
    await stage.publisher.publish(asked)
    (key, _), *_ = stage.woken
    result = await stage.publisher.look(key)
    assert isinstance(result, Again)
    assert result.after <= INTERVAL
    await stage.publisher.unpublish(asked.volume_id, asked.target_path)
    assert await stage.publisher.look(key) == Done()


async def test_a_look_at_a_volume_that_vanished_leaves_it_to_kubelet() -> None:
    stage = MountStage()
    await stage.publisher.publish(request())
    stage.place.volumes.clear()
    (key, _), *_ = stage.woken
    assert await stage.publisher.look(key) == Done()
    assert len(stage.provider.asked) == 1


async def test_a_volume_of_which_nobody_tells_is_looked_at_by_kubelets_calls_alone() -> None:
    stage = MountStage()
    stage.provider.has({"password": "one"}, "v1", watched=frozenset())
    await stage.publisher.publish(request())
    assert stage.woken == []
    volume = stage.known.get("csi-1")
    assert volume is not None
    assert await stage.publisher.look(volume.key) == Done()


async def test_a_volume_is_never_shown_at_anothers_target() -> None:
    stage, first = MountStage(), request()
    await stage.publisher.publish(first)
    stage.provider.has({"password": "another's"}, "v9")
    with pytest.raises(SpecError):
        await stage.publisher.publish(request("csi-2", target_path=first.target_path))
    assert stage.place.text(first.target_path, "password") == "one"
    assert stage.known.get("csi-2") is None


async def test_a_look_asks_with_what_kubelet_brought_last() -> None:
    stage, first = MountStage(), request()
    await stage.publisher.publish(first)
    renewed = {"clientsecret": SecretValue(b"renewed")}
    token = PodToken(token=SecretValue(b"t.t.t"), expires=stage.clock.now() + timedelta(hours=1))
    await stage.publisher.publish(replace(first, secrets=renewed, tokens={"api://x": token}))
    volume = stage.known.get("csi-1")
    assert volume is not None
    await stage.publisher.look(volume.key)
    mount, _ = stage.provider.asked[-1]
    assert (mount.secrets, mount.tokens) == (renewed, {"api://x": token})


async def test_tokens_of_a_publish_that_failed_go() -> None:
    stage = MountStage()
    stage.provider.fails = DOWN
    token = PodToken(token=SecretValue(b"t.t.t"), expires=stage.clock.now() + timedelta(hours=1))
    with pytest.raises(Unavailable):
        await stage.publisher.publish(request(tokens={"api://x": token}))
    assert len(stage.tokens) == 0


async def test_tokens_stay_while_another_pod_of_the_account_is_on_its_way() -> None:
    stage, first = MountStage(), request()
    token = PodToken(token=SecretValue(b"t.t.t"), expires=stage.clock.now() + timedelta(hours=1))
    await stage.publisher.publish(replace(first, tokens={"api://x": token}))
    stage.provider.goes_on.clear()
    second = asyncio.create_task(
        stage.publisher.publish(request("csi-2", replace(POD, name="web-2", uid="uid-2"), tokens={"api://x": token}))
    )
    await stage.provider.is_asked(2)
    await stage.publisher.unpublish("csi-1", first.target_path)
    assert len(stage.tokens) == 1
    stage.provider.goes_on.set()
    await second
    assert len(stage.tokens) == 1


async def test_a_resumed_volume_waits_for_kubelets_tokens() -> None:
    stage, asked = MountStage(), request()
    stage.place.volumes[asked.target_path] = stage.provider.answer.payload
    stage.publisher.resume(asked)
    assert [after for _, after in stage.woken] == [PATIENCE_AFTER_START]
    stage.provider.has({"password": "two"}, "v2")
    await stage.publisher.publish(asked)
    assert stage.place.text(asked.target_path, "password") == "two"
    assert stage.known.showing(watched("password").identity, watched("password").ref) != ()


async def test_a_resumed_volume_waits_for_tokens_whatever_wakes_it() -> None:
    """The first list of classes wakes every volume, before kubelet's next call."""
    stage, asked = MountStage(), request()
    stage.place.volumes[asked.target_path] = stage.provider.answer.payload
    stage.publisher.resume(asked)
    (key, _), *_ = stage.woken
    stage.clock.advance(timedelta(minutes=1))
    result = await stage.publisher.look(key)
    assert isinstance(result, Again)
    assert timedelta(minutes=1) < result.after <= PATIENCE_AFTER_START - timedelta(minutes=1)
    assert stage.provider.asked == []
    assert await stage.reasons() == []
    await stage.publisher.publish(asked)
    await stage.publisher.look(key)
    assert len(stage.provider.asked) == 2


async def test_a_resumed_volume_waits_no_longer_than_that() -> None:
    stage, asked = MountStage(), request()
    stage.place.volumes[asked.target_path] = stage.provider.answer.payload
    stage.publisher.resume(asked)
    (key, _), *_ = stage.woken
    stage.clock.advance(PATIENCE_AFTER_START)
    await stage.publisher.look(key)
    assert len(stage.provider.asked) == 1


@pytest.mark.parametrize("is_resumed", [pytest.param(True, id="resumed"), pytest.param(False, id="published")])
async def test_where_nobody_wants_rotation_a_change_wakes_no_volume(*, is_resumed: bool) -> None:
    stage, asked = MountStage(interval=None), request()
    if is_resumed:
        stage.place.volumes[asked.target_path] = stage.provider.answer.payload
        stage.publisher.resume(asked)
    else:
        await stage.publisher.publish(asked)
    stage.provider.asked.clear()
    stage.clock.advance(timedelta(days=1))
    volume = stage.known.get("csi-1")
    assert volume is not None
    assert await stage.publisher.look(volume.key) == Done()
    assert stage.provider.asked == []


async def test_a_resumed_volume_rests_where_nobody_wants_rotation() -> None:
    stage = MountStage(interval=None)
    stage.publisher.resume(request())
    assert stage.woken == []


async def test_another_vendors_provider_finds_the_volume_made_and_may_write_it_itself() -> None:
    stage, asked = MountStage(), request()
    stage.classes.found[("app", "secrets")] = spec(provider="vendor")
    stage.provider.answer = replace(
        stage.provider.answer, payload=replace(payload({}), is_written=True), watched=frozenset()
    )
    await stage.publisher.publish(asked)
    assert stage.place.volumes == {asked.target_path: None}
    stage.provider.fails = DOWN
    stage.clock.advance(INTERVAL)
    await stage.publisher.publish(asked)  # and keeps it when it fails later
    assert asked.target_path in stage.place.volumes


async def test_another_vendors_failure_leaves_nothing() -> None:
    stage = MountStage()
    stage.classes.found[("app", "secrets")] = spec(provider="vendor")
    stage.provider.fails = DOWN
    with pytest.raises(Unavailable):
        await stage.publisher.publish(request())
    assert stage.place.volumes == {}


async def test_what_a_vendors_provider_wrote_before_a_restart_stays_while_it_fails() -> None:
    stage, asked = MountStage(), request()
    stage.classes.found[("app", "secrets")] = spec(provider="vendor")
    stage.place.volumes[asked.target_path] = None
    stage.place.vendors.add(asked.target_path)
    stage.publisher.resume(asked)
    stage.provider.fails = DOWN
    with pytest.raises(Unavailable):
        await stage.publisher.publish(asked)
    assert asked.target_path in stage.place.volumes


async def test_a_clock_that_is_set_back_ends_the_wait_for_tokens() -> None:
    stage, asked = MountStage(), request()
    stage.place.volumes[asked.target_path] = stage.provider.answer.payload
    stage.publisher.resume(asked)
    stage.clock.advance(-timedelta(days=1))
    ((key, _),) = stage.woken
    await stage.publisher.look(key)
    assert len(stage.provider.asked) == 1
