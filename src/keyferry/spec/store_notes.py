"""What a store says in vain: fields that the API takes and that change nothing here. Pure.

Called by secret_store: its status and its review tell them, and nothing is refused for them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.spec.problems import Problem
from keyferry.spec.store_rules import AZURE, reads_client_id

_REMOVE: Final = "remove it"
_ENDPOINTS: Final = {
    "keyVaultEndpoint": "the vault itself says for which audience it takes tokens",
    "keyVaultDNSSuffix": "vaultUrl is the whole address",
    "resourceManagerEndpoint": "Azure Resource Manager is not asked",
}


def notes(spec: Mapping[str, Any], *, of_the_cluster: bool) -> tuple[Problem, ...]:
    """Return a note for each field of a checked spec that has no effect."""
    azure = spec.get("provider", {}).get("azurekv", {})
    return (*_of_the_store(spec, of_the_cluster), *(_of_the_provider(azure) if "authType" in azure else ()))


def _of_the_store(spec: Mapping[str, Any], of_the_cluster: bool) -> Iterator[Problem]:
    if "retrySettings" in spec:
        yield _vain("spec.retrySettings", "on Azure Key Vault, whose own words say when to try again")
    if spec.get("conditions") and not of_the_cluster:
        yield _vain("spec.conditions", "on a SecretStore, which serves its own namespace alone")


def _of_the_provider(azure: Mapping[str, Any]) -> Iterator[Problem]:
    auth_type = azure.get("authType")
    if "identityId" in azure and auth_type != "ManagedIdentity":
        yield _vain(f"{AZURE}.identityId", f"with authType {auth_type}")
    if "serviceAccountRef" in azure and auth_type != "WorkloadIdentity":
        yield _vain(f"{AZURE}.serviceAccountRef", f"with authType {auth_type}")
    if "authSecretRef" in azure and not _counts(azure):
        yield _vain(f"{AZURE}.authSecretRef", _why_not(azure))
    for name, reason in _ENDPOINTS.items():
        if name in azure.get("customCloudConfig", {}):
            yield _vain(f"{AZURE}.customCloudConfig.{name}", f"because {reason}")


def _counts(azure: Mapping[str, Any]) -> bool:
    match azure.get("authType"):
        case "ServicePrincipal":
            return True
        case "WorkloadIdentity":
            return reads_client_id(azure)
        case _:
            return False


def _why_not(azure: Mapping[str, Any]) -> str:
    if azure.get("authType") == "WorkloadIdentity":
        return "with useAzureSDK" if "serviceAccountRef" in azure else "without serviceAccountRef"
    return f"with authType {azure.get('authType')}"


def _vain(path: str, why: str) -> Problem:
    return Problem(path=path, message=f"has no effect {why}", remedy=_REMOVE)
