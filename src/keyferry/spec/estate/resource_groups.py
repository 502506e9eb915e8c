"""A resource group that is to be made holds nothing that is there already. Called by parsing."""

from collections.abc import Iterator

from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Azure


def check(spec: Draft, azure: Azure, notes: Notes) -> None:
    """Note that the group is there where something existing is said to be in it: making it would fail."""
    group = azure.resource_group
    if group.is_existing or not group.name:
        return
    for existing, noun in _existing(spec, azure.subscription_id):
        if existing.text("resourceGroup").lower() == group.name.lower():
            message = f"must be true: {noun} is in this group, so it is there already"
            remedy = "write `existing: true`, or name a group of its own for what is made"
            notes.add(spec.part("azure").part("resourceGroup"), "existing", message, remedy)
            return


def _existing(spec: Draft, subscription_id: str) -> Iterator[tuple[Draft, str]]:
    """Yield whatever says that it is in a group that is there, of this subscription."""
    aks = spec.part("cluster").part("aks")
    if not aks.has("create"):
        yield aks, "the cluster"
    for field, noun in (("vaults", "vault"), ("identities", "identity")):
        for draft in spec.parts(field):
            existing = draft.part("existing")
            if existing.text("subscriptionId", subscription_id).lower() == subscription_id:
                name = draft.text("name")
                yield existing, f'{noun} "{name}"'
