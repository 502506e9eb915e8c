"""A Secret has one hand that writes it."""

from typing import Any

import pytest

from keyferry.advice.documents import Documents
from keyferry.advice.rules.owners import CHECKS
from tests.fakes import external_secrets
from tests.fakes.advice import findings, found

OWNER = external_secrets.document(name="owner")


def secret(**fields: Any) -> dict[str, Any]:
    metadata = {"name": "db", "namespace": "app"} | fields.pop("metadata", {})
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"a": "value-of-it"}} | fields


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(secret(), ["stringData"], id="by-hand"),
        pytest.param(secret(stringData=None, data={"a": "eA=="}, type="Opaque"), ["data"], id="encoded"),
        pytest.param(secret(stringData={}), [], id="no-values"),
        pytest.param(secret(type="kubernetes.io/tls"), [], id="another-type"),
        pytest.param(secret(metadata={"name": "other"}), [], id="another-name"),
        pytest.param(secret(metadata={"namespace": "other"}), [], id="another-namespace"),
        pytest.param(
            secret(metadata={"labels": {"reconcile.external-secrets.io/managed": "true"}}), [], id="the-operators"
        ),
        pytest.param(
            secret(metadata={"labels": {"reconcile.external-secrets.io/created-by": "x"}}), [], id="made-by-it"
        ),
        pytest.param(secret(apiVersion="other/v1"), [], id="another-group"),
    ],
)
def test_by_hand(document: dict[str, Any], paths: list[str]) -> None:
    assert found(CHECKS, document, "secret-by-hand", Documents([OWNER, document]).around()) == paths


def test_no_value_is_told() -> None:
    (finding,) = findings(CHECKS, secret(), "secret-by-hand", Documents([OWNER]).around())
    assert "value-of-it" not in str(finding)
    assert '"owner"' in finding.message


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(OWNER, [], id="the-first"),
        pytest.param(external_secrets.document(name="second"), ["spec.target.name"], id="the-second"),
        pytest.param(external_secrets.document({"target": {}}, name="db"), ["metadata.name"], id="by-its-own-name"),
        pytest.param(
            external_secrets.document({"target": {"name": "db", "creationPolicy": "Merge"}}, name="c"), [], id="merges"
        ),
        pytest.param(external_secrets.document({"target": {"name": "x"}}, name="c"), [], id="another-target"),
        pytest.param(external_secrets.document(name="second") | {"apiVersion": "x/v1"}, [], id="another-group"),
    ],
)
def test_two_owners(document: dict[str, Any], paths: list[str]) -> None:
    assert found(CHECKS, document, "two-owners", Documents([OWNER, document]).around()) == paths
