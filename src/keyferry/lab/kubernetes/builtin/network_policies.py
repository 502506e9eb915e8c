"""A NetworkPolicy's defaults, and what the server takes.

Sources: `pkg/apis/networking/v1/defaults.go` and `pkg/apis/networking/validation/validation.go` of Kubernetes.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required, unsupported

TYPES: Final = ("Ingress", "Egress")
PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
MAX_PORT: Final = 65535
_PORT_NAME: Final = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_PEERS: Final = (("ingress", "from"), ("egress", "to"))


def default(new: Object, _old: Object | None) -> None:
    """Fill in what is restricted, and the protocol of each port."""
    spec = new.setdefault("spec", {})
    if not isinstance(spec, dict):
        return
    if not spec.get("policyTypes"):
        spec["policyTypes"] = list(TYPES) if spec.get("egress") else [TYPES[0]]
    for direction, _ in _PEERS:
        for rule in objects.items(spec.get(direction)):
            for port in objects.items(rule.get("ports")):
                port.setdefault("protocol", "TCP")


def validate(new: Object, _old: Object | None) -> list[Problem]:
    """Return what is wrong with what is restricted, with ports and with peers."""
    spec, found = new.get("spec") or {}, []
    types = spec.get("policyTypes") or ()
    if len(types) > len(TYPES):
        found.append(invalid("spec.policyTypes", types, "may not specify more than two policyTypes"))
    found += [unsupported(f"spec.policyTypes[{at}]", each, TYPES) for at, each in enumerate(types) if each not in TYPES]
    for direction, peers in _PEERS:
        for number, rule in enumerate(objects.items(spec.get(direction))):
            path = f"spec.{direction}[{number}]"
            for at, port in enumerate(objects.items(rule.get("ports"))):
                found += _port(f"{path}.ports[{at}]", port)
            for at, peer in enumerate(objects.items(rule.get(peers))):
                found += _peer(f"{path}.{peers}[{at}]", peer)
    return found


def _port(path: str, port: Object) -> Iterator[Problem]:
    if port["protocol"] not in PROTOCOLS:
        yield unsupported(f"{path}.protocol", port["protocol"], PROTOCOLS)
    number, last = port.get("port"), port.get("endPort")
    if isinstance(number, str) and not _PORT_NAME.fullmatch(number):
        yield invalid(f"{path}.port", number, "must be the name of a port: at most 15 of a-z, 0-9 and -, with a letter")
    if isinstance(number, int) and not 1 <= number <= MAX_PORT:
        yield invalid(f"{path}.port", number, f"must be between 1 and {MAX_PORT}, inclusive")
    if last is None:
        return
    if not isinstance(number, int):
        yield invalid(f"{path}.endPort", last, "may not be specified when `port` is not a number")
    elif not number <= last <= MAX_PORT:
        yield invalid(f"{path}.endPort", last, "must be greater than or equal to `port`, and a port")


def _peer(path: str, peer: Object) -> Iterator[Problem]:
    named = {name for name in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(name) is not None}
    if not named:
        yield required(path, "must specify a peer")
    if "ipBlock" in named and len(named) > 1:
        yield forbidden(path, "may not specify both ipBlock and another peer")
    if "ipBlock" in named:
        yield from _block(f"{path}.ipBlock", peer["ipBlock"])


def _block(path: str, block: Object) -> Iterator[Problem]:
    whole = _network(block["cidr"])
    if whole is None:
        yield invalid(f"{path}.cidr", block["cidr"], "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
    for at, text in enumerate(block.get("except") or ()):
        part = _network(text)
        if part is None:
            yield invalid(f"{path}.except[{at}]", text, "must be a valid CIDR value")
        elif whole is not None and not _is_within(part, whole):
            yield invalid(f"{path}.except[{at}]", text, "must be a strict subset of `cidr`")


def _network(text: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False) if "/" in str(text) else None
    except ValueError:
        return None


def _is_within(
    part: ipaddress.IPv4Network | ipaddress.IPv6Network, whole: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    same = part.version == whole.version and part.prefixlen > whole.prefixlen
    return same and part.network_address in whole
