"""The words that pods, ServiceAccounts and Azure's libraries agree on, as Azure Workload Identity 1.6 spells them.

Source: https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html and
https://github.com/Azure/azure-workload-identity/blob/v1.6.0/pkg/webhook/consts.go
"""

import re
from typing import Final

PREFIX: Final = "azure.workload.identity/"
BINDING_PREFIX: Final = f"{PREFIX}use-"
AKS_BINDING: Final = f"{BINDING_PREFIX}identity-binding"  # https://learn.microsoft.com/azure/aks/identity-bindings
MIRROR: Final = "kubernetes.io/config.mirror"  # on the API server's copy of a pod that a node runs from a file

CLIENT_ID: Final = "AZURE_CLIENT_ID"
TENANT_ID: Final = "AZURE_TENANT_ID"
TOKEN_FILE: Final = "AZURE_FEDERATED_TOKEN_FILE"  # noqa: S105  (a variable's name)
AUTHORITY_HOST: Final = "AZURE_AUTHORITY_HOST"
TOKEN_PROXY: Final = "AZURE_KUBERNETES_TOKEN_PROXY"  # noqa: S105  (a variable's name)
SNI_NAME: Final = "AZURE_KUBERNETES_SNI_NAME"
CA_FILE: Final = "AZURE_KUBERNETES_CA_FILE"
CA_DATA: Final = "AZURE_KUBERNETES_CA_DATA"

VOLUME_PREFIX: Final = "azure-workload-identity-reserved-"
MOUNT_PATH: Final = "/var/run/secrets/azure/wi"
TOKEN_PATH: Final = "token/azure-identity-token"  # noqa: S105  (a path in the volume)
CA_PATH: Final = "ca-cert/ca.crt"
CA_KEY: Final = "ca.crt"  # in the ConfigMap

PROXY_CONTAINER: Final = "azwi-proxy"
PROXY_INIT_CONTAINER: Final = "azwi-proxy-init"
PROXY_PORT_VARIABLE: Final = "PROXY_PORT"

_TENANT: Final = re.compile(r"[A-Za-z0-9.-]+")  # as azure-identity takes it; any other is a ValueError there


def can_be_tenant(text: str) -> bool:
    """Tell whether Azure's libraries take `text` for a tenant: a GUID, a domain, `common`."""
    return _TENANT.fullmatch(text) is not None
