"""Where pods look for the token."""

from typing import Any

import pytest

from keyferry.advice.rules.environments import CHECK
from tests.fakes.advice import found
from tests.fakes.pod_documents import container, deployment, pod

OLD = "/var/run/secrets/azure/tokens/azure-identity-token"
NEW = "/var/run/secrets/azure/wi/token/azure-identity-token"
PROJECTED = {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "azure-identity-token"}}]}}


def variable(name: str, value: Any) -> dict[str, Any]:
    return {"env": [{"name": "A"}, {"name": name, "value": value}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, "", id="nowhere"),
        pytest.param(variable("AZURE_FEDERATED_TOKEN_FILE", OLD), "env[1].value", id="set-by-hand"),
        pytest.param(variable("AZURE_FEDERATED_TOKEN_FILE", "/else/where"), "env[1].value", id="somewhere-else"),
        pytest.param(variable("AZURE_FEDERATED_TOKEN_FILE", ""), "", id="emptied"),
        pytest.param(variable("TOKEN", NEW), "env[1].value", id="in-another-variable"),
        pytest.param(variable("TOKEN", "/var/run/secrets/tokens/other"), "", id="another-token"),
        pytest.param(variable("DIRECTORY", "/var/run/secrets/azure/vault"), "", id="another-folder"),
        pytest.param({"args": ["--token", f"--file={OLD}"]}, "args[1]", id="an-argument"),
        pytest.param({"command": ["cat", OLD]}, "command[1]", id="a-command"),
        pytest.param({"args": [OLD]} | variable("TOKEN", OLD), "env[1].value", id="said-once"),
    ],
)
def test_the_path_is_told_by_the_webhook_alone(fields: dict[str, Any], expected: str) -> None:
    assert found([CHECK], pod(container(**fields)), "token-path") == [f"spec.containers[0].{expected}"] * bool(expected)


@pytest.mark.parametrize(
    ("mount", "volume", "is_its_own"),
    [
        pytest.param({"name": "token", "mountPath": "/var/run/secrets/azure/tokens"}, PROJECTED, True, id="its-own"),
        pytest.param({"name": "token", "mountPath": "/other"}, PROJECTED, False, id="elsewhere"),
        pytest.param({"name": "token", "mountPath": "/"}, PROJECTED, False, id="everywhere"),
        pytest.param({"name": "other", "mountPath": "/var/run/secrets/azure/tokens"}, PROJECTED, False, id="another"),
        pytest.param(
            {"name": "token", "mountPath": "/var/run/secrets/azure/tokens"},
            {"name": "token", "emptyDir": {}},
            False,
            id="another-sort",
        ),
        pytest.param("token", PROJECTED, False, id="another-shape"),
    ],
)
def test_a_pod_that_mounts_its_own_token_knows_where(mount: Any, volume: dict[str, Any], is_its_own: bool) -> None:
    fields = variable("AZURE_FEDERATED_TOKEN_FILE", OLD) | {"volumeMounts": [mount]}
    document = deployment(pod({"containers": [{"name": "app"} | fields], "volumes": [volume]}))
    assert bool(found([CHECK], document, "token-path")) is not is_its_own


def test_a_document_without_pods_has_none() -> None:
    assert found([CHECK], {"kind": "Deployment"}, "token-path") == []
