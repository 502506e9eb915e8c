"""`azure` and `cluster` as types, and what takes more than one of their fields to see. Called by parsing."""

from typing import Final

from keyferry.spec.estate import directory_ids, regions
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Azure, Cloud, Cluster, ExistingAks, NewAks, OidcCluster, ResourceGroup

MAX_TAGS: Final = 50
MAX_TAG_NAME: Final = 512
_FORBIDDEN_IN_TAGS: Final = frozenset("<>%&\\?/")
_RESERVED_TAGS: Final = ("azure", "microsoft", "windows")
_OF_EXISTING: Final = {
    "resourceGroup": "remove it: azure.resourceGroup is where it is made",
    "issuer": "remove it: Azure gives the cluster one",
}


def azure(draft: Draft, notes: Notes) -> Azure:
    """Return what `azure` says."""
    for field in ("tenantId", "subscriptionId"):
        if draft.text(field) == directory_ids.NOBODY:
            notes.add(draft, field, "is nobody's id", "copy it from `az account show`")
    _check_tags(draft, notes)
    cloud, location = Cloud(draft.text("cloud", Cloud.PUBLIC)), draft.text("location")
    if not regions.is_of(location, cloud):
        notes.add(draft, "location", f"is no region of {cloud}", "correct it, or `cloud`")
    group = draft.part("resourceGroup")
    return Azure(
        cloud=cloud,
        tenant_id=draft.text("tenantId").lower(),
        subscription_id=draft.text("subscriptionId").lower(),
        location=location,
        resource_group=ResourceGroup(name=group.text("name"), is_existing=group.flag("existing")),
        tags=dict(draft.part("tags").content),
    )


def cluster(draft: Draft, notes: Notes) -> Cluster:
    """Return the one cluster that `cluster` names; where none could be read, one without a name."""
    if draft.has("oidc"):
        oidc = draft.part("oidc")
        return OidcCluster(name=oidc.text("name"), issuer=oidc.text("issuer"))
    aks = draft.part("aks")
    if not aks.has("create"):
        if draft.has("aks") and not aks.has("resourceGroup"):
            notes.add(aks, "resourceGroup", "is missing", "name the cluster's resource group, or write `create: {}`")
        return ExistingAks(name=aks.text("name"), resource_group=aks.text("resourceGroup"), issuer=aks.text("issuer"))
    return _made(aks, notes)


def _made(aks: Draft, notes: Notes) -> NewAks:
    for field, remedy in _OF_EXISTING.items():
        if aks.has(field):
            notes.add(aks, field, "does not go with `create`", remedy)
    create = aks.part("create")
    return NewAks(
        name=aks.text("name"),
        kubernetes_version=create.text("kubernetesVersion"),
        vm_size=create.text("vmSize"),
        node_count=create.number("nodeCount"),
        admin_group_ids=directory_ids.read(create, "adminGroupIds", notes),
    )


def _check_tags(draft: Draft, notes: Notes) -> None:
    """https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations."""
    tags = draft.part("tags")
    if len(tags.content) > MAX_TAGS:
        notes.add(draft, "tags", f"are {len(tags.content)}, and a resource has at most {MAX_TAGS}", "remove some")
    seen: set[str] = set()
    for name in tags.content:
        fault = _tag_fault(name)
        if name.lower() in seen:
            fault = "is there in another case, which Azure does not tell apart"
        seen.add(name.lower())
        if fault:
            notes.add(draft, f"tags[{name[:40]}]", fault, "rename or remove it")


def _tag_fault(name: str) -> str:
    if not 0 < len(name) <= MAX_TAG_NAME:
        return f"has a name of {len(name)} characters, and Azure takes 1 to {MAX_TAG_NAME}"
    if _FORBIDDEN_IN_TAGS & set(name):
        return "has one of < > % & \\ ? / in its name, which Azure refuses"
    return "begins with a word that Azure keeps for itself" if name.lower().startswith(_RESERVED_TAGS) else ""
