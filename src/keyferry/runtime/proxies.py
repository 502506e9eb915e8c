"""Which proxy leads to a server, by the environment's rules as Go programs read them.

aiohttp's `trust_env` is not used: it reads `~/.netrc` in a thread for every request and refuses a request that has its
own Authorization header, and it takes no CIDR in NO_PROXY. Source of the rules: golang.org/x/net/http/httpproxy.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from keyferry.model.errors import SpecError, Where


def proxy_for(url: str, environment: Mapping[str, str]) -> str:
    """Return the proxy's URL, or "" for a direct connection. SpecError for a proxy that is no HTTP proxy."""
    parts = urlsplit(url)
    name = "HTTPS_PROXY" if parts.scheme == "https" else "HTTP_PROXY"
    proxy = environment.get(name) or environment.get(name.lower(), "")
    no_proxy = environment.get("NO_PROXY") or environment.get("no_proxy", "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not proxy or _bypasses((parts.hostname or "").lower(), port, no_proxy):
        return ""
    with_scheme = proxy if "://" in proxy else f"http://{proxy}"
    if not with_scheme.startswith(("http://", "https://")):
        raise SpecError(
            what=f"{name} is not the URL of an HTTP proxy",
            remedy=f"use an HTTP proxy, or add {parts.hostname} to NO_PROXY",
            where=Where(kind="environment variable", name=name),
        )
    return with_scheme


def _bypasses(host: str, port: int, no_proxy: str) -> bool:
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_matches(host, address, port, entry.strip().lower()) for entry in no_proxy.split(","))


def _matches(
    host: str,
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | None,
    port: int,
    entry: str,
) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        return address is not None and _in_network(address, entry)
    if _address(entry) is None:
        entry, colon, only_port = entry.partition(":")
        if colon and only_port != str(port):
            return False
    if not entry:
        return False
    if entry.startswith("*."):
        entry = entry[1:]
    if entry.startswith("."):
        return host.endswith(entry)
    return host == entry or host.endswith(f".{entry}")


def _in_network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, entry: str) -> bool:
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
