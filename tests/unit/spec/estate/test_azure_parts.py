"""keyferry.spec.estate.azure_parts"""

from typing import Any

import pytest

from keyferry.spec.estate.estate import Azure, Cloud, Cluster, ExistingAks, NewAks, OidcCluster, ResourceGroup
from tests.fakes.estate_documents import SUBSCRIPTION, TENANT, azure, estate, problems

CREATE = {"kubernetesVersion": "1.33", "vmSize": "Standard_B2ms", "nodeCount": 1, "adminGroupIds": [TENANT]}


def test_azure_with_defaults() -> None:
    assert estate(azure=azure(tenantId=TENANT.upper())).azure == Azure(
        cloud=Cloud.PUBLIC,
        tenant_id=TENANT,
        subscription_id=SUBSCRIPTION,
        location="westeurope",
        resource_group=ResourceGroup(name="rg", is_existing=False),
        tags={},
    )


def test_azure_with_everything() -> None:
    group = {"name": "rg", "existing": True}
    found = estate(
        azure=azure(cloud="ChinaCloud", location="chinanorth3", resourceGroup=group, tags={"team": "a"})
    ).azure
    assert (found.cloud, found.resource_group.is_existing, found.tags) == (Cloud.CHINA, True, {"team": "a"})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            {"aks": {"name": "a", "resourceGroup": "g"}}, ExistingAks(name="a", resource_group="g"), id="existing"
        ),
        pytest.param(
            {"aks": {"name": "a", "resourceGroup": "g", "issuer": "https://i.example/"}},
            ExistingAks(name="a", resource_group="g", issuer="https://i.example/"),
            id="existing-whose-issuer-is-known",
        ),
        pytest.param(
            {"aks": {"name": "a", "create": {}}},
            NewAks(name="a", kubernetes_version="", vm_size="Standard_D2s_v5", node_count=3),
            id="new",
        ),
        pytest.param(
            {"aks": {"name": "a", "create": CREATE}},
            NewAks(
                name="a", kubernetes_version="1.33", vm_size="Standard_B2ms", node_count=1, admin_group_ids=(TENANT,)
            ),
            id="new-in-detail",
        ),
        pytest.param(
            {"oidc": {"name": "a", "issuer": "https://i.example/"}},
            OidcCluster(name="a", issuer="https://i.example/"),
            id="issuer-with-its-last-slash",
        ),
        pytest.param(
            {"oidc": {"name": "a", "issuer": "https://i.example"}},
            OidcCluster(name="a", issuer="https://i.example"),
            id="issuer-without-a-last-slash",
        ),
    ],
)
def test_clusters(written: dict[str, Any], expected: Cluster) -> None:
    assert estate(cluster=written).cluster == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"azure": azure(tenantId="00000000-0000-0000-0000-000000000000")},
            ["spec.azure.tenantId: is nobody's id (copy it from `az account show`)"],
            id="nobodys-id",
        ),
        pytest.param(
            {"azure": azure(location="usgovvirginia")},
            ["spec.azure.location: is no region of PublicCloud (correct it, or `cloud`)"],
            id="region-of-another-cloud",
        ),
        pytest.param({"azure": azure(location=None)}, ["spec.azure.location: is missing (add it)"], id="no-location"),
        pytest.param(
            {"azure": azure(cloud="Public")},
            [
                (
                    "spec.azure.cloud: is not one of PublicCloud, USGovernmentCloud, ChinaCloud "
                    '(did you mean "PublicCloud"?)'
                )
            ],
            id="no-cloud",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a"}}},
            ["spec.cluster.aks.resourceGroup: is missing (name the cluster's resource group, or write `create: {}`)"],
            id="neither-group-nor-create",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "resourceGroup": "g", "create": {}}}},
            [
                (
                    "spec.cluster.aks.resourceGroup: does not go with `create` "
                    "(remove it: azure.resourceGroup is where it is made)"
                )
            ],
            id="group-and-create",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "issuer": "https://i.example/", "create": {}}}},
            ["spec.cluster.aks.issuer: does not go with `create` (remove it: Azure gives the cluster one)"],
            id="issuer-and-create",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "create": {"adminGroupIds": [TENANT, TENANT.upper()]}}}},
            ["spec.cluster.aks.create.adminGroupIds[1]: is there twice (remove one of them)"],
            id="a-group-twice",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "create": {"nodeCount": 0}}}},
            ["spec.cluster.aks.create.nodeCount: must be at least 1 and at most 1000 (change the number)"],
            id="no-node",
        ),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "create": {"kubernetesVersion": 1.33}}}},
            ["spec.cluster.aks.create.kubernetesVersion: must be text, and is a number (put it in quotes)"],
            id="version-as-a-number",
        ),
        pytest.param({"cluster": {}}, ["spec.cluster: must have one of aks, oidc (add one of them)"], id="no-cluster"),
        pytest.param({"cluster": None}, ["spec.cluster: is missing (add it)"], id="nothing-of-a-cluster"),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "create": {}}, "oidc": {"name": "a", "issuer": "https://i.example"}}},
            ["spec.cluster: has aks, oidc, where 1 is allowed (keep one of them)"],
            id="two-clusters",
        ),
        pytest.param(
            {"azure": azure(tags={"a/b": "x", "Azure-x": "x", "t": "x", "T": "x", "": "x"})},
            [
                (
                    "spec.azure.tags[a/b]: has one of < > % & \\ ? / in its name, which Azure refuses "
                    "(rename or remove it)"
                ),
                "spec.azure.tags[Azure-x]: begins with a word that Azure keeps for itself (rename or remove it)",
                "spec.azure.tags[T]: is there in another case, which Azure does not tell apart (rename or remove it)",
                "spec.azure.tags[]: has a name of 0 characters, and Azure takes 1 to 512 (rename or remove it)",
            ],
            id="tags",
        ),
        pytest.param(
            {"azure": azure(tags={f"t{number}": "x" for number in range(51)})},
            ["spec.azure.tags: are 51, and a resource has at most 50 (remove some)"],
            id="too-many-tags",
        ),
        pytest.param(
            {"azure": azure(tags={"t": "x" * 257})},
            ["spec.azure.tags[t]: has 257 characters, 256 are allowed (shorten it)"],
            id="long-tag",
        ),
    ],
)
def test_problems(spec: dict[str, Any], expected: list[str]) -> None:
    assert problems(**spec) == expected
