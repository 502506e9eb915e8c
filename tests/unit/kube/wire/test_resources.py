import pytest

from keyferry.kube.wire import resources
from keyferry.kube.wire.resources import Resource


@pytest.mark.parametrize(
    ("resource", "api_version", "name"),
    [
        pytest.param(resources.SECRETS, "v1", "secrets", id="core"),
        pytest.param(resources.LEASES, "coordination.k8s.io/v1", "leases.coordination.k8s.io", id="group"),
    ],
)
def test_names(resource: Resource, api_version: str, name: str) -> None:
    assert (resource.api_version, str(resource)) == (api_version, name)
