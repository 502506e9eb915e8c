"""A site's Namespace, ServiceAccount, and the Role for who deploys into it. Pure. Called by manifests.sites."""

from typing import Final

from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, ES_GROUP, SECRETS_STORE_GROUP, TENANT_ID_ANNOTATION
from keyferry.provision.manifests.placement import PART_OF_LABEL, Document, Placement
from keyferry.spec.estate.sites import Delivery

# What the namespace's pods should keep to is told, and not enforced: keyferry does not know the applications.
# https://kubernetes.io/docs/concepts/security/pod-security-admission/
_POD_SECURITY: Final = {"pod-security.kubernetes.io/warn": "restricted"}


def namespace(placement: Placement) -> Document:
    """Return the Namespace. It may hold several sites, so it has the estate's label alone."""
    labels = {PART_OF_LABEL: placement.estate, **_POD_SECURITY}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": placement.site.namespace, "labels": labels},
    }


def service_account(placement: Placement) -> Document:
    """Return the ServiceAccount that stands for the site's identity; its tenant is told where it is not the estate's.

    https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations
    """
    annotations = {CLIENT_ID_ANNOTATION: placement.identity.client_id}
    if placement.identity.tenant_id != placement.tenant_id:
        annotations[TENANT_ID_ANNOTATION] = placement.identity.tenant_id
    metadata = placement.metadata(placement.site.service_account)
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**metadata, "annotations": annotations}}


def role(placement: Placement) -> Document:
    """Return a Role to see how the site's secrets are delivered and to ask for a refresh. It reads no Secret.

    Nothing is bound to it: whoever runs the cluster binds those who deploy the site.
    """
    rules: list[Document] = []
    if placement.site.delivered(Delivery.SECRET):
        rules.append(_looks(ES_GROUP, "externalsecrets", "secretstores"))
        named = {"resourceNames": [placement.site.name], "verbs": ["patch"]}
        rules.append({"apiGroups": [ES_GROUP], "resources": ["externalsecrets"], **named})
    if placement.site.delivered(Delivery.FILES):
        rules.append(_looks(SECRETS_STORE_GROUP, "secretproviderclasses", "secretproviderclasspodstatuses"))
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": placement.metadata(f"{placement.site.name}-deployer"),
        "rules": rules,
    }


def _looks(group: str, *resources: str) -> Document:
    return {"apiGroups": [group], "resources": list(resources), "verbs": ["get", "list", "watch"]}
