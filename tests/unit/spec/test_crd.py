import re
from collections.abc import Iterator
from typing import Any

import pytest

from keyferry.spec import crd

DEFINITIONS = {definition["spec"]["names"]["kind"]: definition for definition in crd.definitions()}
KINDS = ("ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret")
MOUNT_KINDS = ("SecretProviderClass", "SecretProviderClassPodStatus")
ALPHA_KINDS = ("PushSecret", "ClusterPushSecret")
GENERATORS = ("ACRAccessToken", "ClusterGenerator", "Fake", "Password", "UUID")
OLDER = dict.fromkeys(KINDS, "v1beta1") | dict.fromkeys(MOUNT_KINDS, "v1alpha1")
SCHEMA_WORDS = {
    "additionalProperties", "anyOf", "default", "description", "enum", "format", "items", "maxLength", "maxProperties",
    "minItems", "minLength", "minProperties", "nullable", "pattern", "properties", "required", "type",
    "x-kubernetes-int-or-string", "x-kubernetes-map-type", "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
}  # fmt: skip


def versions(kind: str) -> dict[str, dict[str, Any]]:
    return {version["name"]: version for version in DEFINITIONS[kind]["spec"]["versions"]}


def schema(kind: str, version: str, *path: str) -> dict[str, Any]:
    """The schema at a path of fields; `[]` steps into a list."""
    found: dict[str, Any] = versions(kind)[version]["schema"]["openAPIV3Schema"]
    for step in path:
        found = found["items"] if step == "[]" else found["properties"][step]
    return found


def every_schema(found: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, found
    for name, inner in found.get("properties", {}).items():
        yield from every_schema(inner, f"{path}.{name}")
    for word in ("items", "additionalProperties"):
        if word in found:
            yield from every_schema(found[word], f"{path}[]")


ALL = [
    pytest.param(path, inner, id=f"{kind}-{version}{path}")
    for kind in DEFINITIONS
    for version in versions(kind)
    for path, inner in every_schema(schema(kind, version))
]


def test_brings_the_kinds_of_both_apis() -> None:
    assert [definition["metadata"]["name"] for definition in DEFINITIONS.values()] == [
        "externalsecrets.external-secrets.io",
        "secretstores.external-secrets.io",
        "clustersecretstores.external-secrets.io",
        "pushsecrets.external-secrets.io",
        "clusterexternalsecrets.external-secrets.io",
        "clusterpushsecrets.external-secrets.io",
        "acraccesstokens.generators.external-secrets.io",
        "clustergenerators.generators.external-secrets.io",
        "fakes.generators.external-secrets.io",
        "passwords.generators.external-secrets.io",
        "uuids.generators.external-secrets.io",
        "secretproviderclasses.secrets-store.csi.x-k8s.io",
        "secretproviderclasspodstatuses.secrets-store.csi.x-k8s.io",
    ]


@pytest.mark.parametrize(("kind", "older"), list(OLDER.items()))
def test_serves_v1_and_the_deprecated_version_before_it(kind: str, older: str) -> None:
    served = versions(kind)
    assert (served["v1"]["served"], served["v1"]["storage"]) == (True, True)
    assert (served[older]["served"], served[older]["storage"]) == (True, False)
    assert served[older]["deprecated"]
    assert len(served[older]["deprecationWarning"]) <= 256  # what the API server allows


@pytest.mark.parametrize("kind", ALPHA_KINDS + GENERATORS)
def test_some_kinds_have_one_version_alone(kind: str) -> None:
    assert {name: (each["served"], each["storage"]) for name, each in versions(kind).items()} == {
        "v1alpha1": (True, True)
    }
    assert "deprecated" not in versions(kind)["v1alpha1"]


@pytest.mark.parametrize("kind", KINDS + ALPHA_KINDS)
def test_external_secrets_kinds_are_where_their_users_look(kind: str) -> None:
    assert all(version["subresources"] == {"status": {}} for version in versions(kind).values())
    assert DEFINITIONS[kind]["metadata"]["labels"] == {"external-secrets.io/component": "controller"}
    assert DEFINITIONS[kind]["spec"]["names"]["categories"] == ["external-secrets"]


@pytest.mark.parametrize("kind", GENERATORS)
def test_generators_have_a_category_of_their_own(kind: str) -> None:
    assert DEFINITIONS[kind]["spec"]["names"]["categories"] == ["external-secrets", "external-secrets-generators"]
    assert DEFINITIONS[kind]["spec"]["scope"] == ("Cluster" if kind == "ClusterGenerator" else "Namespaced")


@pytest.mark.parametrize(
    ("kind", "name"), list(zip((*KINDS, "PushSecret"), ("es", "ss", "css", "ces", "ps"), strict=True))
)
def test_short_names(kind: str, name: str) -> None:
    assert DEFINITIONS[kind]["spec"]["names"]["shortNames"] == [name]


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_columns(version: str) -> None:
    shown = [column["name"] for column in versions("ExternalSecret")[version]["additionalPrinterColumns"]]
    assert shown == ["StoreType", "Store", "Refresh Interval", "Status", "Ready", "Last Sync"]
    shown = [column["name"] for column in versions("SecretStore")[version]["additionalPrinterColumns"]]
    assert shown == ["AGE", "Status", "Capabilities", "Ready"]


def test_columns_of_what_fans_out() -> None:
    shown = versions("ClusterExternalSecret")["v1"]["additionalPrinterColumns"]
    assert [column["name"] for column in shown] == ["Store", "Refresh Interval", "Ready"]
    shown = versions("ClusterPushSecret")["v1alpha1"]["additionalPrinterColumns"]
    assert [column["name"] for column in shown] == ["AGE", "Status"]
    condition = schema("ClusterExternalSecret", "v1", "status", "conditions", "[]")
    assert set(condition["properties"]) == {"type", "status", "message"}


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_child_has_the_fields_of_its_own_kind(version: str) -> None:
    child = schema("ClusterExternalSecret", version, "spec", "externalSecretSpec")
    assert child["properties"] == schema("ExternalSecret", version, "spec")["properties"]


def test_columns_of_a_push_secret() -> None:
    shown = versions("PushSecret")["v1alpha1"]["additionalPrinterColumns"]
    assert [(column["name"], column["type"]) for column in shown] == [
        ("AGE", "date"),
        ("Status", "string"),
        ("Last Sync", "date"),
    ]


def test_v1_external_secrets_can_be_selected_by_field() -> None:
    assert len(versions("ExternalSecret")["v1"]["selectableFields"]) == 4
    assert "selectableFields" not in versions("ExternalSecret")["v1beta1"]


@pytest.mark.parametrize(("path", "found"), ALL)
def test_schemas_are_structural(path: str, found: dict[str, Any]) -> None:
    assert set(found) <= SCHEMA_WORDS
    assert ("type" in found) != ("x-kubernetes-int-or-string" in found)
    assert set(found.get("required", ())) <= set(found.get("properties", ()))
    assert found.get("default") is None or "enum" not in found or found["default"] in found["enum"]
    assert ("properties" in found) + ("additionalProperties" in found) <= 1
    if ".metadata" not in path and path and not path.endswith("[][]"):
        assert found.get("description") or path.endswith("[]")


@pytest.mark.parametrize("field", ["conversionStrategy", "decodingStrategy", "metadataPolicy"])
def test_strategies_have_a_default_in_v1beta1_alone(field: str) -> None:
    path = ("spec", "data", "[]", "remoteRef", field)
    assert "default" not in schema("ExternalSecret", "v1", *path)
    assert schema("ExternalSecret", "v1beta1", *path)["default"] in {"Default", "None"}


def test_defaults_of_external_secrets() -> None:
    assert schema("ExternalSecret", "v1", "spec", "target")["default"] == {
        "creationPolicy": "Owner",
        "deletionPolicy": "Retain",
    }
    assert schema("ExternalSecret", "v1", "spec", "refreshInterval")["default"] == "1h0m0s"
    assert "default" not in schema("ExternalSecret", "v1", "spec", "refreshPolicy")
    assert "default" not in schema("ExternalSecret", "v1", "spec", "secretStoreRef", "kind")


@pytest.mark.parametrize(
    "field",
    ["syncWindows", "target.manifest", "data.[].remoteRef.nullBytePolicy", "target.template.metadata.finalizers"],
)
def test_fields_of_v1_alone(field: str) -> None:
    path = field.split(".")
    assert schema("ExternalSecret", "v1", "spec", *path)
    with pytest.raises(KeyError):
        schema("ExternalSecret", "v1beta1", "spec", *path)


@pytest.mark.parametrize("kind", KINDS[1:3])
def test_stores_keep_what_other_providers_need(kind: str) -> None:
    provider = schema(kind, "v1", "spec", "provider")
    assert provider["x-kubernetes-preserve-unknown-fields"]
    assert (provider["minProperties"], provider["maxProperties"]) == (1, 1)
    assert schema(kind, "v1", "spec", "provider", "azurekv")["required"] == ["vaultUrl"]
    assert schema(kind, "v1", "spec", "refreshInterval")["x-kubernetes-int-or-string"]
    assert schema(kind, "v1beta1", "spec", "refreshInterval")["type"] == "integer"


@pytest.mark.parametrize("kind", MOUNT_KINDS)
def test_kinds_of_the_secrets_store_are_as_upstream_has_them(kind: str) -> None:
    """No status subresource: `status` is written with the whole object, by upstream's driver too."""
    definition = DEFINITIONS[kind]["spec"]
    assert (definition["group"], definition["scope"]) == ("secrets-store.csi.x-k8s.io", "Namespaced")
    assert not {"shortNames", "categories"} & set(definition["names"])
    for version in versions(kind).values():
        assert not {"subresources", "additionalPrinterColumns", "selectableFields"} & set(version)


def test_nothing_is_required_of_a_class() -> None:
    found = [inner for kind in MOUNT_KINDS for _, inner in every_schema(schema(kind, "v1"))]
    assert not [inner for inner in found if {"required", "pattern", "enum", "minLength"} & set(inner)]
    assert schema("SecretProviderClass", "v1", "spec", "parameters")["additionalProperties"]["type"] == "string"


def test_the_versions_of_a_class_differ_in_status_alone() -> None:
    v1, v1alpha1 = (schema("SecretProviderClass", version) for version in ("v1", "v1alpha1"))
    assert v1["properties"]["spec"] == v1alpha1["properties"]["spec"]
    assert (v1["properties"]["status"]["properties"], set(v1alpha1["properties"]["status"]["properties"])) == (
        {},
        {"byPod"},
    )


def test_a_pod_status_has_no_spec() -> None:
    assert "spec" not in schema("SecretProviderClassPodStatus", "v1")["properties"]
    assert set(schema("SecretProviderClassPodStatus", "v1", "status")["properties"]) == {
        "podName",
        "secretProviderClassName",
        "mounted",
        "targetPath",
        "objects",
    }


def test_the_definitions_are_the_same_each_time() -> None:
    assert crd.definitions() == crd.definitions()


@pytest.mark.parametrize(
    ("kind", "path", "word", "expected"),
    [
        pytest.param("Password", ("length",), "default", 24, id="password-length"),
        pytest.param(
            "PushSecret",
            ("dataTo", "[]", "storeRef", "labelSelector"),
            "x-kubernetes-map-type",
            "atomic",
            id="selector",
        ),
        pytest.param(
            "SecretStore",
            ("provider", "azurekv", "serviceAccountRef", "audiences", "[]"),
            "minLength",
            None,
            id="audience",
        ),
        pytest.param("ExternalSecret", ("syncWindows", "windows", "[]", "schedule"), "minLength", 1, id="schedule"),
    ],
)
def test_the_schema_asks_for_what_upstreams_does(kind: str, path: tuple[str, ...], word: str, expected: object) -> None:
    newest = next(iter(versions(kind)))
    assert schema(kind, newest, "spec", *path).get(word) == expected


@pytest.mark.parametrize(
    ("schedule", "is_taken"),
    [
        pytest.param("0 22 * * 1-5", True, id="five-fields"),
        pytest.param("0  22 * * 1-5", False, id="two-blanks"),
        pytest.param("@daily", True, id="name"),
        pytest.param("@every 5m", True, id="every"),
        pytest.param("@every 5m and more", True, id="every-is-not-read-to-its-end"),
        pytest.param("0 0 22 * * 1", False, id="seconds"),
        pytest.param("", False, id="empty"),
    ],
)
def test_schedules_are_taken_as_upstream_takes_them(schedule: str, is_taken: bool) -> None:
    pattern = schema("ExternalSecret", "v1", "spec", "syncWindows", "windows", "[]", "schedule")["pattern"]
    assert bool(re.search(pattern, schedule)) is is_taken


def test_one_secret_for_many_keys_is_not_renamed() -> None:
    rules = [
        each["rule"] for each in schema("PushSecret", "v1alpha1", "spec", "dataTo", "[]")["x-kubernetes-validations"]
    ]
    assert any("remoteKey" in rule and "rewrite" in rule for rule in rules)
    assert any("labelSelector" in rule for rule in rules)
