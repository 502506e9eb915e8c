from dataclasses import replace
from typing import Any

import pytest

from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.spec.external_secret import Target
from keyferry.sync import desired_secret
from keyferry.sync.state import LiveSecret, ManagedFields, Origin, Rendered, Shape, Snapshot
from tests.fakes.external_secrets import external, parsed, secret

NOTHING = Rendered(data={}, data_hash=hashes.data_hash({}), is_empty=True)
OURS: dict[str, Any] = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "name": "db",
    "uid": "u-es",
    "controller": True,
    "blockOwnerDeletion": True,
}
TARGET = parsed(external()).target
CO_OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u-a"}


def test_its_type_stays_and_co_owners_stay() -> None:
    live = secret({}, ownerReferences=[CO_OWNER, OURS | {"uid": "u-former"}])
    made = desired_secret.of(Snapshot(external=external(), secret=live), TARGET, NOTHING)
    assert [owner.uid for owner in made.owner_references] == ["u-es", "u-a"]
    assert made.type == "Opaque"


@pytest.mark.parametrize(
    ("live", "met"),
    [
        pytest.param({}, True, id="equal"),
        pytest.param({"labels": {}}, False, id="labels-differ"),
        pytest.param({"annotations": {}}, False, id="annotations-differ"),
        pytest.param({"ownerReferences": []}, False, id="owners-differ"),
    ],
)
def test_is_met(live: dict[str, Any], met: bool) -> None:
    wanted = desired_secret.of(Snapshot(external=external(), secret=None), TARGET, NOTHING)
    metadata = {"labels": wanted.labels, "annotations": wanted.annotations, "ownerReferences": [OURS]}
    assert desired_secret.is_met(secret({}, **(metadata | live)), wanted) is met


@pytest.mark.parametrize(
    ("owners", "owned"),
    [
        pytest.param([], False, id="nobody"),
        pytest.param([OURS], True, id="us"),
        pytest.param([OURS | {"uid": "u-before-a-restore"}], True, id="us-under-another-uid"),
        pytest.param([OURS | {"controller": False}], False, id="us-but-not-as-controller"),
        pytest.param([OURS | {"kind": "Certificate"}], False, id="another-kind"),
        pytest.param([OURS | {"apiVersion": "example.com/v1"}], False, id="another-group"),
        pytest.param([OURS | {"apiVersion": "external-secrets.io/v1beta1"}], True, id="another-version"),
    ],
)
def test_is_owned(owners: list[dict[str, Any]], owned: bool) -> None:
    live: LiveSecret = secret({}, ownerReferences=owners)
    assert desired_secret.is_owned(Snapshot(external=external(), secret=live), live) is owned


def target(**fields: Any) -> Target:
    return parsed(external({"target": {"name": "db", **fields}})).target


class TestPolicies:
    @pytest.mark.parametrize(
        ("policy", "owners", "says_by_whom"),
        [
            pytest.param("Owner", ["u-es", "u-a"], True, id="owner"),
            pytest.param("Orphan", ["u-a"], False, id="orphan"),
            pytest.param("CreateOrMerge", ["u-a"], False, id="merge"),
        ],
    )
    def test_who_owns_it(self, policy: str, owners: list[str], says_by_whom: bool) -> None:
        labels = {"reconcile.external-secrets.io/created-by": "us"}
        live = secret({}, ownerReferences=[CO_OWNER, OURS], labels=labels)
        made = desired_secret.of(Snapshot(external=external(), secret=live), target(creationPolicy=policy), NOTHING)
        assert [owner.uid for owner in made.owner_references] == owners
        assert ("reconcile.external-secrets.io/created-by" in made.labels) is says_by_whom

    def test_merging_takes_the_values_of_others(self) -> None:
        live = replace(secret({"A": "eA=="}), values={"A": SecretValue(b"x")}, managed=ManagedFields())
        made = desired_secret.of(Snapshot(external=external(), secret=live), target(creationPolicy="Merge"), NOTHING)
        assert (made.data, made.data_hash) == (live.values, live.data_hash)

    def test_what_is_frozen_keeps_data_and_metadata(self) -> None:
        live = secret({"A": "eA=="}, labels={"theirs": "1"}, annotations={"note": "1"}, finalizers=["f/x"])
        watched = external({"target": {"immutable": True}}, labels={"ours": "1"})
        made = desired_secret.of(Snapshot(external=watched, secret=live), target(immutable=True), NOTHING)
        assert (made.data_hash, made.immutable, made.finalizers) == (live.data_hash, True, ("f/x",))
        assert "theirs" in made.labels
        assert "ours" not in made.labels
        assert made.annotations["note"] == "1"

    def test_a_template_shapes_it(self) -> None:
        shape = Shape(type="kubernetes.io/tls", labels={"l": "1"}, annotations={"a": "1"}, finalizers=("f/x", "f/y"))
        watched = external(labels={"ours": "1"})
        live = secret({}, finalizers=["f/y"])
        made = desired_secret.of(Snapshot(external=watched, secret=live), TARGET, replace(NOTHING, shape=shape))
        assert (made.type, made.finalizers) == ("kubernetes.io/tls", ("f/y", "f/x"))
        assert made.labels["l"] == made.annotations["a"] == "1"
        assert "ours" not in made.labels


def test_provenance_alone_is_written_when_it_changes_and_never_for_the_first_time() -> None:
    origin = Origin(vault="kv", name="db", version="2" * 32)
    told = replace(NOTHING, origins={"A": origin})
    wanted = desired_secret.of(Snapshot(external=external(), secret=None), TARGET, told)
    mine = {"labels": wanted.labels, "ownerReferences": [OURS]}
    without = {name: text for name, text in wanted.annotations.items() if name != "keyferry.io/provenance"}
    assert desired_secret.is_met(secret({}, annotations=without, **mine), wanted)
    assert not desired_secret.is_met(secret({}, annotations=without | {"keyferry.io/provenance": "{}"}, **mine), wanted)


@pytest.mark.parametrize(
    ("live", "rendered", "same"),
    [
        pytest.param({}, {}, True, id="nothing-changed"),
        pytest.param({"resourceVersion": "4"}, {}, False, id="somebody-wrote"),
        pytest.param({"uid": "u-2"}, {}, False, id="made-anew"),
        pytest.param({}, {"data_hash": "x"}, False, id="another-value"),
        pytest.param({}, {"shape": Shape(labels={"a": "b"})}, False, id="another-label"),
        pytest.param({}, {"origins": {"A": Origin(vault="kv", name="db", version="3")}}, False, id="another-version"),
    ],
)
def test_a_mark_stays_while_nothing_changes(live: dict[str, Any], rendered: dict[str, Any], same: bool) -> None:
    before = desired_secret.mark(secret({}), NOTHING)
    assert (desired_secret.mark(secret({}, **live), replace(NOTHING, **rendered)) == before) is same
