from typing import Any

import pytest

from keyferry.lab.kubernetes.admission import addresses
from keyferry.lab.kubernetes.admission.addresses import NowhereError
from keyferry.lab.kubernetes.admission.hooks import Hook
from tests.fakes.kubernetes_cluster import FakeCluster
from tests.fakes.webhooks import hook

SERVICES = "/api/v1/namespaces/default/services"


def _hook(**config: Any) -> Hook:
    return Hook(configuration="a", index=0, document=hook("one", clientConfig=config, timeoutSeconds=7))


def _cluster(*, service: bool = False, port: int = 0) -> FakeCluster:
    cluster = FakeCluster()
    if service:
        body = {"metadata": {"name": "guard"}, "spec": {"ports": [{"port": 443}]}}
        assert cluster.post(SERVICES, body).status == 201
    if port:
        cluster.api.lead("default", "guard", port)
    return cluster


def test_by_url_the_timeout_is_told() -> None:
    ask = addresses.ask(_hook(url="https://127.0.0.1:9/x"), b"body", _cluster().api.cluster.world)
    assert (ask.url, ask.address, ask.timeout_seconds) == ("https://127.0.0.1:9/x?timeout=7s", None, 7)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        pytest.param({"path": "/check"}, "https://guard.default.svc:443/check?timeout=7s", id="path"),
        pytest.param({"port": 8443}, "https://guard.default.svc:8443/?timeout=7s", id="port"),
    ],
)
def test_behind_a_service_it_is_named_as_in_the_cluster(fields: dict[str, Any], url: str) -> None:
    there = _hook(service={"name": "guard", "namespace": "default", **fields})
    ask = addresses.ask(there, b"body", _cluster(service=True, port=1234).api.cluster.world)
    assert (ask.url, ask.address) == (url, ("127.0.0.1", 1234))


@pytest.mark.parametrize(
    ("service", "port", "why"),
    [
        pytest.param(False, 1234, 'service "guard" not found', id="no-service"),
        pytest.param(True, 0, 'no endpoints available for service "guard"', id="nobody-behind-it"),
    ],
)
def test_a_service_may_lead_nowhere(service: bool, port: int, why: str) -> None:
    there = _hook(service={"name": "guard", "namespace": "default"})
    with pytest.raises(NowhereError, match=why):
        addresses.ask(there, b"", _cluster(service=service, port=port).api.cluster.world)
