"""Addresses in an estate: issuers, the operator's endpoint, ranges of IP addresses, people's mail.

A text that breaks its rule is not shown: an address may hold a password, and so may the wrong field.
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from keyferry.spec.schema import Complaint

MAX_ISSUER: Final = 600  # https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
HTTPS: Final = r"^https://[^\s?#@]+$"
_PRIVATE: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
)
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_MAIL: Final = re.compile(r"[^@\s<>,;\"]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_RANGE_REMEDY: Final = 'write a public address or range of IPv4, such as "203.0.113.7" or "203.0.113.0/24"'


def issuer(text: str) -> Complaint | None:
    """Refuse what cannot be the issuer of a cluster's tokens, which Entra compares to the letter."""
    fault = _fault(text) or ("is longer than Entra allows" if len(text) > MAX_ISSUER else "")
    remedy = (
        "copy `issuer` from `kubectl get --raw /.well-known/openid-configuration`, with its last slash if it has one"
    )
    return Complaint(message=fault, remedy=remedy) if fault else None


def endpoint(text: str) -> Complaint | None:
    """Refuse what is not an https address."""
    fault = _fault(text)
    return Complaint(message=fault, remedy='write such as "https://events.example.com/events"') if fault else None


def ip_rule(text: str) -> Complaint | None:
    """Refuse what a vault's firewall takes for no rule: private networks, ranges of one or two addresses, IPv6.

    https://learn.microsoft.com/azure/key-vault/general/network-security
    """
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError:
        return Complaint(message="is no address or range of IPv4", remedy=_RANGE_REMEDY)
    if "/" in text and network.prefixlen > 30:
        return Complaint(message="is a range of one or two addresses", remedy="write each address alone, without /")
    if any(network.subnet_of(private) for private in _PRIVATE):
        return Complaint(message="is of a private network, which a vault's firewall never sees", remedy=_RANGE_REMEDY)
    return None


def mail(text: str) -> Complaint | None:
    """Refuse what is no address of mail."""
    if len(text) <= 254 and _MAIL.fullmatch(text):
        return None
    return Complaint(message="is no address of mail", remedy='write such as "team@example.com"')


def _fault(text: str) -> str:
    try:
        url = urlsplit(text)
        return _url_fault(text, url)
    except ValueError:
        return "is no address"


def _url_fault(text: str, url: SplitResult) -> str:
    if url.scheme != "https" or not text.startswith("https://"):
        return "does not begin with https://"
    if not url.hostname or not _HOST.fullmatch(url.hostname) or url.port == 0:
        return "has no host name"
    if "@" in url.netloc:
        return "has a user or a password in it"
    if "?" in text or "#" in text:
        return "has a ? or # in it"
    return "has white space in it" if re.search(r"\s", text) or not text.isprintable() else ""
