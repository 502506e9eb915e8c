"""A SecretProviderClass in YAML or JSON becomes one frozen value, or one error with everything that is wrong.

Fields: https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass. What `parameters` mean is the
provider's business: spec.azure_mount reads those of Azure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

KIND: Final = "SecretProviderClass"
AZURE: Final = "azure"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """One key of a synced Secret, and the mounted file whose bytes it gets. Both without blanks around them."""

    key: str
    object_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretObject:
    """One of `secretObjects`: a Kubernetes Secret that is made of mounted files."""

    secret_name: str
    type: str
    data: tuple[KeySource, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretProviderClass:
    """What one SecretProviderClass says. `serve_stale` is how old a last good copy may be, None where none may serve.

    `fallback_vaults` are read from, in their order, while the class's own vault is unavailable.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    provider: str
    parameters: Mapping[str, str]
    secret_objects: tuple[SecretObject, ...] = ()
    serve_stale: timedelta | None = None
    fallback_vaults: tuple[str, ...] = ()
