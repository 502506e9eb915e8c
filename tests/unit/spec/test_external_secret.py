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
from keyferry.spec.external_secret import (
    CreationPolicy,
    DeletionPolicy,
    Find,
    Manifest,
    RefreshPolicy,
    StoreRef,
    Target,
)
from keyferry.spec.problems import InvalidDocument, Review
from keyferry.spec.sync_windows import SyncWindows, Window, WindowKind

EXAMPLES = Path(__file__).parents[3] / "examples"
KEY = {"secretKey": "A", "remoteRef": {"key": "db"}}


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


def test_reads_the_whole_target() -> None:
    target = external_secret.parse(
        document(
            target={
                "creationPolicy": "CreateOrMerge",
                "immutable": True,
                "template": {"data": {"a": "{{ .b }}"}},
                "manifest": {"apiVersion": "v1", "kind": "ConfigMap"},
            }
        )
    ).target
    assert (target.creation_policy, target.immutable) == (CreationPolicy.CREATE_OR_MERGE, True)
    assert target.template is not None
    assert target.template.data == {"a": "{{ .b }}"}
    assert target.manifest == Manifest(api_version="v1", kind="ConfigMap")


def test_reads_when_values_may_be_read() -> None:
    windows = {"kind": "deny", "windows": [{"schedule": "@daily", "duration": "1h"}]}
    assert external_secret.parse(document(syncWindows=windows)).windows == SyncWindows(
        kind=WindowKind.DENY, windows=(Window(schedule="@daily", duration=timedelta(hours=1)),)
    )


def test_knows_which_entries_read_from_a_store() -> None:
    generator = {"sourceRef": {"generatorRef": {"kind": "UUID", "name": "g"}}}
    parsed = external_secret.parse(document(dataFrom=[generator, {"find": {}}]))
    assert parsed.reads == (parsed.data_from[1], parsed.data[0])


class TestReview:
    def test_finds_nothing_wrong_with_a_right_one(self) -> None:
        assert external_secret.review(document()) == Review()

    def test_warns_of_the_older_version_with_the_newer_form(self) -> None:
        (warning,) = external_secret.review(document("v1beta1")).warnings
        assert str(warning) == "apiVersion: external-secrets.io/v1beta1 is deprecated"
        assert "apiVersion: external-secrets.io/v1;" in warning.remedy

    @pytest.mark.parametrize(
        ("spec", "path"),
        [
            pytest.param({"dataFrom": [{"find": {"path": "x"}}]}, "spec.dataFrom[0].find.path", id="no-effect"),
            pytest.param({"dataFrom": [{"sourceRef": {"storeRef": {"name": "kv"}}}]}, "spec.dataFrom[0]", id="no-use"),
            pytest.param(
                {"dataFrom": [{"find": {"name": {"regexp": "("}}}]}, "spec.dataFrom[0].find.name.regexp", id="regexp"
            ),
            pytest.param({"secretStoreRef": {}}, "spec.secretStoreRef.name", id="no-store"),
            pytest.param(
                {"data": [{"secretKey": "a", "remoteRef": {"key": "a/b"}}]},
                "spec.data[0].remoteRef.key",
                id="no-object",
            ),
            pytest.param({"refreshInterval": "often"}, "spec.refreshInterval", id="duration"),
            pytest.param(
                {"syncWindows": {"kind": "deny", "windows": [{"schedule": "0 0 * * 9", "duration": "1h"}]}},
                "spec.syncWindows.windows[0].schedule",
                id="schedule",
            ),
            pytest.param(
                {"data": [{**KEY, "sourceRef": {"generatorRef": {"kind": "UUID", "name": "g"}}}]},
                "spec.data[0].sourceRef.generatorRef",
                id="generator-under-data",
            ),
        ],
    )
    def test_what_upstream_admits_is_only_warned_of(self, spec: dict[str, Any], path: str) -> None:
        found = external_secret.review(document(**spec))
        assert found.problems == ()
        assert [warning.path for warning in found.warnings] == [path]
        assert all(warning.remedy for warning in found.warnings)

    @pytest.mark.parametrize(
        ("when", "warned"),
        [
            pytest.param("2026-11-22T12:00:00Z", False, id="an-instant"),
            pytest.param("2026-11-22T12:00:00", True, id="no-zone"),
            pytest.param("now", True, id="no-instant"),
        ],
    )
    def test_a_demand_that_is_no_instant_is_warned_of(self, when: str, warned: bool) -> None:
        given = document()
        given["metadata"]["annotations"] = {"keyferry.io/refresh": when}
        assert bool(external_secret.review(given).warnings) is warned
        assert (external_secret.parse(given).demanded_at is None) is warned

    @pytest.mark.parametrize(
        ("spec", "path"),
        [
            pytest.param({"data": [KEY, KEY]}, "spec.data[1].secretKey", id="twice"),
            pytest.param({"data": []}, "spec", id="nothing"),
            pytest.param({"target": {"name": "A_B"}}, "spec.target.name", id="not-the-schema"),
            pytest.param({"refreshPolicy": "Always"}, "spec.refreshPolicy", id="not-of-the-enum"),
            pytest.param(
                {"target": {"template": {"type": "bootstrap.kubernetes.io/token"}}},
                "spec.target.template.type",
                id="template",
            ),
        ],
    )
    def test_what_upstream_refuses_is_refused(self, spec: dict[str, Any], path: str) -> None:
        found = external_secret.review(document(**spec))
        assert [problem.path for problem in found.problems] == [path]
        assert found.warnings == ()


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


def test_tells_every_template_with_its_path() -> None:
    template = {
        "data": {"a": "1"},
        "metadata": {"labels": {"l": "2"}, "annotations": {"n": "3"}},
        "templateFrom": [{"secret": {"name": "s", "items": [{"key": "k"}]}, "literal": "4"}],
    }
    rewrite = [{"regexp": {"source": "a", "target": "b"}}, {"transform": {"template": "5"}}]
    store_alone = {"sourceRef": {"storeRef": {"name": "kv"}}}
    parsed = external_secret.parse(
        document(target={"template": template}, dataFrom=[store_alone, {"find": {}, "rewrite": rewrite}])
    )
    assert parsed.templates == (
        ("spec.target.template.templateFrom[0].literal", "4"),
        ("spec.target.template.data[a]", "1"),
        ("spec.target.template.metadata.labels[l]", "2"),
        ("spec.target.template.metadata.annotations[n]", "3"),
        ("spec.dataFrom[1].rewrite[1].transform.template", "5"),
    )
    assert external_secret.parse(document()).templates == ()


def test_nobody_demands_anything_unless_told() -> None:
    assert external_secret.parse(document()).demanded_at is None
