import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.wellknown import FALLBACK_VAULTS_ANNOTATION, SERVE_STALE_ANNOTATION
from keyferry.spec import secret_provider_class
from keyferry.spec.problems import InvalidDocument
from keyferry.spec.secret_provider_class import KeySource, SecretObject, SecretProviderClass

PARAMETERS = {"keyvaultName": "myapp-kv", "objects": "array: []"}
SECRET = {"secretName": "db", "type": "Opaque", "data": [{"objectName": "db-password", "key": "password"}]}


def document(version: str = "v1", annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"secrets-store.csi.x-k8s.io/{version}",
        "kind": "SecretProviderClass",
        "metadata": {
            "name": "myapp",
            "namespace": "app",
            "uid": "u",
            "generation": 2,
            "annotations": annotations or {},
        },
        "spec": {"provider": "azure", "parameters": PARAMETERS} | spec,
    }


def problems_of(given: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        secret_provider_class.parse(given)
    assert caught.value.what == "SecretProviderClass app/myapp is invalid"
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("version", ["v1", "v1alpha1"])
def test_reads_a_class(version: str) -> None:
    given = document(version, secretObjects=[SECRET])
    expected = SecretProviderClass(
        namespace="app",
        name="myapp",
        uid="u",
        generation=2,
        provider="azure",
        parameters=PARAMETERS,
        secret_objects=(
            SecretObject(secret_name="db", type="Opaque", data=(KeySource(key="password", object_name="db-password"),)),
        ),
    )
    assert secret_provider_class.parse(given) == expected
    assert secret_provider_class.parse(json.dumps(given).encode()) == expected
    assert expected.secret_error is None


def test_reads_what_keyferry_adds() -> None:
    added = {SERVE_STALE_ANNOTATION: "24h", FALLBACK_VAULTS_ANNOTATION: "kv-west https://b.net"}
    read = secret_provider_class.parse(document(annotations=added))
    assert (read.serve_stale, read.fallback_vaults) == (timedelta(days=1), ("kv-west", "https://b.net"))


def test_what_parameters_mean_is_the_providers_business() -> None:
    read = secret_provider_class.parse(document(provider="Vault_2-x", parameters={"roleName": "", "any thing": "x"}))
    assert (read.provider, read.parameters) == ("Vault_2-x", {"roleName": "", "any thing": "x"})


def test_a_status_of_early_versions_does_not_count() -> None:
    with_status = document("v1alpha1") | {"status": {"byPod": [{"id": "x"}]}}
    assert secret_provider_class.parse(with_status) == secret_provider_class.parse(document())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(document(provider=None), "spec.provider: is missing or empty", id="no-provider"),
        pytest.param(document(provider=""), "spec.provider: is missing or empty", id="empty-provider"),
        pytest.param(document(provider=5), "spec.provider: must be text, and is a number", id="number-as-provider"),
        pytest.param(document(provider="../azure"), 'spec.provider: "../azure" cannot be the name', id="path"),
        pytest.param(document(provider="azure\n"), 'spec.provider: "azure" cannot be the name', id="line-end"),
        pytest.param(document(provider="a" * 31), "cannot be the name of a provider", id="long-provider"),
        pytest.param(document(parameters=None), "spec.parameters: is missing or empty", id="no-parameters"),
        pytest.param(document(parameters={}), "spec.parameters: is missing or empty", id="empty-parameters"),
        pytest.param(document(parameters=[]), "spec.parameters: must be a mapping, and is a list", id="list"),
        pytest.param(
            document(parameters={"usePodIdentity": False}),
            "spec.parameters[usePodIdentity]: must be text, and is true or false",
            id="flag-without-quotes",
        ),
        pytest.param(document(parameter={}), "spec.parameter: is not a field of this API", id="unknown-field"),
        pytest.param(
            document(annotations={SERVE_STALE_ANNOTATION: "1d"}),
            f'metadata.annotations[{SERVE_STALE_ANNOTATION}]: "1d" is not a duration',
            id="annotation",
        ),
        pytest.param(
            document(annotations={FALLBACK_VAULTS_ANNOTATION: "MyApp-KV"}),
            f'metadata.annotations[{FALLBACK_VAULTS_ANNOTATION}]: "myapp-kv" is the vault that they stand in for',
            id="own-vault-as-fallback",
        ),
    ],
)
def test_says_what_is_wrong(given: dict[str, Any], expected: str) -> None:
    (problem,) = problems_of(given)
    assert expected in problem


def test_says_everything_at_once() -> None:
    given = document(provider="a b", parameters=None, annotations={SERVE_STALE_ANNOTATION: "x"}, secretObject=[])
    assert len(problems_of(given)) == 4


@pytest.mark.parametrize(
    ("objects", "names", "told"),
    [
        pytest.param([SECRET | {"type": None}], [], ["spec.secretObjects[0].type: is missing or empty"], id="one"),
        pytest.param([{}, SECRET], ["db"], 3, id="the-good-one-stays"),
        pytest.param("x", [], ["spec.secretObjects: must be a list"], id="no-list"),
    ],
)
def test_a_fault_in_secret_objects_does_not_stop_the_files(objects: Any, names: list[str], told: Any) -> None:
    read = secret_provider_class.parse(document(secretObjects=objects))
    assert [secret.secret_name for secret in read.secret_objects] == names
    found = [str(problem) for problem in read.secret_problems]
    assert found == told or len(found) == told
    error = read.secret_error
    assert error is not None
    assert error.what == "SecretProviderClass app/myapp has Secrets that cannot be made"
    assert str(error.where).startswith("SecretProviderClass app/myapp spec.secretObjects")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(document() | {"kind": "SecretStore"}, id="another-kind"),
        pytest.param(document("v1beta1"), id="a-version-that-never-was"),
        pytest.param(document() | {"apiVersion": "external-secrets.io/v1"}, id="another-api"),
    ],
)
def test_refuses_what_is_no_class(given: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        secret_provider_class.parse(given)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(parameters=JSON, objects=JSON, data=JSON, annotation=st.text(max_size=20))
def test_any_document_is_a_class_or_a_spec_error(parameters: Any, objects: Any, data: Any, annotation: str) -> None:
    annotations = {SERVE_STALE_ANNOTATION: annotation, FALLBACK_VAULTS_ANNOTATION: annotation}
    secrets = [objects, SECRET | {"data": data}, SECRET | {"labels": data}]
    try:
        read = secret_provider_class.parse(
            document(annotations=annotations, parameters=parameters, secretObjects=secrets)
        )
    except SpecError:
        return
    assert len(read.secret_objects) <= len(secrets)
