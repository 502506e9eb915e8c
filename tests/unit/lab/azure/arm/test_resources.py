import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import READER, content

RESOURCES = f"{lab_arm.ROOT}/resources"


@pytest.mark.parametrize(
    ("path", "filter_", "names"),
    [
        pytest.param(RESOURCES, "", {"kv-one", "kv-two", "reader", "officer", "loner"}, id="all"),
        pytest.param(f"{lab_arm.GROUP}/resources", "", {"kv-one", "kv-two", "reader", "officer"}, id="of-a-group"),
        pytest.param(RESOURCES, "resourceType eq 'Microsoft.KeyVault/vaults'", {"kv-one", "kv-two"}, id="of-a-type"),
        pytest.param(RESOURCES, "name eq 'READER' and resourceGroup eq 'rg'", {"reader"}, id="by-name"),
        pytest.param(RESOURCES, "location eq 'eastus'", set(), id="by-location"),
        pytest.param(RESOURCES, "tagName eq 'team'", {"reader"}, id="by-tag"),
        pytest.param(RESOURCES, "tagName eq 'team' and tagValue eq 'a'", {"reader"}, id="by-tag-and-value"),
        pytest.param(RESOURCES, "tagName eq 'team' and tagValue eq 'b'", set(), id="by-tag-and-another-value"),
    ],
)
def test_resources_are_listed(path: str, filter_: str, names: set[str]) -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PATCH", f"{lab_arm.IDENTITIES}/reader", body={"tags": {"team": "a"}})
    answer = content(call("GET", path, filter=filter_))
    assert {each["name"] for each in answer["value"]} == names


def test_a_caller_sees_what_it_may_read() -> None:
    assert content(lab_arm.caller(lab_arm.world(), READER)("GET", RESOURCES))["value"] == []


def test_an_unknown_filter_is_refused() -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", RESOURCES, filter="moon eq 'x'")
    assert lab_arm.error(answer) == (400, "InvalidFilterInQueryString")
