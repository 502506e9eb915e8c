import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import patches
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.errors import SpecError
from keyferry.spec import fanout
from keyferry.spec.fanout import Fanout
from keyferry.sync import wire as sync_wire
from keyferry.sync.fanout import plan, wire
from keyferry.sync.fanout.child import owner_name
from keyferry.sync.fanout.kinds import CLUSTER_PUSH_SECRETS
from keyferry.sync.fanout.state import (
    CreateChild,
    DeleteChild,
    PatchChild,
    Plan,
    ReleaseNamespace,
    RemoveFinalizer,
    Snapshot,
    WatchedFanout,
)
from keyferry.sync.state import WatchedExternalSecret
from tests.fakes import fanouts
from tests.fakes.fanouts import CES_MARK, KIND, child, namespace

GONE = "2026-11-22T12:00:00Z"
OWN_MARK = "externalsecrets.external-secrets.io/clusterexternalsecret-cleanup"
FOREIGN = child("app", ownerReferences=[])


def wanted(found: WatchedFanout) -> Fanout | SpecError:
    try:
        return fanout.parse(KIND.spec, wire.document(KIND.spec, found))
    except SpecError as problem:
        return problem


def made(
    namespaces: Iterable[PartialObject] = (),
    children: Iterable[WatchedExternalSecret] = (),
    found: WatchedFanout | None = None,
    lately: frozenset[str] = frozenset(),
) -> Plan:
    watched = found or fanouts.watched()
    kept = tuple(children)
    snapshot = Snapshot(
        watched=watched,
        namespaces=tuple(namespaces),
        children=tuple(each for each in kept if owner_name(each, KIND) == "shared"),
        present={each.metadata.namespace: each for each in kept if each.metadata.name == watched.child_name},
        made=lately,
    )
    return plan.plan(KIND, snapshot, wanted(watched))


def summary(found: Plan) -> list[str]:
    """What is done where, in a word each."""
    return [f"{type(each).__name__} {getattr(each, 'key', '') or getattr(each, 'name', '')}" for each in actions(found)]


def actions(found: Plan) -> list[Any]:
    return [*found.writes, *found.removals]


@pytest.mark.parametrize(
    ("namespaces", "children", "expected"),
    [
        pytest.param([], [], [], id="no-namespaces"),
        pytest.param([namespace("app")], [], ["CreateChild app/shared"], id="creates"),
        pytest.param([namespace("app", env="dev")], [], [], id="another-label"),
        pytest.param([namespace("app", deletionTimestamp=GONE)], [], [], id="a-namespace-that-goes"),
        pytest.param([namespace("app")], [child("app")], [], id="nothing-to-do"),
        pytest.param([namespace("app")], [child("app", labels={"x": "y"})], ["PatchChild app/shared"], id="patches"),
        pytest.param([namespace("app")], [FOREIGN], [], id="a-foreign-one-is-left-alone"),
        pytest.param([namespace("app", env="dev")], [child("app")], ["DeleteChild app/shared"], id="no-longer-meant"),
        pytest.param(
            [namespace("app")],
            [child("app", name="before")],
            ["CreateChild app/shared", "DeleteChild app/before"],
            id="renamed-and-written-first",
        ),
        pytest.param([], [child("app", name="before", deletionTimestamp=GONE)], [], id="goes-already"),
        pytest.param(
            [namespace("app", env="dev", finalizers=[CES_MARK, "x"])], [], ["ReleaseNamespace app"], id="leaked-mark"
        ),
        pytest.param([namespace("app", finalizers=[CES_MARK])], [child("app")], [], id="a-mark-in-its-place-stays"),
        pytest.param(
            [namespace("app", deletionTimestamp=GONE, finalizers=[CES_MARK])],
            [],
            ["ReleaseNamespace app"],
            id="a-namespace-that-is-held-up",
        ),
    ],
)
def test_what_is_done(
    namespaces: list[PartialObject], children: list[WatchedExternalSecret], expected: list[str]
) -> None:
    assert summary(made(namespaces, children)) == expected


def test_a_child_that_was_made_a_moment_ago_is_not_made_again() -> None:
    found = made([namespace("app"), namespace("web")], lately=frozenset({"app"}))
    assert summary(found) == ["CreateChild web/shared"]
    assert found.wanted == ("app", "web")


def test_actions_say_what_was_seen() -> None:
    created, deleted = actions(made([namespace("app")], [child("app", name="before")]))
    assert isinstance(created, CreateChild)
    assert created.document["metadata"]["ownerReferences"] == fanouts.owned_by()
    assert deleted == DeleteChild(key=Key(namespace="app", name="before"), uid="u-app")
    present = child("app", labels={"x": "y"})
    (patched,) = actions(made([namespace("app")], [present]))
    assert isinstance(patched, PatchChild)
    assert (patched.seen, patched.patch["metadata"]["resourceVersion"]) == (present, "3")
    (released,) = actions(made([namespace("app", env="dev", finalizers=["x", CES_MARK])]))
    assert released == ReleaseNamespace(name="app", remaining=("x",), resource_version="2")


@pytest.mark.parametrize(
    ("present", "words"),
    [
        pytest.param(FOREIGN, "which nobody owns", id="unowned"),
        pytest.param(
            child("app", ownerReferences=fanouts.owned_by("other")),
            "which belongs to ClusterExternalSecret other",
            id="another-ones",
        ),
    ],
)
def test_a_place_that_is_taken_is_told_with_its_remedy(present: WatchedExternalSecret, words: str) -> None:
    found = made([namespace("app"), namespace("web")], [present])
    assert set(found.foreign) == {"app"}
    assert words in found.foreign["app"]
    assert "spec.externalSecretName" in found.foreign["app"]
    assert found.wanted == ("app", "web")


def test_looks_again_after_its_refresh_time() -> None:
    assert made(found=fanouts.watched({"refreshTime": "5m"})).again_after == timedelta(minutes=5)


def test_a_deleted_one_lets_everything_go_and_leaves_its_children_to_the_garbage_collector() -> None:
    going = fanouts.watched(deletionTimestamp=GONE, finalizers=["mine", OWN_MARK])
    found = made([namespace("app", finalizers=[CES_MARK]), namespace("web")], [child("app")], going)
    assert summary(found) == ["ReleaseNamespace app", "RemoveFinalizer shared"]
    assert found.removals[1] == RemoveFinalizer(name="shared", remaining=("mine",), resource_version="5")
    assert found.is_silent


def test_a_deleted_one_without_finalizers_needs_nothing() -> None:
    assert made([namespace("app")], [child("app")], fanouts.watched(deletionTimestamp=GONE)).removals == ()


def test_an_invalid_one_changes_no_child() -> None:
    found = made(
        [namespace("app"), namespace("web", deletionTimestamp=GONE, finalizers=[CES_MARK])],
        [child("other")],
        fanouts.watched({"refreshTime": "soon"}),
    )
    assert summary(found) == ["ReleaseNamespace web"]
    assert not found.is_silent


def test_what_one_that_is_gone_left_behind_is_removed() -> None:
    found = plan.abandoned(KIND, "shared", [namespace("app", finalizers=[CES_MARK]), namespace("web")])
    assert (summary(found), found.is_silent) == (["ReleaseNamespace app"], True)


def test_push_secrets_leave_nothing_behind() -> None:
    assert plan.abandoned(CLUSTER_PUSH_SECRETS, "shared", [namespace("app", finalizers=["x"])]).removals == ()


NAMES = ("app", "dev", "web")
LABELS = st.sampled_from([{}, {"x": "y"}])
CHILDREN = st.fixed_dictionaries(
    {
        "namespace": st.sampled_from(NAMES),
        "name": st.sampled_from(["shared", "before"]),
        "owners": st.sampled_from([[], fanouts.owned_by(), fanouts.owned_by(uid="old"), fanouts.owned_by("other")]),
        "labels": LABELS,
        "spec": st.sampled_from([fanouts.CHILD, fanouts.CHILD | {"refreshInterval": "5m"}]),
    }
)
WORLDS = st.fixed_dictionaries(
    {
        "envs": st.lists(st.sampled_from(["prod", "dev"]), min_size=3, max_size=3),
        "marks": st.lists(st.sampled_from([[], [CES_MARK], [CES_MARK, "x"]]), min_size=3, max_size=3),
        "children": st.lists(CHILDREN, max_size=5, unique_by=lambda each: (each["namespace"], each["name"])),
        "spec": st.sampled_from([{}, {"externalSecretMetadata": {"labels": {"a": "b"}}}]),
    }
)


class Model:
    """A cluster that carries out what a plan says."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.watched = fanouts.watched(world["spec"])
        self.namespaces = {
            name: {"env": env, "finalizers": list(marks)}
            for name, env, marks in zip(NAMES, world["envs"], world["marks"], strict=True)
        }
        self.children: dict[Key, dict[str, Any]] = {}
        for each in world["children"]:
            key = Key(namespace=each["namespace"], name=each["name"])
            metadata = {"name": key.name, "namespace": key.namespace, "uid": f"u-{key}", "labels": each["labels"]}
            metadata |= {"ownerReferences": each["owners"], "resourceVersion": "3"}
            self.children[key] = {"metadata": metadata, "spec": each["spec"]}

    def plan(self) -> Plan:
        return made(
            [namespace(name, **fields) for name, fields in self.namespaces.items()],
            [sync_wire.external_secret(json.dumps(each).encode()) for each in self.children.values()],
            self.watched,
        )

    def carry_out(self, found: Plan) -> None:
        for action in actions(found):
            match action:
                case CreateChild(key=key, document=document):
                    assert key not in self.children, "nothing is made twice"
                    self.children[key] = json.loads(json.dumps(document))
                case PatchChild(key=key, patch=patch):
                    self.children[key] = patches.merge_apply(self.children[key], patch)
                case DeleteChild(key=key):
                    del self.children[key]
                case ReleaseNamespace(name=name, remaining=remaining):
                    self.namespaces[name]["finalizers"] = list(remaining)


@given(WORLDS)
def test_what_was_carried_out_needs_nothing_more(world: dict[str, Any]) -> None:
    model = Model(world)
    foreign = {key: dict(each) for key, each in model.children.items() if not each["metadata"]["ownerReferences"]}
    model.carry_out(model.plan())
    again = model.plan()
    assert (again.writes, again.removals) == ((), ())
    assert {key: model.children[key] for key in foreign} == foreign, "what is others' is left alone"
