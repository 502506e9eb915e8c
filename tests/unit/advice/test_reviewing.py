"""Templates are parsed wherever they stand; what spec has to say comes first."""

from typing import Any

import pytest

from keyferry.advice import reviewing
from tests.fakes import external_secrets

BROKEN = "{{ .x"
PUSH: dict[str, Any] = {
    "secretStoreRefs": [{"name": "kv"}],
    "selector": {"secret": {"name": "a"}},
    "data": [{"match": {"secretKey": "k", "remoteRef": {"remoteKey": "r"}}}],
}


def push(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "p", "namespace": "app"}
    return {
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": metadata,
        "spec": PUSH | spec,
    }


def external(**spec: Any) -> dict[str, Any]:
    return external_secrets.document(spec)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(external(target={"template": {"data": {"a": "{{ .x }}"}}}), [], id="good"),
        pytest.param(
            external(target={"template": {"data": {"a": BROKEN}, "templateFrom": [{"literal": BROKEN}]}}),
            ["spec.target.template.templateFrom[0].literal", "spec.target.template.data[a]"],
            id="ExternalSecret",
        ),
        pytest.param(
            external(dataFrom=[{"extract": {"key": "a"}, "rewrite": [{"transform": {"template": BROKEN}}]}]),
            ["spec.dataFrom[0].rewrite[0].transform.template"],
            id="transform",
        ),
        pytest.param(push(), [], id="PushSecret-without"),
        pytest.param(push(template={"data": {"a": BROKEN}}), ["spec.template.data[a]"], id="PushSecret"),
        pytest.param(push(template={"data": {"a": BROKEN}}, data=1), ["spec.data"], id="spec-first"),
        pytest.param(external(target={"template": {"data": {"a": "x" * (1 << 21)}}}), None, id="too-long"),
    ],
)
def test_mistakes_have_their_paths(document: dict[str, Any], paths: list[str] | None) -> None:
    review = reviewing.review(document)
    assert review is not None
    found = [problem.path for problem in review.problems]
    assert found == paths if paths is not None else len(found) == 1


def test_others() -> None:
    assert reviewing.review({"kind": "Secret", "apiVersion": "v1"}) is None
    metadata = {"name": "id", "namespace": "app"}
    uuid = {"apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "UUID", "metadata": metadata, "spec": {}}
    review = reviewing.review(uuid)
    assert review is not None
    assert review.problems == ()


def test_warnings_that_are_errors_to_the_operator_stay_what_they_are() -> None:
    document = external(data=[{"secretKey": "A", "remoteRef": {"key": "other/db"}}])
    review = reviewing.review(document)
    assert review is not None
    assert review.warnings or review.problems
