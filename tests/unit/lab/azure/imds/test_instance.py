import pytest

from keyferry.lab.azure.clouds import CLOUDS
from keyferry.lab.azure.imds import instance
from keyferry.lab.azure.imds.answers import RefusedError
from tests.fakes import lab_azure

MACHINE = lab_azure.azure(machine={"name": "node", "resourceGroup": "rg-nodes"}).directory.machine
DOCUMENT = instance.document(MACHINE, CLOUDS[1])


def test_tells_where_the_machine_is() -> None:
    compute = DOCUMENT["compute"]
    assert (compute["name"], compute["resourceGroupName"]) == ("node", "rg-nodes")
    assert compute["azEnvironment"] == "AzureUSGovernmentCloud"
    assert f"/subscriptions/{compute['subscriptionId']}/" in compute["resourceId"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param((), DOCUMENT, id="whole"),
        pytest.param(("compute", "location"), "westeurope", id="one-value"),
        pytest.param(("network",), {"interface": []}, id="a-part"),
    ],
)
def test_gives_a_part(path: tuple[str, ...], expected: object) -> None:
    assert instance.part(DOCUMENT, path) == expected


@pytest.mark.parametrize("path", [("none",), ("compute", "name", "deeper")])
def test_refuses_a_path_that_leads_nowhere(path: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refusal:
        instance.part(DOCUMENT, path)
    assert refusal.value.status == 404
