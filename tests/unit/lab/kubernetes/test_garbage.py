from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes import garbage
from keyferry.lab.kubernetes.garbage import Collect, Keep, Live, Progress, Propagation, Release

STORE = Live(group="external-secrets.io", kind="ExternalSecret", namespace="a", name="es")
CLUSTER = Live(group="", kind="Namespace", namespace="", name="a")
INDEX = {"u-es": STORE, "u-ns": CLUSTER}


def _reference(uid: str = "u-es", **further: Any) -> dict[str, Any]:
    return {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "es", "uid": uid, **further}


def _object(*references: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    owners = {"ownerReferences": list(references)} if references else {}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "a", "uid": "u-s", **owners, **metadata},
    }


WAITING = {**INDEX, "u-wait": Live(group="", kind="Pod", namespace="a", name="p", deleting_dependents=True)}
WAITED = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u-wait"}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "name": "a", "uid": "u-ns"}
BACKGROUND = Collect(propagation=Propagation.BACKGROUND)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(_object(), Keep(), id="no-owner"),
        pytest.param(_object(_reference()), Keep(), id="a-living-owner"),
        pytest.param(_object(NAMESPACE), Keep(), id="a-cluster-wide-owner"),
        pytest.param(_object(_reference("gone")), BACKGROUND, id="a-lost-owner"),
        pytest.param(_object(_reference(name="other")), BACKGROUND, id="the-uid-under-another-name"),
        pytest.param(_object(_reference(kind="Pod")), BACKGROUND, id="the-uid-of-another-kind"),
        pytest.param(_object(_reference(apiVersion="v1")), BACKGROUND, id="the-uid-in-another-group"),
        pytest.param(_object(_reference(apiVersion="external-secrets.io/v1beta1")), Keep(), id="in-another-version"),
        pytest.param(_object(_reference(), namespace="b"), BACKGROUND, id="an-owner-in-another-namespace"),
        pytest.param(
            _object(_reference("gone"), NAMESPACE), Release(uids=frozenset({"gone"})), id="one-of-two-owners-is-lost"
        ),
        pytest.param(_object(WAITED), Collect(propagation=Propagation.FOREGROUND), id="the-owner-waits"),
        pytest.param(_object(WAITED, NAMESPACE), Release(uids=frozenset({"u-wait"})), id="one-of-two-owners-waits"),
        pytest.param(
            _object(_reference("gone"), finalizers=["orphan"]),
            Collect(propagation=Propagation.ORPHAN),
            id="a-finalizer-says-how",
        ),
    ],
)
def test_judges(document: dict[str, Any], expected: object) -> None:
    assert garbage.judge(document, WAITING) == expected


@pytest.mark.parametrize(
    ("options", "existing", "expected"),
    [
        pytest.param({}, [], Propagation.BACKGROUND, id="background-if-nothing-is-said"),
        pytest.param({"propagationPolicy": "Orphan"}, ["foregroundDeletion"], Propagation.ORPHAN, id="the-request"),
        pytest.param({"orphanDependents": True}, [], Propagation.ORPHAN, id="the-old-way-to-orphan"),
        pytest.param({"orphanDependents": False}, ["orphan"], Propagation.BACKGROUND, id="the-old-way-not-to"),
        pytest.param({}, ["x", "foregroundDeletion"], Propagation.FOREGROUND, id="as-an-earlier-request"),
    ],
)
def test_reads_a_delete_request(options: dict[str, Any], existing: list[str], expected: Propagation) -> None:
    assert garbage.propagation(options, existing) is expected


def test_refuses_an_unknown_policy() -> None:
    with pytest.raises(ValueError, match="Sideways"):
        garbage.propagation({"propagationPolicy": "Sideways"}, [])


@given(st.sampled_from(Propagation), st.lists(st.sampled_from(["x", "y", "orphan", "foregroundDeletion"]), unique=True))
def test_the_finalizers_say_the_propagation_and_keep_the_others(wanted: Propagation, existing: list[str]) -> None:
    result = garbage.finalizers(wanted, existing)

    assert garbage.propagation({}, result) is wanted
    assert [one for one in result if one in "xy"] == [one for one in existing if one in "xy"]
    assert garbage.finalizers(wanted, result) == result


def _owner(*finalizers: str, deleting: bool = True) -> dict[str, Any]:
    stamp = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}
    return {"metadata": {"name": "o", "uid": "u-o", "finalizers": list(finalizers), **stamp}}


FREE = _object(_reference("u-o"))
BLOCKING = _object(_reference("u-o", blockOwnerDeletion=True))
GOING = _object(_reference("u-o", blockOwnerDeletion=True), deletionTimestamp="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("owner", "dependents", "expected"),
    [
        pytest.param(_owner("orphan", deleting=False), [FREE], Progress(), id="not-being-deleted"),
        pytest.param(_owner("x"), [FREE], Progress(), id="waits-for-somebody-else"),
        pytest.param(_owner("orphan"), [FREE], Progress(release=(FREE,), finished="orphan"), id="orphans"),
        pytest.param(
            _owner("foregroundDeletion"),
            [],
            Progress(finished="foregroundDeletion"),
            id="foreground-without-dependents",
        ),
        pytest.param(
            _owner("foregroundDeletion"),
            [FREE],
            Progress(delete=(FREE,), finished="foregroundDeletion"),
            id="does-not-wait-for-those-that-do-not-block",
        ),
        pytest.param(
            _owner("foregroundDeletion"),
            [BLOCKING, GOING],
            Progress(delete=(BLOCKING,)),
            id="waits-for-those-that-block",
        ),
        pytest.param(_owner("foregroundDeletion"), [GOING], Progress(), id="waits-for-those-that-are-going"),
    ],
)
def test_a_deletion_proceeds(owner: dict[str, Any], dependents: list[dict[str, Any]], expected: Progress) -> None:
    assert garbage.progress(owner, dependents) == expected


def test_releases_an_object_from_its_owners() -> None:
    document = _object(_reference("a"), _reference("b"))

    assert garbage.without_owners(document, frozenset({"a"})) == _object(_reference("b"))
    assert garbage.without_owners(document, frozenset({"a", "b"})) == _object()
    assert len(document["metadata"]["ownerReferences"]) == 2


@pytest.mark.parametrize(
    ("finalizers", "expected"), [(["foregroundDeletion"], True), (["x"], False)], ids=["foreground", "other"]
)
def test_knows_an_object_by_its_identity(finalizers: list[str], expected: bool) -> None:
    document = {**_object(deletionTimestamp="t", finalizers=finalizers), "apiVersion": "g.io/v1"}

    assert garbage.identity(document) == Live(
        group="g.io", kind="Secret", namespace="a", name="s", deleting_dependents=expected
    )
