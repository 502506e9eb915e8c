"""keyferry.spec.estate.resource_groups"""

from typing import Any

import pytest

from tests.fakes.estate_documents import SUBSCRIPTION, azure, problems

THERE = {"existing": {"resourceGroup": "RG"}}
AKS = {"aks": {"name": "aks", "resourceGroup": "rg"}}


def told(noun: str) -> list[str]:
    return [
        (
            f"spec.azure.resourceGroup.existing: must be true: {noun} is in this group, so it is there already "
            "(write `existing: true`, or name a group of its own for what is made)"
        )
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, [], id="elsewhere"),
        pytest.param({"cluster": AKS}, told("the cluster"), id="cluster"),
        pytest.param({"cluster": {"aks": {"name": "aks", "create": {}}}}, [], id="a-cluster-to-make"),
        pytest.param({"vaults": [{"name": "kv-a"} | THERE]}, told('vault "kv-a"'), id="vault"),
        pytest.param(
            {"vaults": [{"name": "kv-a", "existing": {"resourceGroup": "rg", "subscriptionId": SUBSCRIPTION.upper()}}]},
            told('vault "kv-a"'),
            id="vault-of-this-subscription-by-name",
        ),
        pytest.param(
            {
                "vaults": [
                    {
                        "name": "kv-a",
                        "existing": {"resourceGroup": "rg", "subscriptionId": SUBSCRIPTION.replace("1", "2")},
                    }
                ]
            },
            [],
            id="vault-of-another-subscription",
        ),
        pytest.param({"identities": [{"name": "id-a"} | THERE]}, told('identity "id-a"'), id="identity"),
        pytest.param({"cluster": AKS, "identities": [{"name": "id-a"} | THERE]}, told("the cluster"), id="told-once"),
        pytest.param(
            {"cluster": AKS, "azure": azure(resourceGroup={"name": "rg", "existing": True})},
            [],
            id="a-group-that-is-there",
        ),
        pytest.param(
            {"cluster": AKS, "azure": azure(resourceGroup={})},
            ["spec.azure.resourceGroup.name: is missing (add it)"],
            id="no-name",
        ),
    ],
)
def test_a_group_to_make_holds_nothing_yet(spec: dict[str, Any], expected: list[str]) -> None:
    assert problems(**spec) == expected
