import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, KeyferryError, NotFound, Where
from keyferry.model.secrets import SecretValue
from keyferry.spec import keys
from keyferry.spec.keys import ObjectKey, ObjectType
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.push_status import PushSecretStatus
from keyferry.sync.push import plan
from keyferry.sync.push.carrier import KINDS, Carrier
from keyferry.sync.push.state import Deed, PushItem, Removal
from keyferry.vault.throttle import Priority
from keyferry.vault.writing.wish import Outcome
from tests.fakes.push_secrets import KV, NOW, RECORD, SYNCED, FakeStores, FakeVaults, parsed, synced, target, watched

FINALIZER = "pushsecret.externalsecrets.io/finalizer"
REFUSED = GrantError(what="no")
LATER = NOW + timedelta(hours=1)


def deed(outcome: Outcome | KeyferryError, name: str = "remote", store: str = "SecretStore/kv") -> Deed:
    return Deed(store=store, name=name, record=RECORD, outcome=outcome)


def item(name: str) -> PushItem:
    return PushItem(
        store=KV,
        name=name,
        object=ObjectKey(type=ObjectType.SECRET, name=name),
        value=SecretValue(b"v"),
        metadata=PushMetadata(),
        record=RECORD,
    )


@pytest.mark.parametrize(
    ("policy", "present", "wanted"),
    [
        pytest.param("Delete", [], (FINALIZER,), id="added"),
        pytest.param("Delete", ["other", FINALIZER], None, id="there"),
        pytest.param("None", ["other", FINALIZER], ("other",), id="taken-away"),
        pytest.param("None", ["other"], None, id="not-there"),
    ],
)
def test_finalizers(policy: str, present: list[str], wanted: tuple[str, ...] | None) -> None:
    assert plan.finalizers(watched(finalizers=present), parsed(deletionPolicy=policy)) == wanted


@pytest.mark.parametrize(
    ("policy", "wanted", "gone"),
    [
        pytest.param("Delete", ["remote"], [], id="all-wanted"),
        pytest.param("Delete", ["another"], ["remote"], id="one-no-longer"),
        pytest.param("Delete", [], ["remote"], id="none"),
        pytest.param("None", [], [], id="nothing-without-the-policy"),
    ],
)
def test_what_is_wanted_no_more_goes(policy: str, wanted: list[str], gone: list[str]) -> None:
    status = watched(status=synced()).status
    found = plan.removals(parsed(deletionPolicy=policy), status, [item(name) for name in wanted])
    assert [removal.name for removal in found] == gone


def test_everything_that_was_pushed() -> None:
    status = watched(status=synced()).status
    assert plan.all_removals(status) == (Removal(store="SecretStore/kv", name="remote", record=RECORD),)


def test_success_lists_what_was_pushed_and_when() -> None:
    told = plan.succeeded(watched().status, parsed(), [target()], [deed(Outcome.WRITTEN)], [], NOW)
    assert told.status is not None
    assert told.status.synced == SYNCED
    assert (told.status.refresh_time, told.status.synced_resource_version) == (NOW, synced()["syncedResourceVersion"])
    assert [(each.status, each.reason) for each in told.status.conditions] == [("True", "Synced")]
    assert (told.reason, told.is_warning, told.failure) == ("Synced", False, None)
    assert "1 of them written now" in told.message


@pytest.mark.parametrize(
    ("pushed", "removed", "reason"),
    [
        pytest.param([Outcome.UNCHANGED, Outcome.LEFT], [], "", id="quiet"),
        pytest.param([Outcome.UPDATED], [], "Synced", id="updated"),
        pytest.param([Outcome.UNCHANGED], [Outcome.REMOVED], "Synced", id="deleted"),
        pytest.param([Outcome.UNCHANGED], [Outcome.ABSENT], "", id="was-gone"),
    ],
)
def test_an_event_tells_of_changes_alone(pushed: list[Outcome], removed: list[Outcome], reason: str) -> None:
    first = plan.succeeded(watched().status, parsed(), [target()], [deed(Outcome.WRITTEN)], [], NOW).status
    assert first is not None
    told = plan.succeeded(first, parsed(), [target()], [*map(deed, pushed)], [*map(deed, removed)], LATER)
    assert told.reason == reason
    assert told.status is not None, "the time of the refresh moved"


def test_the_same_at_the_same_time_needs_no_write() -> None:
    first = plan.succeeded(watched().status, parsed(), [target()], [deed(Outcome.WRITTEN)], [], NOW).status
    assert first is not None
    assert plan.succeeded(first, parsed(), [target()], [deed(Outcome.UNCHANGED)], [], NOW).status is None


def test_what_existed_before_is_told_to_be_left() -> None:
    told = plan.succeeded(
        watched().status, parsed(updatePolicy="IfNotExists"), [target()], [deed(Outcome.LEFT)], [], NOW
    )
    assert told.status is not None
    assert "left as they are" in told.status.conditions[0].message


@pytest.mark.parametrize(
    ("deeds", "names"),
    [
        pytest.param([], {"remote"}, id="nothing-done"),
        pytest.param([deed(Outcome.WRITTEN, "new")], {"remote", "new"}, id="pushed-is-listed"),
        pytest.param([deed(Outcome.REMOVED)], set(), id="removed-is-not"),
        pytest.param([deed(Outcome.ABSENT)], set(), id="absent-is-not"),
        pytest.param([deed(Outcome.FOREIGN)], set(), id="somebody-else-s-is-not"),
        pytest.param([deed(REFUSED), deed(REFUSED, "new")], {"remote"}, id="failed-changes-nothing"),
        pytest.param([deed(Outcome.REMOVED, "x", "SecretStore/unknown")], {"remote"}, id="unknown-store"),
    ],
)
def test_failure_keeps_what_is_in_the_vault(deeds: list[Deed], names: set[str]) -> None:
    status = watched(status=synced()).status
    told = plan.failed(status, REFUSED, LATER, deeds)
    assert told.status is not None
    assert {name for _, name, _ in told.status.entries()} == names
    assert (told.status.refresh_time, told.status.conditions[0].reason) == (NOW, "Errored")
    assert (told.reason, told.message, told.is_warning, told.failure) == ("Errored", "no", True, REFUSED)


def test_the_same_failure_is_written_once() -> None:
    once = plan.failed(watched().status, REFUSED, NOW).status
    assert once is not None
    assert plan.failed(once, REFUSED, LATER).status is None


def test_a_source_that_is_gone_is_told_once_and_is_no_failure() -> None:
    absence = NotFound(what="Secret app/source does not exist")
    told = plan.source_deleted(watched(status=synced()).status, absence, [deed(Outcome.REMOVED)], LATER)
    assert told.status is not None
    assert (told.status.synced, told.status.conditions[0].reason, told.failure) == ({}, "SourceDeleted", None)
    assert "Secret app/source does not exist" in told.message
    again = plan.source_deleted(told.status, absence, [], LATER)
    assert (again.status, again.reason) == (None, "")


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        pytest.param({}, synced(), True, id="pushed"),
        pytest.param({}, {}, False, id="never-pushed"),
        pytest.param({"deletionPolicy": "None"}, synced(), False, id="keeps"),
        pytest.param({"selector": {"secret": {"selector": {}}}}, synced(), False, id="chosen-by-labels"),
        pytest.param(
            {},
            {"conditions": [{"type": "Ready", "status": "False", "reason": "SourceDeleted", "message": ""}]},
            True,
            id="told-before",
        ),
    ],
)
def test_is_orphaned(spec: dict[str, Any], status: dict[str, Any], expected: bool) -> None:
    assert plan.is_orphaned(parsed(**spec), watched(status=status).status) is expected


def test_the_first_failure_counts() -> None:
    assert plan.failure_of([deed(Outcome.WRITTEN), deed(REFUSED)]) is REFUSED
    assert plan.failure_of([deed(Outcome.WRITTEN)]) is None


def test_what_stays_because_it_is_somebody_else_s_is_named() -> None:
    assert "SecretStore/kv: remote" in plan.left_alone([deed(Outcome.FOREIGN), deed(Outcome.REMOVED, "x")])
    assert plan.left_alone([deed(Outcome.REMOVED)]) == ""


NAMES = st.sampled_from(["a", "b", "c", "cert/a", "key/b"])


@pytest.mark.parametrize(
    ("names", "moved"),
    [
        pytest.param(["kv"], False, id="same"),
        pytest.param(["kv", "new"], True, id="one-more"),
        pytest.param([], True, id="one-less"),
    ],
)
def test_other_stores_ask_for_a_push(names: list[str], moved: bool) -> None:
    assert plan.is_moved([target(name) for name in names], watched(status=synced()).status) is moved


def test_a_store_to_which_nothing_goes_is_listed() -> None:
    told = plan.succeeded(watched().status, parsed(), [target(), target("other")], [deed(Outcome.WRITTEN)], [], NOW)
    assert told.status is not None
    assert told.status.synced == SYNCED | {"SecretStore/other": {}}


@given(pushes=st.lists(st.dictionaries(NAMES, st.booleans(), max_size=5), min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_the_vault_holds_what_the_last_push_wanted_whatever_failed_before(pushes: list[dict[str, bool]]) -> None:
    """Each push wants some objects, of which some are refused; the last one is carried out until nothing is refused."""
    vaults, status = FakeVaults(), watched().status

    async def turn(wanted: dict[str, bool], status: PushSecretStatus) -> PushSecretStatus:
        carrier = Carrier(FakeStores(), vaults, lambda _ref: None)
        asker = Where(kind="PushSecret", namespace="app", name="push")
        objects = [placed(name) for name in wanted]
        vaults.failures = {placed(name).object.name: [REFUSED] for name, fails in wanted.items() if fails}
        pushed = await carrier.push(asker, objects, only_if_absent=False, priority=Priority.REFRESH)
        failure = plan.failure_of(pushed)
        if failure is not None:
            return plan.failed(status, failure, NOW, pushed).status or status
        stale = plan.removals(parsed(), status, objects)
        removed = await carrier.remove(asker, stale, priority=Priority.REFRESH)
        return plan.succeeded(status, parsed(), [target()], pushed, removed, NOW).status or status

    for wanted in pushes:
        status = asyncio.run(turn(wanted, status))
    last = dict.fromkeys(pushes[-1], False)
    status = asyncio.run(turn(last, status))
    kinds = {f"{ref.kind}/{ref.name}" for ref in vaults.held}
    assert kinds == {f"{KINDS[placed(name).object.type]}/{placed(name).object.name}" for name in last}
    assert {name for _, name, _ in status.entries()} == set(last)
    assert asyncio.run(turn(last, status)) == status, "and doing it again changes nothing"


def placed(name: str) -> PushItem:
    record = {"match": {"remoteRef": {"remoteKey": name}}}
    return replace(item(name), object=keys.parse_object_key(name), record=record)
