"""The arguments of External Secrets Operator's deployment, as `keyferry operator` takes them.

A team that switches keeps its `args`. Go's programs take `--flag=false` for booleans; two flags have other names here;
some have no meaning, which is told; and two promise protection that keyferry does not give, so they end the start.
The flags: cmd/controller/root.go of https://github.com/external-secrets/external-secrets. Pure but for what it raises.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError

TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # https://pkg.go.dev/strconv#ParseBool
FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})

RENAMED: Final[Mapping[str, str]] = {"--enable-leader-election": "--leader-elect", "--loglevel": "--log-level"}
LEVELS: Final[Mapping[str, str]] = {"warn": "warning", "dpanic": "error", "panic": "error", "fatal": "error"}

_CACHED: Final = "what is kept in memory is not a choice"
_LEASES: Final = "the times of Leases are fixed"
_FLOW: Final = "a number of connections bounds the requests to the API server"
_PLAIN: Final = "metrics are served without TLS"
WITHOUT_EFFECT: Final[Mapping[str, str]] = {
    "--client-burst": _FLOW,
    "--client-qps": _FLOW,
    "--generator-gc-grace-period": "no generator of keyferry keeps a state",
    "--leader-election-lease-duration": _LEASES,
    "--leader-election-renew-deadline": _LEASES,
    "--leader-election-retry-period": _LEASES,
    "--metrics-cert-dir": _PLAIN,
    "--metrics-cert-name": _PLAIN,
    "--metrics-key-name": _PLAIN,
    "--zap-time-encoding": "instants in log lines are as RFC 3339 has them",
}
SWITCHES_WITHOUT_EFFECT: Final[Mapping[str, str]] = {
    "--enable-configmaps-caching": _CACHED,
    "--enable-extended-metric-labels": "series have the labels name and namespace alone",
    "--enable-flood-gate": "an ExternalSecret is read whatever its store's status says",
    "--enable-generator-state": "no generator of keyferry keeps a state",
    "--enable-http2": "HTTP/1.1 is served",
    "--enable-managed-secrets-caching": _CACHED,
    "--enable-secret-api-read-on-cache-mismatch": "the live Secret is read where memory may be late",
    "--enable-secrets-caching": _CACHED,
}
REFUSED: Final = frozenset({"--metrics-auth", "--metrics-secure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The arguments in keyferry's own form, and what has no effect: a flag each, and why."""

    arguments: tuple[str, ...]
    without_effect: tuple[tuple[str, str], ...] = ()


def understood(arguments: Sequence[str], switches: Mapping[str, str]) -> Understood:
    """Return what they mean. `switches` has the opposite of each boolean flag. SpecError for those that are refused."""
    own: list[str] = []
    idle: list[tuple[str, str]] = []
    rest = iter(arguments)
    for argument in rest:
        flag, is_given, value = argument.partition("=")
        flag = RENAMED.get(flag, flag)
        if flag in WITHOUT_EFFECT:
            if not is_given:
                next(rest, None)
            idle.append((flag, WITHOUT_EFFECT[flag]))
        elif flag in SWITCHES_WITHOUT_EFFECT:
            idle.append((flag, SWITCHES_WITHOUT_EFFECT[flag]))
        elif flag in REFUSED:
            _check(flag, value if is_given else "true")
        elif flag == "--log-level":
            own.append(f"{flag}={_level(value if is_given else next(rest, ''))}")
        else:
            own += _own(flag, value, switches) if is_given else [flag]
    return Understood(arguments=tuple(own), without_effect=tuple(idle))


def _check(flag: str, value: str) -> None:
    if value not in FALSE:
        raise SpecError(
            what=f"{flag} is not there",
            cause="/metrics and the probes are served by plain HTTP, to whoever reaches the port",
            remedy="leave it out, and let a NetworkPolicy say who may reach the port",
        )


def _level(value: str) -> str:
    return LEVELS.get(value, value)


def _own(flag: str, value: str, switches: Mapping[str, str]) -> Iterator[str]:
    if flag in switches and value in TRUE:
        yield flag
    elif flag in switches and value in FALSE:
        yield switches[flag]
    else:
        yield f"{flag}={value}"
