"""Values of the root module's variables: a plain estate, and its parts."""

from typing import Any, Final

from tests.fakes.terraform_cloud import ISSUER, SUBSCRIPTION

TENANT: Final = "99999999-9999-4999-8999-999999999999"
NETWORK: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/hub"
WORKSPACE: Final = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs"
)


def estate(**changes: Any) -> dict[str, Any]:
    """Three sites on a cluster that is no AKS, with one vault; `changes` replace whole variables."""
    values: dict[str, Any] = {
        "estate": {
            "name": "shops",
            "tenant_id": TENANT,
            "subscription_id": SUBSCRIPTION,
            "location": "westeurope",
            "resource_group": {"name": "rg-shops"},
        },
        "cluster": {"kind": "oidc", "name": "prod", "issuer": ISSUER},
        "vaults": {"shared-kv": {"network": {"open": True}}},
        "identities": {f"shops-site-{letter}": {} for letter in "abc"},
        "sites": {f"site-{letter}": site(letter) for letter in "abc"},
    }
    return {**values, **changes}


def site(letter: str, vault: str = "shared-kv", **changes: Any) -> dict[str, Any]:
    """One site, which reads one secret of the vault."""
    return {
        "namespace": f"site-{letter}",
        "service_account": f"site-{letter}-sa",
        "identity": f"shops-site-{letter}",
        "grants": dict([grant(vault, "secrets_user", "secrets", f"db-{letter}")]),
    } | changes


def grant(vault: str, role: str, object_type: str = "", name: str = "") -> tuple[str, dict[str, Any]]:
    """One grant, by the key that keyferry gives it."""
    key = "/".join(part for part in (vault, role, object_type, name) if part)
    return key, {"vault": vault, "role": role, "object_type": object_type, "object": name}
