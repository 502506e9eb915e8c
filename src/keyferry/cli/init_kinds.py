"""Which clusters `keyferry init` knows."""

from enum import StrEnum


class ClusterKind(StrEnum):
    """An AKS cluster that is there, one to make, or any other by its issuer."""

    AKS = "aks"
    NEW_AKS = "new-aks"
    OIDC = "oidc"
