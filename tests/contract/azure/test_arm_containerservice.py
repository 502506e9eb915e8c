"""Managed clusters and identity bindings by the unmodified azure-mgmt-containerservice."""

from typing import Any

from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.containerservice.aio import ContainerServiceClient as AsyncContainerServiceClient
from azure.mgmt.containerservice.models import (
    IdentityBinding,
    IdentityBindingManagedIdentityProfile,
    IdentityBindingProperties,
    ManagedCluster,
    ManagedClusterOIDCIssuerProfile,
    ManagedClusterProperties,
    ManagedClusterSecurityProfile,
    ManagedClusterSecurityProfileWorkloadIdentity,
    TagsObject,
)

from tests.fakes import arm_clients, lab_arm
from tests.fakes.azure_world import World


def _cluster(issuer: bool = True) -> ManagedCluster:
    return ManagedCluster(
        location="westeurope",
        properties=ManagedClusterProperties(
            dns_prefix="one",
            oidc_issuer_profile=ManagedClusterOIDCIssuerProfile(enabled=issuer),
            security_profile=ManagedClusterSecurityProfile(
                workload_identity=ManagedClusterSecurityProfileWorkloadIdentity(enabled=issuer)
            ),
        ),
    )


async def test_a_cluster_tells_its_issuer(world: World) -> None:
    client: Any = arm_clients.blocking(world, ContainerServiceClient)

    def work() -> None:
        clusters = client.managed_clusters
        made = clusters.begin_create_or_update("rg", "aks-one", _cluster()).result()
        assert made.properties.oidc_issuer_profile.issuer_url.startswith("https://westeurope.oic.prod-aks.azure.com/")
        assert made.properties.security_profile.workload_identity.enabled is True
        off = arm_clients.refused(lambda: clusters.begin_create_or_update("rg", "aks-one", _cluster(False)).result())
        assert off == (400, "BadRequest")
        (config,) = clusters.list_cluster_user_credentials("rg", "aks-one").kubeconfigs
        assert (config.name, b"current-context: aks-one" in config.value) == ("clusterUser", True)
        tagged = clusters.begin_update_tags("rg", "aks-one", TagsObject(tags={"a": "b"})).result()
        assert tagged.tags == {"a": "b"}
        assert [each.name for each in clusters.list()] == ["aks-one"]
        assert [each.name for each in clusters.list_by_resource_group("rg")] == ["aks-one"]
        clusters.begin_delete("rg", "aks-one").result()
        assert arm_clients.refused(lambda: clusters.get("rg", "aks-one")) == (404, "ResourceNotFound")

    await arm_clients.run(work)


async def test_a_binding_names_its_identity_and_issuer(world: World) -> None:
    client: Any = arm_clients.blocking(world, ContainerServiceClient)
    profile = IdentityBindingManagedIdentityProfile(resource_id=f"{lab_arm.IDENTITIES}/reader")
    binding = IdentityBinding(properties=IdentityBindingProperties(managed_identity=profile))

    def work() -> None:
        client.managed_clusters.begin_create_or_update("rg", "aks-one", _cluster()).result()
        bindings = client.identity_bindings
        made = bindings.begin_create_or_update("rg", "aks-one", "one", binding).result()
        reader = world.azure.directory.identities[0]
        assert made.properties.managed_identity.object_id == reader.principal_id
        assert made.properties.oidc_issuer.oidc_issuer_url
        assert [each.name for each in bindings.list_by_managed_cluster("rg", "aks-one")] == ["one"]
        bindings.begin_delete("rg", "aks-one", "one").result()
        assert arm_clients.refused(lambda: bindings.get("rg", "aks-one", "one"))[0] == 404

    await arm_clients.run(work)


async def test_the_same_by_awaiting(world: World) -> None:
    async with arm_clients.waiting(world, AsyncContainerServiceClient) as client:
        await (await client.managed_clusters.begin_create_or_update("rg", "aks-one", _cluster())).result()
        found = await client.managed_clusters.get("rg", "aks-one")
        assert found.properties.oidc_issuer_profile.enabled is True
