"""The settings of an operator process, as its flags and environment give them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`namespace` "" watches every namespace. `tenant_id` serves stores that name none. Addresses are `host:port`.

    `client_id` and `token_file` are the operator's own identity, for stores that name no ServiceAccount; "" for none.
    """

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str = ""
    tenant_id: str = ""
    client_id: str = ""
    token_file: str = ""
    controller_class: str = "default"
    concurrent: int = 100
    health_address: str = ":8080"
    leader_elect: bool = False
    lease_namespace: str = ""
    instance: str = ""
