"""What works in a class and hurts; of what does not work, others tell."""

from typing import Any

import pytest

from keyferry.advice.rules.classes import CHECKS
from tests.fakes.advice import findings, found

GOOD = {
    "keyvaultName": "kv-prod",
    "tenantID": "99999999-9999-4999-8999-999999999999",
    "clientID": "11111111-1111-4111-8111-111111111111",
}


def a_class(parameters: Any = None, provider: str = "azure", version: str = "secrets-store.csi.x-k8s.io/v1") -> Any:
    spec = {"provider": provider, "parameters": GOOD if parameters is None else parameters}
    return {"apiVersion": version, "kind": "SecretProviderClass", "metadata": {"name": "kv"}, "spec": spec}


def objects(*modes: str) -> Any:
    entries = "".join(f"  - |\n    objectName: db\n    filePermission: {mode}\n" for mode in modes)
    return a_class(GOOD | {"objects": f"array:\n{entries}"})


@pytest.mark.parametrize(
    ("parameters", "paths"),
    [
        pytest.param(GOOD, [], id="workload-identity"),
        pytest.param({}, [], id="nothing-at-all"),
        pytest.param({"useVMManagedIdentity": "true"}, [], id="the-machines"),
        pytest.param({"usePodIdentity": "1"}, [], id="the-pods"),
        pytest.param({"keyvaultName": "kv"}, ["spec.parameters"], id="none"),
        pytest.param({"usePodIdentity": False}, ["spec.parameters"], id="without-quotes"),
        pytest.param({"usePodIdentity": "false", "clientID": ""}, ["spec.parameters"], id="empty"),
    ],
)
def test_classes_name_an_identity(parameters: dict[str, Any], paths: list[str]) -> None:
    assert found(CHECKS, a_class(parameters), "class-identity") == paths


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(a_class({"a": "b"}, "vault"), id="another-provider"),
        pytest.param(a_class({"a": "b"}, version="v1"), id="another-group"),
    ],
)
def test_others_classes_are_others(document: dict[str, Any]) -> None:
    assert found(CHECKS, document, "class-identity") == []


def test_who_wrote_it_otherwise_is_told_so() -> None:
    (finding,) = findings(CHECKS, a_class({"clientId": "x"}), "class-identity")
    assert finding.remedy == "rename clientId to clientID"


@pytest.mark.parametrize(
    ("parameters", "paths"),
    [
        pytest.param(GOOD | {"tenantId": "older-spelling", "resourceGroup": "x"}, [], id="others"),
        pytest.param(GOOD | {"keyVaultName": "kv"}, ["spec.parameters.keyVaultName"], id="capitals"),
        pytest.param({1: "x"}, [], id="no-text"),
    ],
)
def test_parameters_in_other_capitals(parameters: dict[str, Any], paths: list[str]) -> None:
    assert found(CHECKS, a_class(parameters), "class-parameter-case") == paths


@pytest.mark.parametrize(
    ("document", "remedies"),
    [
        pytest.param(objects('"0400"', "'0644'", "440"), [], id="good"),
        pytest.param(objects("0400", "0o644"), ['"0400"', '"0644"'], id="octal"),
        pytest.param(objects("256"), ['"0400"'], id="decimal"),
        pytest.param(objects('"0400"', "[]"), [], id="no-scalar"),
        pytest.param(a_class(GOOD | {"objects": 1}), [], id="no-text"),
        pytest.param(a_class(GOOD | {"objects": "array: ["}), [], id="no-yaml"),
        pytest.param(a_class(GOOD | {"objects": "- a"}), [], id="no-mapping"),
        pytest.param(a_class(GOOD | {"objects": "array: 1"}), [], id="no-list"),
        pytest.param(a_class(GOOD | {"objects": "array: [text, {filePermission: 0400}]"}), ['"0400"'], id="inline"),
    ],
)
def test_modes_are_quoted(document: dict[str, Any], remedies: list[str]) -> None:
    told = findings(CHECKS, document, "unquoted-mode")
    assert [finding.remedy.removeprefix("write filePermission: ") for finding in told] == remedies
    assert all(finding.path.startswith("spec.parameters.objects.array[") for finding in told)
