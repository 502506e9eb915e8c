"""The settings of a webhook process, as its flags give them."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from keyferry.admit.certificates.settings import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionFlags:
    """What flags say of injections; the rest is in variables of the names that Azure Workload Identity gives them."""

    audience: str = ""
    binding_suffix: str = ""
    binding_audience: str = ""
    authority_host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`certificates` is a folder with `tls.crt` and `tls.key`, as a mounted Secret has. Addresses are `host:port`.

    `live_address` has liveness and readiness once more, "" for nowhere else.

    Without `injection` pods are left as they are. With `advice` documents are judged by the cluster around them, and
    findings of the rules in `enforce` refuse. `subjects` is a file of federated subjects. `grace` is for how long new
    connections are answered after SIGTERM: until then every node has heard that this replica is no endpoint any more.
    """

    certificates: Path
    address: str = ":10250"
    health_address: str = ":8081"
    live_address: str = ""
    registration: Registration = field(default_factory=Registration)
    kubeconfig: Path | None = None
    context: str | None = None
    injection: InjectionFlags | None = None
    advice: bool = False
    enforce: tuple[str, ...] = ()
    subjects: Path | None = None
    grace: timedelta = timedelta(0)
