import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError
from keyferry.mount.cluster import watched_class
from keyferry.mount.cluster.watched_class import WatchedClass

SPEC = {"provider": "azure", "parameters": {"keyvaultName": " KV-Shop ", "objects": "array: []"}}


def document(spec: Any = None, **metadata: Any) -> bytes:
    meta = {"name": "db", "namespace": "app", "uid": "u-1", "generation": 2, **metadata}
    return json.dumps({"metadata": meta, "spec": SPEC if spec is None else spec}).encode()


def watched(spec: Any = None, **metadata: Any) -> WatchedClass:
    return watched_class.decode(document(spec, **metadata))


def test_what_it_says_is_parsed_when_somebody_asks() -> None:
    annotations = {"keyferry.io/serve-stale": "24h", "keyferry.io/fallback-vaults": "kv-west"}
    parsed = watched(annotations=annotations).parsed()
    assert (parsed.namespace, parsed.name, parsed.uid, parsed.generation) == ("app", "db", "u-1", 2)
    assert parsed.parameters == SPEC["parameters"]
    assert parsed.serve_stale == timedelta(hours=24)
    assert parsed.fallback_vaults == ("kv-west",)


def test_of_annotations_nothing_is_kept_that_nobody_reads() -> None:
    kept = watched(annotations={"kubectl.kubernetes.io/last-applied-configuration": "x" * 1000, "team": "a"})
    assert kept == watched()
    assert kept.key == Key(namespace="app", name="db")


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(watched(), True, id="the-same"),
        pytest.param(watched(annotations={"keyferry.io/changed": "secrets/db@1"}), True, id="a-hint"),
        pytest.param(watched(annotations={"team": "b"}), True, id="other-annotation"),
        pytest.param(watched(generation=3), False, id="edited"),
        pytest.param(watched(uid="u-2"), False, id="made-again"),
        pytest.param(watched(annotations={"keyferry.io/serve-stale": "1h"}), False, id="serve-stale"),
        pytest.param(watched(annotations={"keyferry.io/fallback-vaults": "kv-west"}), False, id="fallback"),
    ],
)
def test_what_counts_as_a_change(other: WatchedClass, is_same: bool) -> None:
    assert (other.identity == watched().identity) is is_same


@pytest.mark.parametrize(
    "spec", [pytest.param({}, id="empty"), pytest.param([], id="list"), pytest.param({"parameters": 3}, id="number")]
)
def test_a_broken_spec_is_kept_and_told_when_somebody_asks(spec: Any) -> None:
    with pytest.raises(SpecError) as refusal:
        watched(spec).parsed()
    assert "SecretProviderClass app/db" in str(refusal.value)


def test_one_without_spec_is_kept_too() -> None:
    kept = watched_class.decode(b'{"metadata":{"name":"db","namespace":"app"}}')
    with pytest.raises(SpecError):
        kept.parsed()


@pytest.mark.parametrize("body", [pytest.param(b"[]", id="no-object"), pytest.param(b'{"spec":{}}', id="no-metadata")])
def test_what_has_no_metadata_is_no_class(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        watched_class.decode(body)


def test_a_change_of_the_annotation_brings_its_new_hints() -> None:
    old = watched(annotations={"keyferry.io/changed": "secrets/api@4"})
    new = watched(annotations={"keyferry.io/changed": "secrets/db@5,secrets/api@4"})
    assert [str(hint) for hint in watched_class.unheard(old, new)] == ["secrets/db@5"]
    assert watched_class.unheard(new, new) == ()
