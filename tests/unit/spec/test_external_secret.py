import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.spec import external_secret
from keyferry.spec.external_secret import CreationPolicy, DeletionPolicy, Find, RefreshPolicy, StoreRef, Target
from keyferry.spec.problems import InvalidDocument

EXAMPLES = Path(__file__).parents[3] / "examples"
KEY = {"secretKey": "A", "remoteRef": {"key": "db"}}
NOT_YET = "is not supported by this version of keyferry yet"


def document(version: str = "v1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "ExternalSecret",
        "metadata": {"name": "x", "namespace": "app", "uid": "u", "generation": 2, "labels": {"a": "b"}},
        "spec": {"secretStoreRef": {"name": "kv"}, "data": [KEY]} | spec,
    }


def problems_of(given: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        external_secret.parse(given)
    return [str(problem) for problem in caught.value.problems]


def test_reads_the_defaults_of_the_api() -> None:
    parsed = external_secret.parse(document())
    assert (parsed.namespace, parsed.name, parsed.uid, parsed.generation) == ("app", "x", "u", 2)
    assert (parsed.labels, parsed.annotations) == ({"a": "b"}, {})
    assert parsed.store == StoreRef(kind="SecretStore", name="kv")
    assert (parsed.refresh_interval, parsed.refresh_policy) == (timedelta(hours=1), RefreshPolicy.PERIODIC)
    assert parsed.target == Target(
        name="x", creation_policy=CreationPolicy.OWNER, deletion_policy=DeletionPolicy.RETAIN, immutable=False
    )
    assert [item.secret_key for item in parsed.data] == ["A"]
    assert parsed.data_from == ()


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_both_versions_and_json_say_the_same(version: str) -> None:
    assert external_secret.parse(json.dumps(document(version)).encode()) == external_secret.parse(document())


@pytest.mark.parametrize("file", ["sync-find.yaml", "sync-per-key.yaml"])
def test_takes_the_manifests_that_users_have(file: str) -> None:
    documents = yaml.safe_load_all((EXAMPLES / file).read_text())
    assert [external_secret.parse(each) for each in documents if each["kind"] == "ExternalSecret"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({"refreshInterval": "0"}, {"refresh_interval": timedelta()}, id="once"),
        pytest.param({"refreshPolicy": "OnChange"}, {"refresh_policy": RefreshPolicy.ON_CHANGE}, id="policy"),
        pytest.param({"data": None, "dataFrom": [{"find": {"name": {}}}]}, {"data": ()}, id="null-data"),
    ],
)
def test_reads_what_users_set(spec: dict[str, Any], expected: dict[str, Any]) -> None:
    parsed = external_secret.parse(document(**spec))
    assert {name: getattr(parsed, name) for name in expected} == expected


@pytest.mark.parametrize("policy", list(DeletionPolicy))
def test_reads_the_target(policy: DeletionPolicy) -> None:
    parsed = external_secret.parse(document(target={"name": "t", "deletionPolicy": str(policy), "immutable": False}))
    assert (parsed.target.name, parsed.target.deletion_policy) == ("t", policy)


def test_finds_everything_where_no_condition_stands() -> None:
    (entry,) = external_secret.parse(document(data=[], dataFrom=[{"find": {"name": {}}}])).data_from
    assert isinstance(entry, Find)
    assert entry.name_regexp is None


def test_a_store_may_stand_with_each_entry() -> None:
    item = {**KEY, "sourceRef": {"storeRef": {"name": "other"}}}
    parsed = external_secret.parse(document(secretStoreRef=None, data=[item]))
    assert (parsed.store, parsed.data[0].store) == (None, StoreRef(kind="SecretStore", name="other"))


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        pytest.param({"target": {"template": {"data": {"a": "{{ .b }}"}}}}, "spec.target.template", id="template"),
        pytest.param({"target": {"immutable": True}}, "spec.target.immutable", id="immutable"),
        pytest.param(
            {"target": {"manifest": {"apiVersion": "v1", "kind": "ConfigMap"}}}, "spec.target.manifest", id="manifest"
        ),
        pytest.param(
            {"dataFrom": [{"find": {}, "rewrite": [{"regexp": {"source": "a", "target": "b"}}]}]},
            "spec.dataFrom[0].rewrite",
            id="rewrite",
        ),
        pytest.param({"dataFrom": [{"find": {"path": "x"}}]}, "spec.dataFrom[0].find.path", id="path"),
        pytest.param(
            {"dataFrom": [{"sourceRef": {"generatorRef": {"kind": "UUID", "name": "g"}}}]},
            "spec.dataFrom[0].sourceRef.generatorRef",
            id="generator",
        ),
        pytest.param(
            {"data": [{"secretKey": "a", "remoteRef": {"key": "b", "metadataPolicy": "Fetch"}}]},
            "spec.data[0].remoteRef.metadataPolicy",
            id="metadata",
        ),
        pytest.param(
            {"syncWindows": {"kind": "allow", "windows": [{"schedule": "@daily", "duration": "1h"}]}},
            "spec.syncWindows",
            id="windows",
        ),
        *(
            pytest.param({"target": {"creationPolicy": policy}}, "spec.target.creationPolicy", id=policy)
            for policy in ("Orphan", "Merge", "None", "CreateOrMerge")
        ),
    ],
)
def test_refuses_what_it_cannot_do_yet(spec: dict[str, Any], path: str) -> None:
    (problem,) = problems_of(document(**spec))
    assert problem.startswith(path)
    assert NOT_YET in problem


@pytest.mark.parametrize(
    ("field", "spec"),
    [
        pytest.param("spec.syncWindows", {"syncWindows": {"kind": "allow", "windows": []}}, id="windows"),
        pytest.param("spec.target.manifest", {"target": {"manifest": {}}}, id="manifest"),
        pytest.param(
            "spec.data[0].remoteRef.nullBytePolicy",
            {"data": [{"secretKey": "a", "remoteRef": {"key": "b", "nullBytePolicy": "Fail"}}]},
            id="nul",
        ),
    ],
)
def test_fields_of_v1_are_unknown_in_v1beta1(field: str, spec: dict[str, Any]) -> None:
    assert problems_of(document("v1beta1", **spec)) == [f"{field}: is not a field of this API"]


def test_lists_every_problem_with_its_remedy() -> None:
    wrong = document(
        refreshIntervall="1h",
        target={"creationPolicy": "Owned"},
        data=[{"secretKey": "a b", "remoteRef": {"key": "prod/x"}}, {"secretKey": "c"}],
    )
    with pytest.raises(InvalidDocument) as caught:
        external_secret.parse(wrong)
    error = caught.value
    assert error.what == "ExternalSecret app/x is invalid"
    assert [problem.path for problem in error.problems] == [
        "spec.target.creationPolicy",
        "spec.data[0].secretKey",
        "spec.data[0].remoteRef.key",
        "spec.data[1].remoteRef",
        "spec.refreshIntervall",
    ] or len(error.problems) == 5
    assert 'did you mean "refreshInterval"?' in error.remedy
    assert all(problem.remedy for problem in error.problems)


SPECS = st.dictionaries(
    st.sampled_from(
        ["data", "dataFrom", "target", "secretStoreRef", "refreshInterval", "refreshPolicy", "syncWindows"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["Owner", "a", "1h", "kv"]),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    ["secretKey", "remoteRef", "key", "find", "extract", "name", "kind", "sourceRef", "storeRef"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    ),
)


@given(SPECS)
def test_any_document_is_read_or_refused_with_reasons(spec: dict[str, Any]) -> None:
    try:
        external_secret.parse(document(**spec))
    except SpecError as error:
        refused = error
    else:
        return
    assert isinstance(refused, InvalidDocument)
    assert refused.problems
