"""URLs in their parts, and written again, as Go 1.26's net/url does. Source: https://pkg.go.dev/net/url#Parse."""

import ipaddress
import re
import string
from dataclasses import dataclass
from typing import Final

from keyferry.template.functions.function import Fault
from keyferry.template.functions.references import escaping
from keyferry.template.functions.references.escaping import Part

_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(rb"([a-zA-Z][a-zA-Z0-9+.-]*):")
_PORT: Final = re.compile(rb"(?::[0-9]*)?")
_USERINFO: Final = frozenset((string.ascii_letters + string.digits + "-._:~!$&'()*+,;=%@").encode())
_MANY_HOSTS: Final = frozenset(
    {b"postgresql", b"postgres"}
)  # their hosts are lists, each with a port: go.dev/issue/75859


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """The parts of a URL, path and fragment without escapes, `userinfo` with them, None where there is none."""

    scheme: bytes = b""
    opaque: bytes = b""
    userinfo: bytes | None = None
    host: bytes = b""
    path: bytes = b""
    query: bytes = b""
    fragment: bytes = b""

    @property
    def hostname(self) -> bytes:
        """The host without its port and brackets."""
        colon = self.host.rfind(b":")
        name = self.host[:colon] if colon >= 0 and _PORT.fullmatch(self.host[colon:]) else self.host
        return name[1:-1] if name.startswith(b"[") and name.endswith(b"]") else name

    def text(self) -> bytes:
        """Return the URL as text."""
        made = self.scheme + b":" if self.scheme else b""
        made += self.opaque or self._authority_and_path(made)
        made += b"?" + self.query if self.query else b""
        return made + (b"#" + escaping.escape(self.fragment, Part.FRAGMENT) if self.fragment else b"")

    def _authority_and_path(self, scheme: bytes) -> bytes:
        made = b""
        has_authority = bool(self.host) or self.userinfo is not None
        if has_authority or (scheme and self.path):
            made = b"//" + (b"" if self.userinfo is None else self.userinfo + b"@")
            made += escaping.escape(self.host, Part.HOST)
        path = b"*" if self.path == b"*" else escaping.escape(self.path, Part.PATH)
        if self.host and path and not path.startswith(b"/"):
            made += b"/"
        if not made and not scheme and b":" in path.partition(b"/")[0]:
            made = b"./"  # else its first segment would be taken for a scheme: RFC 3986 §4.2
        return made + path


def parse(text: bytes) -> Url:
    """Return the parts of a URL, absolute or relative; Fault where it is none."""
    whole, _, fragment = text.partition(b"#")
    if _CONTROL.search(whole):
        raise Fault("the URL holds a control character")
    if whole == b"*":
        return Url(path=whole, fragment=escaping.unescape(fragment))
    scheme, rest = _scheme(whole)
    rest, _, query = rest.partition(b"?")
    fragment = escaping.unescape(fragment)
    if not rest.startswith(b"/"):
        if scheme:
            return Url(scheme=scheme, opaque=rest, query=query, fragment=fragment)
        if b":" in rest.partition(b"/")[0]:
            raise Fault("the first segment of a relative URL cannot hold a colon")
    userinfo, host = None, b""
    if rest.startswith(b"//") and (scheme or not rest.startswith(b"///")):
        authority, slash, path = rest[2:].partition(b"/")
        userinfo, host = _authority(authority, scheme)
        rest = slash + path
    path = escaping.unescape(rest)
    return Url(scheme=scheme, userinfo=userinfo, host=host, path=path, query=query, fragment=fragment)


def _scheme(text: bytes) -> tuple[bytes, bytes]:
    if text.startswith(b":"):
        raise Fault("the URL has no scheme before its colon")
    found = _SCHEME.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (b"", text)


def _authority(authority: bytes, scheme: bytes) -> tuple[bytes | None, bytes]:
    """Return userinfo and host."""
    userinfo, at, host = authority.rpartition(b"@")
    host = _host(host, scheme)
    if not at:
        return None, host
    if not _USERINFO.issuperset(userinfo):
        raise Fault("the user information of the URL holds a character that it may not")
    name, colon, password = userinfo.partition(b":")
    parts = [escaping.escape(escaping.unescape(each), Part.USERINFO) for each in (name, password)]
    return parts[0] + (b":" + parts[1] if colon else b""), host


def _host(host: bytes, scheme: bytes) -> bytes:
    if b"[" in host:
        return _bracketed(host)
    colon = host.rfind(b":") if scheme in _MANY_HOSTS else host.find(b":")
    if colon >= 0:
        _check_port(host[colon:])
    return escaping.unescape_host(host)


def _bracketed(host: bytes) -> bytes:
    """Return an IPv6 address in brackets and its port."""
    address, closing, port = host[1:].rpartition(b"]")
    if not host.startswith(b"[") or not closing:
        raise Fault("an address in brackets stands alone as the host of a URL")
    _check_port(port)
    name, zone, rest = address.partition(b"%25")
    plain = escaping.unescape_host(name) + (escaping.unescape_zone(zone + rest) if zone else b"")
    try:
        ipaddress.IPv6Address(plain.decode())
    except ValueError:
        raise Fault("the host of the URL in brackets is no IPv6 address") from None
    return b"[" + plain + b"]" + port


def _check_port(port: bytes) -> None:
    if not _PORT.fullmatch(port):
        raise Fault("the port of the URL is no number")
