"""The decision in a vault without RBAC: does an access policy give the caller the permission?

https://learn.microsoft.com/azure/key-vault/general/assign-access-policy
"""

from typing import Final

from keyferry.lab.azure.access_tokens import Caller
from keyferry.lab.azure.keyvault.rights import Kind
from keyferry.lab.azure.vault_settings import AccessPolicy

NOT_IN_ALL: Final = "purge"  # as Azure PowerShell warns about `all`: it must be granted by its own name


def allowing(policies: tuple[AccessPolicy, ...], caller: Caller, kind: Kind, word: str) -> AccessPolicy | None:
    """Return the first policy that lets the caller do `word` with `kind`, None where it may not."""
    return next((policy for policy in policies if _is_for(policy, caller) and _grants(policy, kind, word)), None)


def _is_for(policy: AccessPolicy, caller: Caller) -> bool:
    """A policy with an application counts for the principal acting through that application alone."""
    return (
        policy.tenant_id.lower() == caller.tenant_id.lower()
        and policy.object_id.lower() == caller.object_id.lower()
        and policy.application_id.lower() in ("", caller.client_id.lower())
    )


def _grants(policy: AccessPolicy, kind: Kind, word: str) -> bool:
    given = {
        "secrets": policy.secrets,
        "keys": policy.keys,
        "certificates": policy.certificates,
    }[kind]
    granted = {each.lower() for each in given}
    return word.lower() in granted or ("all" in granted and word != NOT_IN_ALL)
