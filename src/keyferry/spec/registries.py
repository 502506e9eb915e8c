"""Host names of Azure Container Registries: which of them a token may be sent to.

Whoever names a registry says where an identity's token goes, so it must be one of Azure's own.
The public suffix: https://learn.microsoft.com/azure/container-registry/container-registry-dedicated-data-endpoints;
those of the other clouds are in the vendor's `az cloud show` (acrLoginServerEndpoint).
"""

import re
from typing import Final

from keyferry.model.errors import foreign
from keyferry.spec.schema import Complaint

SUFFIXES: Final = ("azurecr.io", "azurecr.us", "azurecr.cn", "azurecr.de")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def host(text: str) -> Complaint | None:
    """Refuse what is not the host name of a registry of Azure's, in any of its clouds."""
    name = text.lower()
    known = any(name.endswith(f".{suffix}") for suffix in SUFFIXES)
    if known and len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    shown = "the address" if "@" in text or "?" in text else f'"{foreign(text)}"'  # these may hold a credential
    return Complaint(
        message=f"{shown} is not the host name of an Azure Container Registry",
        remedy='write its login server alone, such as "example.azurecr.io": no https://, no repository',
    )
