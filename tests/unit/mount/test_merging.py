import pytest

from keyferry.model.errors import SpecError
from keyferry.mount import merging
from tests.fakes.mount_stage import request, spec


def test_the_pods_attributes_lie_over_the_classs_parameters() -> None:
    asked = request(attributes={"secretProviderClass": "secrets", "keyvaultName": "other", "clientID": "c"})
    mount = merging.mount_of(spec(parameters={"keyvaultName": "kv", "objects": "o"}, fallback_vaults=("b",)), asked)
    assert mount.parameters == {
        "keyvaultName": "other",
        "objects": "o",
        "clientID": "c",
        "secretProviderClass": "secrets",
    }
    assert (mount.provider, mount.class_name, mount.pod) == ("azure", "secrets", asked.pod)
    assert mount.fallback_vaults == ("b",)


@pytest.mark.parametrize("name", ["useVMManagedIdentity", "cloudEnvFileName", "userAssignedIdentityID"])
def test_a_pod_cannot_borrow_the_nodes_identity(name: str) -> None:
    with pytest.raises(SpecError, match=name):
        merging.mount_of(spec(), request(attributes={name: "true"}))


def test_a_pod_cannot_widen_what_the_nodes_identity_reads() -> None:
    lent = spec(parameters={"useVMManagedIdentity": "true", "keyvaultName": "kv", "objects": "o"})
    with pytest.raises(SpecError, match="may not set objects"):
        merging.mount_of(lent, request(attributes={"objects": "others"}))


def test_another_vendors_attributes_are_its_own_business() -> None:
    mount = merging.mount_of(spec(provider="vendor"), request(attributes={"cloudName": "x"}))
    assert mount.parameters["cloudName"] == "x"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        pytest.param({"provider": ""}, "provider", id="no-provider"),
        pytest.param({"parameters": {}}, "parameters", id="no-parameters"),
    ],
)
def test_a_class_needs_a_provider_and_parameters(fields: dict[str, object], word: str) -> None:
    with pytest.raises(SpecError, match=word):
        merging.mount_of(spec(**fields), request())
