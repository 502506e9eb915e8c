"""The arguments of upstream's deployments, as keyferry's commands take them. Pure but for what it raises.

A team that switches keeps its `args`. Go's programs take `--flag=false` for booleans; some flags have other names here;
some have no meaning, which is told; and some promise what keyferry does not do, so they end the start. The flags:
cmd/controller of https://github.com/external-secrets/external-secrets, cmd/webhook of
https://github.com/Azure/azure-workload-identity.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from keyferry.model.errors import SpecError

TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # https://pkg.go.dev/strconv#ParseBool
FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})

LEVELS: Final[Mapping[str, str]] = {"warn": "warning", "dpanic": "error", "panic": "error", "fatal": "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The flags of one of upstream's programs that are not simply ours.

    `idle` flags have a value and no effect here, `idle_switches` are booleans without effect: each with the reason.
    `refused` ones ask for what keyferry does not do, unless their value is false: each with cause and remedy.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    idle: Mapping[str, str] = field(default_factory=dict)
    idle_switches: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_CACHED: Final = "what is kept in memory is not a choice"
_LEASES: Final = "the times of Leases are fixed"
_FLOW: Final = "a number of connections bounds the requests to the API server"
_PLAIN: Final = "metrics are served without TLS"
_OPEN: Final = (
    "/metrics and the probes are served by plain HTTP, to whoever reaches the port",
    "leave it out, and let a NetworkPolicy say who may reach the port",
)
_ARC: Final = (
    "on clusters of Azure Arc it makes tokens come from elsewhere",
    "leave it out, and let the federated credentials name the issuer that Azure Arc publishes",
)
_TIMES: Final = "instants in log lines are as RFC 3339 has them"

OPERATOR: Final = Dialect(
    renamed={"--enable-leader-election": "--leader-elect", "--loglevel": "--log-level"},
    idle={
        "--client-burst": _FLOW,
        "--client-qps": _FLOW,
        "--generator-gc-grace-period": "no generator of keyferry keeps a state",
        "--leader-election-lease-duration": _LEASES,
        "--leader-election-renew-deadline": _LEASES,
        "--leader-election-retry-period": _LEASES,
        "--metrics-cert-dir": _PLAIN,
        "--metrics-cert-name": _PLAIN,
        "--metrics-key-name": _PLAIN,
        "--zap-time-encoding": _TIMES,
    },
    idle_switches={
        "--enable-configmaps-caching": _CACHED,
        "--enable-extended-metric-labels": "series have the labels name and namespace alone",
        "--enable-flood-gate": "an ExternalSecret is read whatever its store's status says",
        "--enable-generator-state": "no generator of keyferry keeps a state",
        "--enable-http2": "HTTP/1.1 is served",
        "--enable-managed-secrets-caching": _CACHED,
        "--enable-secret-api-read-on-cache-mismatch": "the live Secret is read where memory may be late",
        "--enable-secrets-caching": _CACHED,
    },
    refused={"--metrics-auth": _OPEN, "--metrics-secure": _OPEN},
)
WEBHOOK: Final = Dialect(
    renamed={"--healthz-addr": "--health-addr", "--loglevel": "--log-level", "--webhook-cert-dir": "--cert-dir"},
    idle={
        "--check-interval": "files are looked at every few seconds",
        "--dns-name": "the certificate's names are not looked at: API servers do that",
        "--lookahead-interval": "a certificate of our own is renewed 90 days before its end",
        "--metrics-backend": "metrics are Prometheus'",
        "--zap-devel": _TIMES,
        "--zap-encoder": "--log-format says it",
        "--zap-time-encoding": _TIMES,
    },
    idle_switches={"--disable-cert-rotation": "certificates are made with --certificate-secret alone"},
    refused={"--arc-cluster": _ARC},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The arguments in keyferry's own form, and what has no effect: a flag each, and why."""

    arguments: tuple[str, ...]
    without_effect: tuple[tuple[str, str], ...] = ()


def understood(arguments: Sequence[str], switches: Mapping[str, str], dialect: Dialect = OPERATOR) -> Understood:
    """Return what they mean. `switches` has the opposite of each boolean flag. SpecError for those that are refused."""
    own: list[str] = []
    idle: list[tuple[str, str]] = []
    rest = iter(arguments)
    for argument in rest:
        flag, is_given, value = argument.partition("=")
        flag = dialect.renamed.get(flag, flag)
        if flag in dialect.idle:
            if not is_given:
                next(rest, None)
            idle.append((flag, dialect.idle[flag]))
        elif flag in dialect.idle_switches:
            idle.append((flag, dialect.idle_switches[flag]))
        elif flag in dialect.refused:
            _check(flag, value if is_given else "true", *dialect.refused[flag])
        elif flag == "--log-level":
            own.append(f"{flag}={_level(value if is_given else next(rest, ''))}")
        else:
            own += _own(flag, value, switches) if is_given else [flag]
    return Understood(arguments=tuple(own), without_effect=tuple(idle))


def _check(flag: str, value: str, cause: str, remedy: str) -> None:
    if value not in FALSE:
        raise SpecError(what=f"{flag} is not there", cause=cause, remedy=remedy)


def _level(value: str) -> str:
    return LEVELS.get(value, value)


def _own(flag: str, value: str, switches: Mapping[str, str]) -> Iterator[str]:
    if flag in switches and value in TRUE:
        yield flag
    elif flag in switches and value in FALSE:
        yield switches[flag]
    else:
        yield f"{flag}={value}"
