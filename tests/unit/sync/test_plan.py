import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import AssertionRejected, GrantError, KeyferryError, SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.spec.conditions import find
from keyferry.sync import documents, plan, telling, wire
from keyferry.sync.state import (
    Action,
    CreateSecret,
    DeleteSecret,
    DesiredSecret,
    Failed,
    LiveSecret,
    ManagedFields,
    Plan,
    ReadSecretFirst,
    RecordEvent,
    RemoveFinalizer,
    Rendered,
    ReplaceSecret,
    Snapshot,
    WatchedExternalSecret,
    WriteStatus,
)
from tests.fakes.external_secrets import HOUR, NOW, external, parsed, secret

VALUE = base64.b64encode(b"s3cret").decode()
OURS = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "name": "db",
    "uid": "u-es",
    "controller": True,
    "blockOwnerDeletion": True,
}
THEIRS = OURS | {"kind": "Certificate", "apiVersion": "cert-manager.io/v1", "name": "web", "uid": "u-cert"}


def rendered(**data: str) -> Rendered:
    entries = {key: value.encode() for key, value in data.items()}
    return Rendered(
        data={key: SecretValue(value) for key, value in entries.items()},
        data_hash=hashes.data_hash(entries),
        is_empty=not entries,
    )


def managed(data: Mapping[str, str], **metadata: Any) -> LiveSecret:
    """A Secret as we wrote it."""
    raw = {key: base64.b64decode(value) for key, value in data.items()}
    labels = {
        "reconcile.external-secrets.io/managed": "true",
        "reconcile.external-secrets.io/created-by": hashes.owner_label("app", "db"),
    }
    annotations = {"reconcile.external-secrets.io/data-hash": hashes.data_hash(raw)}
    defaults = {"labels": labels, "annotations": annotations, "ownerReferences": [OURS]}
    return secret(data, **(defaults | metadata))


def whole(live: LiveSecret, **fields: frozenset[str]) -> LiveSecret:
    return replace(live, managed=ManagedFields(**fields))


def synced_external(**metadata: Any) -> WatchedExternalSecret:
    """An ExternalSecret whose status tells of a success at NOW."""
    fresh = external(**metadata)
    told = plan.then(Snapshot(external=fresh, secret=None), parsed(fresh), rendered(PASSWORD="s3cret"), NOW)
    status = next(action.status for action in told.actions if isinstance(action, WriteStatus))
    return replace(fresh, status=status)


def kinds(made: Plan) -> list[type[Action]]:
    return [type(action) for action in made.actions]


def events(made: Plan) -> list[str]:
    return [action.reason for action in made.actions if isinstance(action, RecordEvent)]


def written(made: Plan) -> DesiredSecret:
    return next(action.secret for action in made.actions if isinstance(action, CreateSecret | ReplaceSecret))


def ready(made: Plan) -> tuple[str, str, str]:
    status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
    condition = find(status.conditions, "Ready")
    assert condition is not None
    return str(condition.status), condition.reason, condition.message


def after(snapshot: Snapshot, data: Rendered | Failed) -> Plan:
    return plan.then(snapshot, parsed(snapshot.external), data, NOW)


class TestFirst:
    @pytest.mark.parametrize(
        ("watched", "live", "asks"),
        [
            pytest.param(external(), None, True, id="never-synced"),
            pytest.param(synced_external(), managed({"PASSWORD": VALUE}), False, id="synced-and-intact"),
            pytest.param(synced_external(), None, True, id="the-secret-was-deleted"),
            pytest.param(
                synced_external(),
                managed(
                    {"PASSWORD": "ZWRpdGVk"},
                    annotations=dict(managed({"PASSWORD": VALUE}).metadata.annotations),
                ),
                True,
                id="a-value-was-edited",
            ),
            pytest.param(synced_external(), managed({"PASSWORD": VALUE}, labels={}), True, id="the-label-was-removed"),
            pytest.param(
                synced_external(), managed({"PASSWORD": VALUE}, annotations={}), True, id="the-hash-was-removed"
            ),
            pytest.param(
                replace(synced_external(), metadata=external(generation=2).metadata),
                managed({"PASSWORD": VALUE}),
                True,
                id="the-spec-changed",
            ),
        ],
    )
    def test_asks_the_vault_only_when_it_must(
        self,
        watched: WatchedExternalSecret,
        live: LiveSecret | None,
        asks: bool,
    ) -> None:
        made = plan.first(Snapshot(external=watched, secret=live), parsed(watched), NOW)
        assert (made is None) is asks

    def test_asks_the_vault_when_it_saw_a_change(self) -> None:
        snapshot = Snapshot(external=synced_external(), secret=managed({"PASSWORD": VALUE}))
        assert plan.first(snapshot, parsed(snapshot.external), NOW, woken=True) is None

    def test_at_rest_it_waits_for_the_interval(self) -> None:
        snapshot = Snapshot(external=synced_external(), secret=managed({"PASSWORD": VALUE}))
        assert plan.first(snapshot, parsed(snapshot.external), NOW) == Plan(again_after=HOUR)

    def test_at_rest_a_failure_that_was_told_holds_no_more(self) -> None:
        problem = SpecError(what="ExternalSecret app/db is invalid")
        watched = synced_external()
        live = managed({"PASSWORD": VALUE})
        told = telling.failed(Snapshot(external=watched, secret=live), problem, NOW).actions[0]
        assert isinstance(told, WriteStatus)
        snapshot = Snapshot(external=replace(watched, status=told.status), secret=live)
        made = plan.first(snapshot, parsed(watched), NOW)
        assert made is not None
        assert kinds(made) == [WriteStatus]
        assert ready(made)[:2] == ("True", "SecretSynced")
        assert "last" in ready(made)[2]
        assert made.again_after == HOUR

    def test_an_invalid_spec_touches_nothing_but_the_status(self) -> None:
        problem = SpecError(what="ExternalSecret app/db is invalid", cause="spec.data: is empty", remedy="add an entry")
        made = plan.first(Snapshot(external=external(), secret=managed({"PASSWORD": VALUE})), problem, NOW)
        assert made is not None
        assert kinds(made) == [WriteStatus, RecordEvent]
        assert ready(made) == ("False", "SecretSyncedError", str(problem))
        assert made.failure is problem

    @pytest.mark.parametrize(
        ("finalizers", "left"),
        [
            pytest.param([], None, id="none"),
            pytest.param(["externalsecrets.external-secrets.io/externalsecret-cleanup"], (), id="upstreams"),
            pytest.param(
                ["a.io/x", "externalsecrets.external-secrets.io/externalsecret-cleanup"],
                ("a.io/x",),
                id="others-stay",
            ),
        ],
    )
    def test_lets_a_deleted_one_go(self, finalizers: list[str], left: tuple[str, ...] | None) -> None:
        watched = external(deletionTimestamp="2026-11-22T11:00:00Z", finalizers=finalizers)
        made = plan.first(Snapshot(external=watched, secret=None), parsed(watched), NOW)
        assert made == Plan(actions=() if left is None else (RemoveFinalizer(remaining=left),))


def test_a_read_without_an_end_says_what_to_do() -> None:
    error = plan.too_slow(parsed(external()), 100.0)
    assert "app/db" in error.what
    assert "longer than 100 seconds" in error.what
    assert "spec.refreshInterval" in error.remedy


class TestThen:
    def test_creates_the_secret(self) -> None:
        watched = external(labels={"team": "a"}, annotations={"note": "b", LAST_APPLIED: "{}"})
        made = after(Snapshot(external=watched, secret=None), rendered(PASSWORD="s3cret"))
        assert kinds(made) == [CreateSecret, RecordEvent, WriteStatus]
        assert events(made) == ["Created"]
        desired = written(made)
        assert desired.labels == {
            "team": "a",
            "reconcile.external-secrets.io/managed": "true",
            "reconcile.external-secrets.io/created-by": hashes.owner_label("app", "db"),
        }
        assert set(desired.annotations) == {"note", "reconcile.external-secrets.io/data-hash"}
        assert [owner.uid for owner in desired.owner_references] == ["u-es"]
        assert ready(made) == ("True", "SecretSynced", "the Secret holds what the vault holds")
        assert made.again_after == HOUR

    def test_the_status_tells_of_the_success(self) -> None:
        made = after(Snapshot(external=external(), secret=None), rendered(PASSWORD="s3cret"))
        status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
        assert status.refresh_time == NOW
        assert status.synced_resource_version.startswith("1-")
        assert status.binding_name == "db"

    def test_the_interval_counts_from_when_the_vault_was_asked(self) -> None:
        asked = NOW - timedelta(minutes=10, seconds=0.5)
        made = after(Snapshot(external=external(), secret=None), replace(rendered(PASSWORD="s3cret"), at=asked))
        status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
        assert status.refresh_time == NOW - timedelta(minutes=10, seconds=1)
        assert made.again_after == timedelta(minutes=49, seconds=59.5)

    def test_a_clock_that_ran_ahead_is_not_believed(self) -> None:
        ahead = replace(rendered(PASSWORD="s3cret"), at=NOW + timedelta(hours=1))
        assert after(Snapshot(external=external(), secret=None), ahead).again_after == HOUR

    def test_an_equal_secret_is_not_written(self) -> None:
        snapshot = Snapshot(external=synced_external(), secret=managed({"PASSWORD": VALUE}))
        assert after(snapshot, rendered(PASSWORD="s3cret")).actions == ()

    def test_a_changed_value_asks_for_the_live_secret_first(self) -> None:
        snapshot = Snapshot(external=synced_external(), secret=managed({"PASSWORD": VALUE}))
        assert kinds(after(snapshot, rendered(PASSWORD="n3w"))) == [ReadSecretFirst]

    def test_a_changed_label_asks_for_the_live_secret_first(self) -> None:
        watched = replace(synced_external(), metadata=external(labels={"team": "a"}).metadata)
        snapshot = Snapshot(external=watched, secret=managed({"PASSWORD": VALUE}))
        assert kinds(after(snapshot, rendered(PASSWORD="s3cret"))) == [ReadSecretFirst]

    def test_replaces_the_secret_at_the_version_it_saw(self) -> None:
        live = whole(managed({"PASSWORD": VALUE}, finalizers=["a.io/x"]))
        made = after(Snapshot(external=synced_external(), secret=live), rendered(PASSWORD="n3w"))
        assert kinds(made)[0] is ReplaceSecret
        assert events(made) == ["Updated"]
        replaced = made.actions[0]
        assert isinstance(replaced, ReplaceSecret)
        assert replaced.resource_version == "3"
        assert replaced.secret.finalizers == ("a.io/x",)

    def test_foreign_metadata_stays_and_our_stale_metadata_goes(self) -> None:
        live = managed({"PASSWORD": VALUE})
        metadata = external(
            labels={**live.metadata.labels, "theirs": "1", "stale": "2"},
            annotations={**live.metadata.annotations, "their-note": "1", "stale-note": "2"},
        ).metadata
        there = replace(
            whole(managed({"PASSWORD": VALUE}), labels=frozenset({"stale"}), annotations=frozenset({"stale-note"})),
            metadata=replace_metadata(live, labels=metadata.labels, annotations=metadata.annotations),
        )
        desired = written(after(Snapshot(external=synced_external(), secret=there), rendered(PASSWORD="s3cret")))
        assert "theirs" in desired.labels
        assert "stale" not in desired.labels
        assert "their-note" in desired.annotations
        assert "stale-note" not in desired.annotations

    def test_an_unowned_secret_is_adopted_and_its_lost_keys_are_named(self) -> None:
        live = whole(secret({"PASSWORD": VALUE, "OTHER": VALUE}))
        made = after(Snapshot(external=external(), secret=live), rendered(PASSWORD="s3cret"))
        assert events(made) == ["Updated", "Adopted"]
        adopted = made.actions[2]
        assert isinstance(adopted, RecordEvent)
        assert adopted.message.endswith("keys removed: OTHER")

    @pytest.mark.parametrize(
        ("live", "error", "words"),
        [
            pytest.param(
                managed({"PASSWORD": VALUE}, ownerReferences=[THEIRS]),
                GrantError,
                "its controller is Certificate web",
                id="another-controllers",
            ),
            pytest.param(
                managed({"PASSWORD": VALUE}, ownerReferences=[OURS | {"name": "other", "uid": "u-2"}]),
                GrantError,
                "its controller is ExternalSecret other",
                id="another-external-secrets",
            ),
            pytest.param(
                replace(managed({"PASSWORD": VALUE}), immutable=True),
                SpecError,
                "it is immutable",
                id="immutable",
            ),
        ],
    )
    def test_never_touches_what_it_may_not(self, live: LiveSecret, error: type[KeyferryError], words: str) -> None:
        made = after(Snapshot(external=external(), secret=live), rendered(PASSWORD="n3w"))
        assert kinds(made) == [WriteStatus, RecordEvent]
        assert isinstance(made.failure, error)
        assert words in ready(made)[2]

    def test_an_immutable_secret_with_equal_data_is_fine(self) -> None:
        live = replace(managed({"PASSWORD": VALUE}), immutable=True)
        assert after(Snapshot(external=synced_external(), secret=live), rendered(PASSWORD="s3cret")).failure is None

    @pytest.mark.parametrize(
        "error",
        [
            Unavailable(what="vault kv-prod does not answer"),
            AssertionRejected(code=700213, what="Entra refused app/reader"),
        ],
    )
    def test_keeps_the_last_good_secret_when_a_read_fails(self, error: KeyferryError) -> None:
        made = after(Snapshot(external=synced_external(), secret=managed({"PASSWORD": VALUE})), Failed(error=error))
        assert kinds(made) == [WriteStatus, RecordEvent]
        assert ready(made) == ("False", "SecretSyncedError", str(error))
        assert made.failure is error
        status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
        assert status.refresh_time == NOW, "the time of the last success stays"

    def test_a_repeated_failure_writes_no_status(self) -> None:
        error = Unavailable(what="vault kv-prod does not answer")
        watched = external()
        told = next(
            action.status
            for action in telling.failed(Snapshot(external=watched, secret=None), error, NOW).actions
            if isinstance(action, WriteStatus)
        )
        again = telling.failed(Snapshot(external=replace(watched, status=told), secret=None), error, NOW + HOUR)
        assert kinds(again) == [RecordEvent]

    @pytest.mark.parametrize(
        ("policy", "live", "expected", "status"),
        [
            pytest.param("Retain", managed({"A": VALUE}), [WriteStatus], "SecretSynced", id="retain-keeps-it"),
            pytest.param("Retain", None, [WriteStatus], "SecretSynced", id="retain-makes-none"),
            pytest.param(
                "Delete",
                managed({"A": VALUE}),
                [DeleteSecret, RecordEvent, WriteStatus],
                "SecretDeleted",
                id="delete-deletes-its-own",
            ),
            pytest.param("Delete", secret({"A": VALUE}), [WriteStatus], "SecretDeleted", id="delete-spares-others"),
            pytest.param("Delete", None, [WriteStatus], "SecretDeleted", id="delete-has-nothing-to-delete"),
            pytest.param(
                "Merge", None, [CreateSecret, RecordEvent, WriteStatus], "SecretSynced", id="merge-writes-empty"
            ),
        ],
    )
    def test_when_the_vault_has_nothing(
        self,
        policy: str,
        live: LiveSecret | None,
        expected: list[type[Action]],
        status: str,
    ) -> None:
        watched = external({"target": {"name": "db", "deletionPolicy": policy}})
        made = after(Snapshot(external=watched, secret=live), rendered())
        assert kinds(made) == expected
        assert ready(made)[:2] == ("True", status)

    @pytest.mark.parametrize(
        ("policy", "live", "message"),
        [
            pytest.param("Retain", managed({"A": VALUE}), "the Secret is kept as it is", id="kept"),
            pytest.param("Retain", None, "has none of these secrets yet", id="never-made"),
            pytest.param("Delete", managed({"A": VALUE}), "the Secret was deleted", id="deleted"),
        ],
    )
    def test_the_status_never_claims_what_the_vault_has_not(
        self, policy: str, live: LiveSecret | None, message: str
    ) -> None:
        watched = external({"target": {"name": "db", "deletionPolicy": policy}})
        made = after(Snapshot(external=watched, secret=live), rendered())
        assert message in ready(made)[2]
        status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
        assert status.binding_name == ""

    def test_missing_ones_are_told(self) -> None:
        data = replace(rendered(PASSWORD="s3cret"), missing=("spec.data[1]: secret db-user does not exist",))
        assert events(after(Snapshot(external=external(), secret=None), data)) == ["Created", "MissingProviderSecret"]

    def test_a_vault_that_stood_in_is_told(self) -> None:
        data = replace(rendered(PASSWORD="s3cret"), fallbacks=("secret db came from kv-second",))
        assert events(after(Snapshot(external=external(), secret=None), data)) == ["Created", "FallbackVault"]

    @pytest.mark.parametrize("policy", ["Retain", "Delete"])
    @pytest.mark.parametrize(
        ("live", "data", "told"),
        [
            pytest.param(managed({"PASSWORD": VALUE}), {}, "the keys PASSWORD would be lost", id="everything"),
            pytest.param(managed({"A": VALUE, "B": VALUE}), {"A": "new"}, "the keys B would be lost", id="a-part"),
            pytest.param(None, {}, "it has nothing of it", id="with-no-secret-yet"),
        ],
    )
    def test_a_vault_that_stands_in_takes_nothing_away(
        self, policy: str, live: LiveSecret | None, data: dict[str, str], told: str
    ) -> None:
        """A `find` of a fallback that lags behind matches less, and nothing was deleted in the first vault."""
        target = {"target": {"name": "db", "deletionPolicy": policy}}
        watched = replace(external(target), status=synced_external().status)
        lagging = replace(rendered(**data), fallbacks=("the list of secrets came from kv-second, because …",))
        made = after(Snapshot(external=watched, secret=live), lagging)
        assert kinds(made) == [WriteStatus, RecordEvent]
        assert isinstance(made.failure, Unavailable)
        assert told in ready(made)[2]
        assert "came from kv-second" in ready(made)[2]

    def test_a_new_spec_may_want_fewer_keys_of_a_vault_that_stands_in(self) -> None:
        fewer = replace(rendered(A="new"), fallbacks=("secret a came from kv-second, because …",))
        made = after(Snapshot(external=external(), secret=whole(managed({"A": VALUE, "B": VALUE}))), fewer)
        assert ReplaceSecret in kinds(made)

    def test_a_former_target_is_deleted_after_the_new_one_is_written(self) -> None:
        orphan = managed({"PASSWORD": VALUE}, name="old", uid="u-old")
        made = after(Snapshot(external=external(), secret=None, orphans=(orphan,)), rendered(PASSWORD="s3cret"))
        assert kinds(made) == [CreateSecret, RecordEvent, DeleteSecret, RecordEvent, WriteStatus]
        assert DeleteSecret(key=orphan.metadata.key, uid="u-old") in made.actions


LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def replace_metadata(live: LiveSecret, **fields: Any) -> Any:
    return msgspec.structs.replace(live.metadata, **fields)


texts = st.text(alphabet="abcxyz-", min_size=1, max_size=8)


@given(
    data=st.dictionaries(texts, texts, max_size=4),
    labels=st.dictionaries(texts, texts, max_size=3),
    there=st.none() | st.dictionaries(texts, texts, max_size=4),
    target=st.fixed_dictionaries(
        {
            "creationPolicy": st.sampled_from(["Owner", "Orphan", "Merge", "CreateOrMerge"]),
            "immutable": st.booleans(),
        }
    ),
)
def test_applying_a_plan_and_planning_again_gives_no_action(
    data: dict[str, str], labels: dict[str, str], there: dict[str, str] | None, target: dict[str, Any]
) -> None:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in (there or {}).items()}
    foreign = replace(whole(secret(encoded, labels={"theirs": "1"})), values=values_of(**(there or {})))
    live = None if there is None else foreign
    watched = external({"target": {"name": "db", "deletionPolicy": "Merge", **target}}, labels=labels)
    made = after(Snapshot(external=watched, secret=live, is_live=True), rendered(**data))
    snapshot = Snapshot(external=_told(watched, made), secret=_live_after(live, made), is_live=True)
    again = after(snapshot, rendered(**data))
    assert again.actions == ()
    assert again.failure is None
    kept = set(there or {}) - set(data)
    if live is not None and "Merge" in target["creationPolicy"] and not target["immutable"] and kept:
        assert kept <= set(written(made).data), "foreign keys stay"


def _told(watched: WatchedExternalSecret, made: Plan) -> WatchedExternalSecret:
    status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
    return replace(watched, status=status)


def _live_after(live: LiveSecret | None, made: Plan) -> LiveSecret | None:
    writes = [action.secret for action in made.actions if isinstance(action, CreateSecret | ReplaceSecret)]
    if not writes:
        return live
    return wire.whole_secret(documents.secret(writes[0]), "nobody")


def told_of(policy: str, deletion: str = "Retain", **target: Any) -> WatchedExternalSecret:
    """An ExternalSecret with this creation policy, whose status tells of a success at NOW."""
    fields = {"name": "db", "creationPolicy": policy, "deletionPolicy": deletion, **target}
    return replace(external({"target": fields}), status=synced_external().status)


class TestCreationPolicies:
    @pytest.mark.parametrize(
        ("policy", "live", "asks"),
        [
            pytest.param("Owner", None, True, id="owner-and-missing"),
            pytest.param("Merge", None, True, id="merge-and-missing"),
            pytest.param("Orphan", None, False, id="orphans-wait-for-the-interval"),
            pytest.param("Orphan", secret({"PASSWORD": VALUE}), False, id="also-when-edited"),
            pytest.param("None", None, False, id="none-has-nothing-to-repair"),
        ],
    )
    def test_who_repairs_before_the_interval(self, policy: str, live: LiveSecret | None, asks: bool) -> None:
        watched = told_of(policy)
        assert (plan.first(Snapshot(external=watched, secret=live), parsed(watched), NOW) is None) is asks

    def test_other_kinds_are_refused_before_anything_is_read(self) -> None:
        watched = told_of("Owner", manifest={"apiVersion": "v1", "kind": "ConfigMap"})
        made = plan.first(Snapshot(external=watched, secret=None), parsed(watched), NOW)
        assert made is not None
        assert "cannot be the target" in ready(made)[2]

    def test_none_writes_nothing_and_binds_nothing(self) -> None:
        watched = external({"target": {"name": "db", "creationPolicy": "None"}})
        made = after(Snapshot(external=watched, secret=None), rendered(PASSWORD="s3cret"))
        assert kinds(made) == [WriteStatus]
        assert ready(made)[:2] == ("True", "SecretSynced")

    def test_merge_looks_for_a_secret_that_nobody_manages(self) -> None:
        watched = told_of("Merge")
        made = after(Snapshot(external=watched, secret=None), rendered(PASSWORD="s3cret"))
        assert kinds(made) == [ReadSecretFirst]
        gone = after(Snapshot(external=watched, secret=None, is_live=True), rendered(PASSWORD="s3cret"))
        assert ready(gone)[:2] == ("True", "SecretMissing")
        assert gone.again_after == HOUR

    @pytest.mark.parametrize(
        ("interval", "again"), [pytest.param("1h", HOUR, id="looks-again"), pytest.param("0", None, id="zero-does-not")]
    )
    def test_merge_looks_again_also_when_values_are_read_once(self, interval: str, again: timedelta | None) -> None:
        spec = {"target": {"creationPolicy": "Merge"}, "refreshPolicy": "CreatedOnce", "refreshInterval": interval}
        made = after(Snapshot(external=external(spec), secret=None, is_live=True), rendered(PASSWORD="s3cret"))
        assert made.again_after == again

    def test_a_shared_secret_is_read_until_it_is_known_to_be_right(self) -> None:
        watched = told_of("Merge")
        watched = replace(watched, status=replace(watched.status, synced_resource_version=version_of(watched)))
        live = secret({"PASSWORD": VALUE, "OTHER": VALUE})
        data = rendered(PASSWORD="s3cret")
        assert kinds(after(Snapshot(external=watched, secret=live), data)) == [ReadSecretFirst]
        whole_one = wire.live_secret(documents.secret(desired_by(watched, live, data)))
        right = replace(whole(whole_one), values=values_of(PASSWORD="s3cret", OTHER="s3cret"))
        settled = after(Snapshot(external=watched, secret=right), data)
        assert settled.settled
        assert not writes(settled)
        again = after(Snapshot(external=watched, secret=whole_one, settled=settled.settled), data)
        assert not writes(again)

    def test_delete_without_owner_deletes_nothing(self) -> None:
        watched = told_of("Orphan", "Delete")
        made = after(Snapshot(external=watched, secret=managed({"PASSWORD": VALUE})), rendered())
        assert not writes(made)
        assert ready(made)[:2] == ("False", "SecretSyncedError")

    def test_an_orphan_leaves_former_targets_alone(self) -> None:
        orphan = managed({"PASSWORD": VALUE}, name="old", uid="u-old")
        watched = told_of("Orphan")
        made = after(Snapshot(external=watched, secret=None, orphans=(orphan,)), rendered(PASSWORD="s3cret"))
        assert DeleteSecret not in kinds(made)

    @pytest.mark.parametrize("live", [None, whole(secret({}))])
    def test_an_immutable_one_is_written_once(self, live: LiveSecret | None) -> None:
        watched = external({"target": {"name": "db", "immutable": True}})
        made = after(Snapshot(external=watched, secret=live), rendered(PASSWORD="s3cret"))
        assert written(made).immutable
        assert "immutable" in ready(made)[2]


class TestExpiry:
    SOON = "db of kv expires at 2026-12-01T00:00:00Z (version 01234567)"

    def test_is_told_in_the_status_and_once_in_an_event(self) -> None:
        data = replace(rendered(PASSWORD="s3cret"), expiring=(self.SOON,))
        made = after(Snapshot(external=external(), secret=None), data)
        assert events(made) == ["Created", "SecretNearExpiry"]
        assert ready(made) == ("True", "SecretSynced", f"the Secret holds what the vault holds; {self.SOON}")
        status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
        again = after(Snapshot(external=replace(external(), status=status), secret=managed({"PASSWORD": VALUE})), data)
        assert again.actions == ()
        assert status.binding_name == "db"


def version_of(watched: WatchedExternalSecret) -> str:
    spec = parsed(watched)
    return hashes.synced_resource_version(spec.generation, spec.annotations, spec.labels)


def values_of(**texts: str) -> Mapping[str, SecretValue]:
    return {key: SecretValue(text.encode()) for key, text in texts.items()}


def desired_by(watched: WatchedExternalSecret, live: LiveSecret, data: Rendered) -> DesiredSecret:
    there = replace(whole(live), values=values_of(PASSWORD="old", OTHER="s3cret"))
    return written(after(Snapshot(external=watched, secret=there), data))


def writes(made: Plan) -> bool:
    return any(isinstance(action, CreateSecret | ReplaceSecret | DeleteSecret) for action in made.actions)
