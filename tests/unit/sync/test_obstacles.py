from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.spec.external_secret import Manifest
from keyferry.sync import obstacles
from keyferry.sync.state import LiveSecret, ManagedFields, Rendered, Shape, Snapshot
from tests.fakes.external_secrets import external, parsed, secret

NEW = Rendered(data={"A": SecretValue(b"new")}, data_hash=hashes.data_hash({"A": b"new"}), is_empty=False)
LAGGING = replace(NEW, fallbacks=("secret a came from kv-second",))


def snapshot(live: LiveSecret | None, **target: Any) -> Snapshot:
    return Snapshot(external=external({"target": {"name": "db", **target}}), secret=live)


def fault(kind: str, given: Snapshot, rendered: Rendered = NEW) -> str:
    found = getattr(obstacles, kind)(given, parsed(given.external), rendered)
    return "" if found is None else str(found)


@pytest.mark.parametrize(
    ("live", "target", "shape", "words"),
    [
        pytest.param(None, {}, None, "", id="nothing-is-there"),
        pytest.param(secret({}), {}, Shape(type="Opaque"), "", id="same-type"),
        pytest.param(secret({}), {}, Shape(type="kubernetes.io/tls"), "lets no type change", id="another-type"),
        pytest.param(secret({}), {"immutable": True}, Shape(type="kubernetes.io/tls"), "", id="frozen-stays"),
        pytest.param(replace(secret({}), immutable=True), {}, None, "immutable", id="immutable-and-differs"),
        pytest.param(
            replace(secret({}), immutable=True), {"creationPolicy": "Merge"}, None, "", id="immutable-and-unread"
        ),
        pytest.param(
            replace(secret({}), immutable=True, managed=ManagedFields()),
            {"creationPolicy": "Merge"},
            None,
            "immutable",
            id="immutable-and-read",
        ),
    ],
)
def test_what_may_not_be_written(
    live: LiveSecret | None, target: Mapping[str, Any], shape: Shape | None, words: str
) -> None:
    found = fault("to_write", snapshot(live, **target), replace(NEW, shape=shape))
    assert words in found
    assert bool(found) is bool(words)


@pytest.mark.parametrize(
    ("live", "target", "lost"),
    [
        pytest.param(secret({"B": "eA=="}), {}, True, id="ours"),
        pytest.param(secret({"B": "eA=="}), {"creationPolicy": "Merge"}, False, id="perhaps-foreign"),
        pytest.param(
            replace(secret({"B": "eA=="}), managed=ManagedFields(keys=frozenset({"B"}))),
            {"creationPolicy": "Merge"},
            True,
            id="ours-among-foreign",
        ),
    ],
)
def test_a_fallback_takes_away_nothing_of_ours(live: LiveSecret, target: Mapping[str, Any], lost: bool) -> None:
    given = snapshot(live, **target)
    seen = replace(given.external, status=replace(given.external.status, synced_resource_version=version(given)))
    assert ("would be lost" in fault("gap", replace(given, external=seen), LAGGING)) is lost


def version(given: Snapshot) -> str:
    spec = parsed(given.external)
    return hashes.synced_resource_version(spec.generation, spec.annotations, spec.labels)


@pytest.mark.parametrize(("policy", "refused"), [("Owner", False), ("Orphan", True)])
def test_only_what_is_owned_is_deleted(policy: str, refused: bool) -> None:
    given = snapshot(None, creationPolicy=policy, deletionPolicy="Delete")
    assert (obstacles.to_delete(given, parsed(given.external)) is not None) is refused


def test_other_kinds_of_target_are_refused_with_a_way_out() -> None:
    found = obstacles.generic_target(snapshot(None), Manifest(api_version="v1", kind="ConfigMap"))
    assert isinstance(found, SpecError)
    assert "a ConfigMap (v1) cannot be the target" in str(found)
    assert found.remedy


FOREIGN = [{"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "name": "web", "uid": "u", "controller": True}]
NAMESAKE = [
    {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "x", "uid": "u", "controller": True}
]


@pytest.mark.parametrize(
    ("owners", "policy", "words"),
    [
        pytest.param(FOREIGN, "Owner", "its controller is Certificate web", id="owner"),
        pytest.param(FOREIGN, "Merge", "", id="merge"),
        pytest.param(NAMESAKE, "Merge", "its controller is ExternalSecret x", id="another-of-our-kind"),
    ],
)
def test_another_controllers_secret(owners: list[dict[str, Any]], policy: str, words: str) -> None:
    found = fault("to_write", snapshot(secret({}, ownerReferences=owners), creationPolicy=policy))
    assert words in found
    assert bool(found) is bool(words)
