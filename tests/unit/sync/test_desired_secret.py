from typing import Any

import pytest

from keyferry.spec import hashes
from keyferry.sync import desired_secret
from keyferry.sync.state import LiveSecret, Rendered, Snapshot
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
