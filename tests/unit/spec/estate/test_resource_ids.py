"""keyferry.spec.estate.resource_ids"""

import pytest

from keyferry.spec.estate import resource_ids as ids
from tests.fakes.estate_documents import NETWORK, SUBNET, WORKSPACE, ZONE


@pytest.mark.parametrize(
    ("text", "resource_type", "is_fine"),
    [
        pytest.param(SUBNET, ids.SUBNET, True, id="subnet"),
        pytest.param(SUBNET.lower(), ids.SUBNET, True, id="subnet-in-lower-case"),
        pytest.param(SUBNET.upper(), ids.SUBNET, True, id="subnet-in-upper-case"),
        pytest.param(NETWORK, ids.NETWORK, True, id="network"),
        pytest.param(ZONE, ids.DNS_ZONE, True, id="zone"),
        pytest.param(WORKSPACE, ids.WORKSPACE, True, id="workspace"),
        pytest.param(NETWORK, ids.SUBNET, False, id="another-type"),
        pytest.param(SUBNET + "/x", ids.SUBNET, False, id="more"),
        pytest.param(SUBNET + "/", ids.SUBNET, False, id="a-last-slash"),
        pytest.param("nodes", ids.SUBNET, False, id="a-name"),
        pytest.param(SUBNET.replace("-0000-4000", ""), ids.SUBNET, False, id="no-subscription"),
    ],
)
def test_ids(text: str, resource_type: str, is_fine: bool) -> None:
    complaint = ids.rule(resource_type)(text)
    assert (complaint is None) is is_fine
    assert ids.node("A.", resource_type).pattern.startswith("^/")


def test_the_remedy_shows_the_form() -> None:
    complaint = ids.rule(ids.SUBNET)("hunter2")
    assert complaint is not None
    assert complaint.message == "is not the id of one of Azure's subnets"
    example = "/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME"
    assert complaint.remedy == f"copy the whole id, such as {example}"


def test_the_network_of_a_subnet() -> None:
    assert ids.network_of(SUBNET) == NETWORK
    assert ids.network_of(SUBNET.replace("/subnets/", "/Subnets/")) == NETWORK
