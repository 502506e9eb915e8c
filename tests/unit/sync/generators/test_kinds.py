import pytest

from keyferry.sync.generators import kinds


@pytest.mark.parametrize(
    ("kind", "name", "namespaced"),
    [
        pytest.param("Password", "passwords.generators.external-secrets.io", True, id="password"),
        pytest.param("UUID", "uuids.generators.external-secrets.io", True, id="uuid"),
        pytest.param("ACRAccessToken", "acraccesstokens.generators.external-secrets.io", True, id="acr"),
        pytest.param("ClusterGenerator", "clustergenerators.generators.external-secrets.io", False, id="cluster"),
    ],
)
def test_names(kind: str, name: str, namespaced: bool) -> None:
    resource = kinds.RESOURCES[kind]
    assert (str(resource), resource.namespaced, resource.version) == (name, namespaced, "v1alpha1")
