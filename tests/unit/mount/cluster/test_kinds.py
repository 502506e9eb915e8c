import pytest

from keyferry.kube.wire.resources import Resource
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        pytest.param(CLASSES, "secretproviderclasses.secrets-store.csi.x-k8s.io", id="classes"),
        pytest.param(POD_STATUSES, "secretproviderclasspodstatuses.secrets-store.csi.x-k8s.io", id="pod-statuses"),
    ],
)
def test_names_are_those_of_the_secrets_store_api(resource: Resource, name: str) -> None:
    assert str(resource) == name
    assert resource.api_version == "secrets-store.csi.x-k8s.io/v1"
    assert resource.namespaced
