"""Connection strings in the open."""

from typing import Any

import pytest

from keyferry.advice.rules.environments import CHECK
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import container, deployment, pod

KEY = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8="
STORAGE = f"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={KEY};EndpointSuffix=core.windows.net"
BUS = f"Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={KEY}"
SIGNED = "BlobEndpoint=https://acc.blob.core.windows.net;SharedAccessSignature=sv=2024-11-04&sig=c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param(STORAGE, "AccountKey", id="storage"),
        pytest.param(BUS, "SharedAccessKey", id="service-bus"),
        pytest.param(SIGNED, "SharedAccessSignature", id="a-signature"),
        pytest.param(f"AccountKey={KEY}", "AccountKey", id="alone"),
        pytest.param("AccountKey=$(STORAGE_KEY)", "", id="from-another-variable"),
        pytest.param("AccountKey=<your account key>", "", id="to-be-filled-in"),
        pytest.param(f"MyAccountKey={KEY}", "", id="another-word"),
        pytest.param(STORAGE.replace("=acc;", "=devstoreaccount1;"), "", id="of-the-emulator"),
        pytest.param("InstrumentationKey=2f2b1a9e-3c7c-4a5e-9d55-3a3c1b2d4e5f", "", id="no-secret"),
        pytest.param("Endpoint=sb://bus/;SharedAccessKeyName=RootManageSharedAccessKey", "", id="a-keys-name"),
        pytest.param("https://acc.blob.core.windows.net", "", id="a-url"),
    ],
)
def test_a_key_is_told_by_its_name(value: str, key: str) -> None:
    told = findings([CHECK], pod(container(env=[{"name": "STORAGE", "value": value}])), "connection-string")
    assert [each.path for each in told] == ["spec.containers[0].env[0].value"] * bool(key)
    for each in told:
        assert f"its {key}" in each.message
        assert value[-20:] not in str(each)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"args": ["serve", f"--storage={STORAGE}"]}, ["spec.containers[0].args[1]"], id="an-argument"),
        pytest.param({"command": [BUS]}, ["spec.containers[0].command[0]"], id="a-command"),
        pytest.param({"args": [1, None], "env": [{"name": "A", "value": 3}]}, [], id="other-shapes"),
        pytest.param({"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": STORAGE}}}]}, [], id="a-reference"),
    ],
)
def test_wherever_it_stands(fields: dict[str, Any], expected: list[str]) -> None:
    assert found([CHECK], pod(container(**fields)), "connection-string") == expected


def test_a_document_without_pods_has_none() -> None:
    assert found([CHECK], {"kind": "Deployment"}, "connection-string") == []
    assert found([CHECK], deployment(), "connection-string") == []
