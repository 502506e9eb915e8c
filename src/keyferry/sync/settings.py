"""The settings of an operator process, as its flags and environment give them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from keyferry.model.wellknown import EVENT_GRID_APPLICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings:
    """Where events are taken, "" for nowhere, and from whom: `key_file` has a key on each line; `audience` is ours.

    Tokens must be of `tenant_id`, for `application`; both ways can be open at a time, and one must be.
    """

    address: str = ""
    key_file: Path | None = None
    audience: str = ""
    tenant_id: str = ""
    application: str = EVENT_GRID_APPLICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Which kinds the process serves beside ExternalSecrets; what it does not serve it neither watches nor writes."""

    secret_stores: bool = True
    cluster_secret_stores: bool = True
    cluster_external_secrets: bool = True
    push_secrets: bool = True
    cluster_push_secrets: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`namespace` "" watches every namespace. `tenant_id` serves stores that name none. Addresses are `host:port`.

    `client_id` and `token_file` are the operator's own identity, for stores that name no ServiceAccount; "" for none.
    `own_identity_usable_from` are the namespaces whose stores may use it and the identities of its machine; None: all.
    `feed_interval` is how often each vault is looked at for changes whatever the consumers' intervals are; 0: never.
    With more than one of `shards` all replicas work, each on its own; else `leader_elect` lets one of them work.
    `live_address` has liveness and readiness once more, "" for nowhere else. `delimiters` enclose templates' actions.
    `store_interval` is how often a store is checked that does not say it. `generic_targets` lets ExternalSecrets write
    objects of other kinds than Secret.
    """

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str = ""
    tenant_id: str = ""
    client_id: str = ""
    token_file: str = ""
    own_identity_usable_from: frozenset[str] | None = None
    controller_class: str = "default"
    concurrent: int = 100
    health_address: str = ":8080"
    events: EventSettings = EventSettings()
    feed_interval: timedelta = timedelta()
    leader_elect: bool = False
    shards: int = 1
    lease_namespace: str = ""
    lease_name: str = "keyferry-operator"
    instance: str = ""
    live_address: str = ""
    store_interval: timedelta = timedelta(minutes=5)
    delimiters: tuple[str, str] = ("{{", "}}")
    served: Served = Served()
    generic_targets: bool = False
