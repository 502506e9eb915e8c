"""The token proxy's name in TLS, and what is said where a binding is missing."""

import pytest

from keyferry.identity.federation import Rejection, explain_binding, proxy_name
from keyferry.model.identity import BoundIdentity, ClientId, ServiceAccountRef, TenantId
from tests.fakes.token_proxy import CLUSTER, SERVER_NAME

IDENTITY = BoundIdentity(
    tenant_id=TenantId("t"),
    client_id=ClientId("c1"),
    service_account=ServiceAccountRef(namespace="app", name="api"),
    authority_host="https://h",
)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        pytest.param(
            ["kubernetes", "10.0.0.1", f"hcp-kubernetes.{CLUSTER}.svc.cluster.local"], SERVER_NAME, id="of-aks"
        ),
        pytest.param([], "", id="no-names"),
        pytest.param(["kubernetes.default.svc", "rke2.example.com"], "", id="another-cluster"),
        pytest.param([f"x.hcp-kubernetes.{CLUSTER}.svc.cluster.local"], "", id="something-before"),
        pytest.param([f"hcp-kubernetes.{CLUSTER}.svc.cluster.local.example.com"], "", id="something-behind"),
        pytest.param(["hcp-kubernetes..svc.cluster.local"], "", id="no-id"),
        pytest.param(["hcp-kubernetes.a.b.svc.cluster.local"], "", id="two-labels"),
    ],
)
def test_computes_the_proxys_name_from_the_control_planes(names: list[str], name: str) -> None:
    assert proxy_name(names) == name


@pytest.mark.parametrize(
    ("code", "cause"),
    [pytest.param(700016, "AADSTS700016: no such client", id="code"), pytest.param(0, "no such client", id="no-code")],
)
def test_a_refusal_names_the_binding_and_the_role(code: int, cause: str) -> None:
    error = explain_binding(Rejection(code=code, description="no such client. Trace ID: 1"), IDENTITY)

    assert error.cause == cause
    assert "use-managed-identity on the resource c1 of cid.wi.aks.azure.com" in error.remedy
    assert "bound to ServiceAccount app/api" in error.remedy
    assert str(error.where) == "ServiceAccount app/api"
