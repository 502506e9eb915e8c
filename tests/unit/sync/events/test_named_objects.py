import json
from typing import Any

import msgspec
import pytest

from keyferry.sync.events import named_objects

OBJECTS = """
array:
  - |
    objectName: DB-Password
    objectType: secret
    objectAlias: db/password
  - |
    objectName: tls
    objectType: cert
"""
AZURE = {"provider": "azure", "parameters": {"keyvaultName": "KV-Shop", "objects": OBJECTS}}


def document(spec: Any, **metadata: Any) -> bytes:
    return json.dumps({"metadata": {"name": "db", **metadata}, "spec": spec}).encode()


def parameters(**changes: Any) -> dict[str, Any]:
    return {**AZURE, "parameters": {"keyvaultName": "KV-Shop", "objects": OBJECTS, **changes}}


@pytest.mark.parametrize(
    ("spec", "terms"),
    [
        pytest.param(AZURE, {("kv-shop", "db-password"), ("kv-shop", "tls")}, id="named"),
        pytest.param(parameters(tenantID=7), {("kv-shop", "db-password"), ("kv-shop", "tls")}, id="wrong-elsewhere"),
        pytest.param(
            parameters(objects="array:\n  - 'objectName: api\\nobjectType: secret'\n  - 'x'"), set(), id="text"
        ),
        pytest.param(
            parameters(objects='array:\n  - "objectName: api\\nobjectType: secret"\n  - "x"'),
            {("kv-shop", "api")},
            id="one-that-is-right",
        ),
        pytest.param(parameters(objects=7), set(), id="objects-no-text"),
        pytest.param(parameters(objects="{"), set(), id="objects-no-yaml"),
        pytest.param(parameters(keyvaultName=None), set(), id="no-vault"),
        pytest.param({**AZURE, "provider": "vault"}, set(), id="of-another-provider"),
        pytest.param({"provider": "azure"}, set(), id="no-parameters"),
        pytest.param([], set(), id="no-spec"),
    ],
)
def test_objects_are_found_in_whatever_can_be_read(spec: Any, terms: set[tuple[str, str]]) -> None:
    assert set(named_objects.terms(named_objects.decode(document(spec)))) == terms


def test_what_was_handed_on_is_kept_and_no_other_annotation() -> None:
    named = named_objects.decode(document(AZURE, annotations={"keyferry.io/changed": "secrets/tls@1", "team": "a"}))
    assert named.hints == "secrets/tls@1"


def test_one_without_spec_names_nothing() -> None:
    assert named_objects.decode(b'{"metadata":{}}').names == frozenset()


def test_what_has_no_metadata_is_no_class() -> None:
    with pytest.raises(msgspec.MsgspecError):
        named_objects.decode(b"{}")
