"""kubectl asks who it is and what it may do, and gets tokens."""

import base64
import json
from pathlib import Path

import pytest

from keyferry.lab.serve.kubernetes import KubernetesServer
from tests.contract.kubernetes.conftest import ISSUER, Kubectl


async def test_knows_who_asks(kubectl: Kubectl) -> None:
    shown = await kubectl("auth whoami")
    assert "kubernetes-admin" in shown
    assert "system:masters" in shown


async def test_lets_the_administrator_do_everything(kubectl: Kubectl) -> None:
    assert (await kubectl("auth can-i delete secrets -A")).strip() == "yes"


async def test_signs_tokens_for_the_audience_asked_for(kubectl: Kubectl) -> None:
    token = await kubectl("create token default --audience=api://AzureADTokenExchange --duration=20m")
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["iss"] == ISSUER
    assert claims["sub"] == "system:serviceaccount:default:default"
    assert claims["aud"] == ["api://AzureADTokenExchange"]
    assert claims["exp"] - claims["iat"] == 1200


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        pytest.param("create token none", 'serviceaccounts "none" not found', id="no-account"),
        pytest.param(
            "create token default --duration=5m", "may not specify a duration less than 10 minutes", id="short"
        ),
    ],
)
async def test_refuses_tokens(kubectl: Kubectl, command: str, complaint: str) -> None:
    assert complaint in await kubectl.refused(command)


async def test_takes_its_own_tokens_and_refuses_others(
    kubectl: Kubectl, cluster: KubernetesServer, tmp_path: Path
) -> None:
    token = (await kubectl("create token default")).strip()
    trusted = cluster.kubeconfig()
    account = kubectl.elsewhere(tmp_path / "account", trusted.replace(cluster.admin_token, token))
    assert "system:serviceaccount:default:default" in await account("auth whoami")
    nobody = kubectl.elsewhere(tmp_path / "nobody", trusted.replace(cluster.admin_token, f"{token}x"))
    assert "You must be logged in" in await nobody.refused("get secrets")


async def test_accounts_may_do_what_roles_say(kubectl: Kubectl) -> None:
    await kubectl("create role reader --verb=get,list --resource=secrets")
    await kubectl("create rolebinding reader --role=reader --serviceaccount=default:default")
    acting = "--as=system:serviceaccount:default:default"
    assert (await kubectl(f"auth can-i list secrets {acting}")).strip() == "yes"
    assert "no" in (await kubectl.run("auth", "can-i", "delete", "secrets", acting)).out
    assert await kubectl(f"get secrets {acting} -o name") == ""
    refused = await kubectl.refused(f"get pods {acting}")
    assert 'cannot list resource "pods" in API group "" in the namespace "default"' in refused
