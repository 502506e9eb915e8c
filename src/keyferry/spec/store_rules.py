"""What the fields of a SecretStore ask of each other. Called by secret_store's parse, after each field was checked.

The rules are External Secrets Operator's, those of its webhook and those that it finds only when it asks Azure, which
are marked as ours: https://external-secrets.io/latest/provider/azure-key-vault/. They are told here, before anybody is
asked.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from keyferry.model.errors import foreign
from keyferry.model.secrets import VaultUrl
from keyferry.model.wellknown import FALLBACK_VAULTS_ANNOTATION, MAX_FALLBACK_VAULTS, USABLE_FROM_ANNOTATION
from keyferry.spec import rules
from keyferry.spec.problems import Problems
from keyferry.spec.schema import Complaint

AZURE: Final = "spec.provider.azurekv"
_SELECTORS: Final = ("clientId", "tenantId", "clientSecret", "clientCertificate")
_FALLBACKS: Final = f"metadata.annotations[{FALLBACK_VAULTS_ANNOTATION}]"
_CHECKED_UPSTREAM: Final = ("clientId", "clientSecret")  # for a foreign namespace, by its webhook
_WITHOUT: Final = "or use authType WorkloadIdentity, which needs no stored credential"


def check(azure: Mapping[str, Any], namespace: str, problems: Problems) -> None:
    """Note what is wrong between the fields of `azurekv`; `namespace` is the store's, "" where nobody knows it."""
    reference = azure.get("authSecretRef", {})
    for name in _SELECTORS:
        if name in reference:
            _check_selector(reference[name], namespace, f"{AZURE}.authSecretRef.{name}", problems)
    match azure.get("authType"):
        case "ServicePrincipal":
            _check_principal(azure, problems)
        case "WorkloadIdentity" if reads_client_id(azure) and "clientId" not in reference:
            problems.add(
                f"{AZURE}.authSecretRef.clientId",
                "is missing, and authSecretRef overrides the ServiceAccount's annotation",
                "add it, or remove authSecretRef",
                is_ours=True,
            )
    _check_cloud(azure, problems)


def advise(azure: Mapping[str, Any], namespace: str, problems: Problems) -> None:
    """Note what works and asks for a second look."""
    account = azure.get("serviceAccountRef", {})
    if namespace and account.get("namespace", namespace) != namespace:
        problems.add(
            f"{AZURE}.serviceAccountRef.namespace",
            f"is another namespace than {namespace}, and its owner must consent",
            f'let the ServiceAccount carry the annotation {USABLE_FROM_ANNOTATION}: "{namespace}"',
            is_ours=True,
        )
    if azure.get("authType") == "ServicePrincipal":
        problems.add(
            f"{AZURE}.authType",
            "is ServicePrincipal, which needs a stored credential",
            "use WorkloadIdentity with a serviceAccountRef, which needs none",
            is_ours=True,
        )


def reads_client_id(azure: Mapping[str, Any]) -> bool:
    """Tell whether the client id of a ServiceAccount comes from a Secret, as upstream without useAzureSDK has it."""
    return "authSecretRef" in azure and "serviceAccountRef" in azure and not azure.get("useAzureSDK")


def fallback_vaults(annotations: Mapping[str, str], vault_url: str, problems: Problems) -> tuple[VaultUrl, ...]:
    """Return the vaults to read from while the store's own is unavailable, in order; note what is wrong with them."""
    found = listed_vaults(annotations, vault_url, problems, vault_address)
    return tuple(VaultUrl(url) for url in found)


def listed_vaults(
    annotations: Mapping[str, str], own: str, problems: Problems, read: Callable[[str], str | Complaint]
) -> tuple[str, ...]:
    """Return the vaults of the annotation, in order and as `read` gives each; note what is wrong with them.

    `own` is the vault that they stand in for, in the same form.
    """
    found: list[str] = []
    for text in re.split(r"[,\s]+", annotations.get(FALLBACK_VAULTS_ANNOTATION, "").strip()):
        vault = read(text) if text else ""
        if isinstance(vault, Complaint):
            problems.add(_FALLBACKS, vault.message, vault.remedy, is_ours=True)
        elif vault:
            found.append(vault)
    for repeated in dict.fromkeys(vault for vault in found if found.count(vault) > 1 or vault == own):
        which = "is the vault that they stand in for" if repeated == own else "occurs twice"
        problems.add(_FALLBACKS, f'"{foreign(repeated)}" {which}', "name each other vault once", is_ours=True)
    if len(found) > MAX_FALLBACK_VAULTS:
        problems.add(_FALLBACKS, f"names {len(found)} vaults", f"name {MAX_FALLBACK_VAULTS} at most", is_ours=True)
    return tuple(found)


def vault_address(text: str) -> str | Complaint:
    """Return the address of a vault in its one form, or what is wrong with it."""
    return rules.vault_url(text) or normalised(text)


def normalised(url: str) -> VaultUrl:
    """Port 443 goes without saying; said, it would fail the vendor's comparison with the vault's challenge."""
    return VaultUrl(f"https://{urlsplit(url).netloc.lower().removesuffix(':443')}")


def _check_selector(selector: Mapping[str, Any], namespace: str, path: str, problems: Problems) -> None:
    """Upstream's webhook lets two of the four pass with a foreign namespace, and its operator then ignores it."""
    for name in ("name", "key"):
        if name not in selector:
            problems.add(f"{path}.{name}", "is missing", "add it", is_ours=True)
    if namespace and selector.get("namespace", namespace) != namespace:
        problems.add(
            f"{path}.namespace",
            f'is "{selector["namespace"]}", and a SecretStore reads Secrets of its own namespace {namespace} alone',
            f"remove it, and store the Secret in {namespace}",
            is_ours=path.rpartition(".")[2] not in _CHECKED_UPSTREAM,
        )


def _check_principal(azure: Mapping[str, Any], problems: Problems) -> None:
    if "tenantId" not in azure:
        problems.add(f"{AZURE}.tenantId", "is missing, and authType ServicePrincipal needs it", "add it", is_ours=True)
    reference = azure.get("authSecretRef")
    if reference is None:
        meant = "write authType: WorkloadIdentity, as serviceAccountRef is there"
        named = f"name the Secret with clientId and clientSecret, {_WITHOUT}"
        problems.add(
            f"{AZURE}.authSecretRef",
            "is missing, and authType ServicePrincipal, the default, reads its credential there",
            meant if "serviceAccountRef" in azure else named,
            is_ours=True,
        )
        return
    if "clientId" not in reference:
        problems.add(f"{AZURE}.authSecretRef.clientId", "is missing", "add it", is_ours=True)
    if "clientSecret" in reference and "clientCertificate" in reference:
        both = "has both clientSecret and clientCertificate"
        problems.add(f"{AZURE}.authSecretRef", both, "remove one of them", is_ours=True)
    if "clientSecret" not in reference and "clientCertificate" not in reference:
        remedy = f"add one of them, {_WITHOUT}"
        neither = "has neither clientSecret nor clientCertificate"
        problems.add(f"{AZURE}.authSecretRef", neither, remedy, is_ours=True)


def _check_cloud(azure: Mapping[str, Any], problems: Problems) -> None:
    custom = azure.get("customCloudConfig")
    if custom is not None and not azure.get("useAzureSDK"):
        problems.add(f"{AZURE}.customCloudConfig", "needs useAzureSDK: true", "add useAzureSDK: true")
    if custom is None and azure.get("environmentType") == "AzureStackCloud":
        problems.add(
            f"{AZURE}.customCloudConfig",
            "is missing, and environmentType AzureStackCloud has no addresses of its own",
            "add customCloudConfig.activeDirectoryEndpoint",
        )
