from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.model.errors import GrantError, SpecError
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster import secret_plan
from keyferry.mount.cluster.secret_plan import (
    AS_OF_ANNOTATION,
    Action,
    Create,
    LiveSecret,
    Nothing,
    Refuse,
    Replace,
    Wait,
    WantedSecret,
    WholeSecret,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MANAGED = {"secrets-store.csi.k8s.io/managed": "true"}
OLD, NEW = SecretValue(b"hunter1"), SecretValue(b"hunter2")


def owner(uid: str, *, controller: bool = False) -> OwnerReference:
    return OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="shop", uid=uid, controller=controller)


WANTED = WantedSecret(
    key=Key(namespace="app", name="db-env"),
    type="Opaque",
    data={"password": NEW},
    owners=(owner("rs-1"),),
    as_of=NOON,
    labels={"environment": "test"},
    annotations={"note": "ours"},
)


def live(
    data: SecretValue = NEW,
    *,
    labels: dict[str, str] | None = None,
    as_of: str = "",
    owners: tuple[OwnerReference, ...] = (owner("rs-1"),),
    type_: str = "Opaque",
    immutable: bool = False,
    deleted: datetime | None = None,
) -> LiveSecret:
    """A Secret as an earlier write of `WANTED` left it, but for what is given."""
    metadata = ObjectMeta(
        name="db-env",
        namespace="app",
        uid="uid",
        resource_version="7",
        labels={**MANAGED, "environment": "test"} if labels is None else labels,
        annotations={"note": "ours", **({AS_OF_ANNOTATION: as_of} if as_of else {})},
        owner_references=list(owners),
        finalizers=["example.org/kept"],
        deletion_timestamp=deleted,
    )
    return LiveSecret(metadata=metadata, type=type_, immutable=immutable, data={"password": data})


def later(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def stored(action: Action) -> LiveSecret:
    """What the API server has after the action."""
    assert isinstance(action, Create | Replace)
    secret = action.secret
    metadata = ObjectMeta(
        name=secret.key.name,
        namespace=secret.key.namespace,
        resource_version="8",
        labels=dict(secret.labels),
        annotations=dict(secret.annotations),
        owner_references=list(secret.owner_references),
        finalizers=list(secret.finalizers),
    )
    return LiveSecret(metadata=metadata, type=secret.type, immutable=secret.immutable, data=secret.data)


def test_one_that_is_absent_is_made_and_says_how_old_its_reading_is() -> None:
    action = secret_plan.plan(None, WANTED, NOON)
    assert action == Create(
        secret=WholeSecret(
            key=WANTED.key,
            type="Opaque",
            data={"password": NEW},
            labels={**MANAGED, "environment": "test"},
            annotations={"note": "ours", AS_OF_ANNOTATION: "2026-11-21T12:00:00.000+00:00"},
            owner_references=(owner("rs-1"),),
        )
    )
    assert secret_plan.settles(action, WANTED)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(live(), id="as-wanted"),
        pytest.param(live(as_of=later(60)), id="written-by-another-node"),
        pytest.param(live(labels={**MANAGED, "environment": "test", "team": "a"}), id="more-labels"),
        pytest.param(live(owners=(owner("rs-0"), owner("rs-1", controller=True))), id="more-owners"),
        pytest.param(live(immutable=True), id="immutable"),
    ],
)
def test_what_is_as_wanted_is_not_written(seen: LiveSecret) -> None:
    action = secret_plan.plan(seen, WANTED, NOON)
    assert action == Nothing()
    assert secret_plan.settles(action, WANTED)


def test_new_content_is_one_write_that_keeps_what_others_gave() -> None:
    seen = live(OLD, labels={**MANAGED, "team": "a"}, owners=(owner("rs-0", controller=True),))
    action = secret_plan.plan(seen, WANTED, NOON)
    assert action == Replace(
        secret=WholeSecret(
            key=WANTED.key,
            type="Opaque",
            data={"password": NEW},
            labels={**MANAGED, "team": "a", "environment": "test"},
            annotations={"note": "ours", AS_OF_ANNOTATION: "2026-11-21T12:00:00.000+00:00"},
            owner_references=(owner("rs-0", controller=True), owner("rs-1")),
            finalizers=("example.org/kept",),
        ),
        resource_version="7",
        rotates=True,
    )
    assert secret_plan.settles(action, WANTED)


def test_an_owner_of_the_same_name_and_another_uid_is_another_owner() -> None:
    action = secret_plan.plan(live(owners=(owner("rs-0"),)), WANTED, NOON)
    assert isinstance(action, Replace)
    assert [each.uid for each in action.secret.owner_references] == ["rs-0", "rs-1"]
    assert not action.rotates
    assert AS_OF_ANNOTATION not in action.secret.annotations


@pytest.mark.parametrize(
    ("seen", "type_", "error", "words"),
    [
        pytest.param(live(labels={}), "Opaque", GrantError, "is somebody else's", id="no-label"),
        pytest.param(
            live(labels={next(iter(MANAGED)): "false"}), "Opaque", GrantError, "somebody", id="label-is-false"
        ),
        pytest.param(live(), "kubernetes.io/tls", SpecError, "cannot become of type kubernetes.io/tls", id="type"),
        pytest.param(live(OLD, immutable=True), "Opaque", SpecError, "immutable", id="immutable"),
    ],
)
def test_what_may_not_be_written_is_refused(seen: LiveSecret, type_: str, error: type[Exception], words: str) -> None:
    action = secret_plan.plan(seen, replace(WANTED, type=type_), NOON)
    assert isinstance(action, Refuse)
    assert isinstance(action.error, error)
    assert words in str(action.error)
    assert "Secret app/db-env" in str(action.error)
    assert action.error.remedy
    assert not secret_plan.settles(action, WANTED)


@pytest.mark.parametrize(
    ("as_of", "is_replaced"),
    [
        pytest.param("", True, id="nobody-said"),
        pytest.param("yesterday", True, id="unreadable"),
        pytest.param("2026-11-21T13:00:00", True, id="no-zone"),
        pytest.param(later(-1), True, id="before-ours"),
        pytest.param(later(0), True, id="with-ours"),
        pytest.param(later(1), False, id="after-ours"),
        pytest.param(later(301), True, id="a-clock-that-is-wrong"),
    ],
)
def test_an_older_reading_never_replaces_a_newer_one(as_of: str, is_replaced: bool) -> None:
    action = secret_plan.plan(live(OLD, as_of=as_of), WANTED, NOON)
    assert isinstance(action, Replace if is_replaced else Wait)
    assert secret_plan.settles(action, WANTED) is is_replaced


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        pytest.param(replace(WANTED, is_copy=True, type="kubernetes.io/tls"), live(OLD), id="copy"),
        pytest.param(WANTED, live(OLD, as_of=later(9)), id="older"),
    ],
)
def test_content_that_stays_still_gets_its_owner(wanted: WantedSecret, seen: LiveSecret) -> None:
    wanted = replace(wanted, owners=(owner("rs-2"),))
    action = secret_plan.plan(seen, wanted, NOON)
    assert isinstance(action, Replace)
    assert action.secret.data == {"password": OLD}
    assert action.secret.type == "Opaque"
    assert action.secret.annotations == seen.metadata.annotations
    assert [each.uid for each in action.secret.owner_references] == ["rs-1", "rs-2"]
    assert not action.rotates
    assert not secret_plan.settles(action, wanted)
    assert secret_plan.plan(stored(action), wanted, NOON) == Wait()


def test_a_copy_makes_what_is_absent_and_is_looked_at_again() -> None:
    wanted = replace(WANTED, is_copy=True)
    action = secret_plan.plan(None, wanted, NOON)
    assert isinstance(action, Create)
    assert not secret_plan.settles(action, wanted)
    assert secret_plan.plan(stored(action), wanted, NOON) == Nothing()


def test_one_that_is_being_deleted_is_waited_for() -> None:
    assert secret_plan.plan(live(OLD, deleted=NOON), WANTED, NOON) == Wait()


def test_values_do_not_show() -> None:
    assert "hunter" not in repr((WANTED, live(OLD), secret_plan.plan(live(OLD), WANTED, NOON)))


values = st.sampled_from([OLD, NEW])
texts = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"]), max_size=2)


@given(
    seen=st.builds(live, values, as_of=st.sampled_from(["", later(-5), later(5)]), immutable=st.booleans()) | st.none(),
    labels=texts,
    annotations=texts,
    uids=st.sets(st.sampled_from(["rs-1", "rs-2", "rs-3"]), min_size=1),
    is_copy=st.booleans(),
)
def test_what_was_done_is_not_done_again(
    seen: LiveSecret | None, labels: dict[str, str], annotations: dict[str, str], uids: set[str], is_copy: bool
) -> None:
    owners = tuple(owner(uid) for uid in sorted(uids))
    wanted = replace(WANTED, labels=labels, annotations=annotations, owners=owners, is_copy=is_copy)
    action = secret_plan.plan(seen, wanted, NOON)
    if isinstance(action, Create | Replace):
        after = stored(action)
        assert isinstance(secret_plan.plan(after, wanted, NOON), Nothing | Wait)
        before = set() if seen is None else {each.uid for each in seen.metadata.owner_references}
        assert {each.uid for each in after.metadata.owner_references} == before | uids
