"""How a lab meets the machine: where it listens, which issuers it trusts, what it writes where."""

import errno
import ipaddress
import os
import secrets
import socket
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keyferry.lab.serve.ingress import Way
from keyferry.lab.serve.issuers import Entry
from keyferry.lab.serve.listener import LOOPBACK

SOCKET: Final = "admin.sock"
NODES: Final = "nodes"
NODE_SOCKET_BYTES: Final = 64  # for `nodes/node-1/plugins_registry/` and a plugin's own name
MAX_NODES: Final = 50
MAX_SOCKET_PATH_BYTES: Final = 103  # what macOS allows; Linux allows four more


class OptionError(Exception):
    """An option cannot be followed; the message says why, and the way out."""


class FolderError(OptionError):
    """The folder cannot hold a lab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where to listen; 0 takes a free port."""

    kubernetes: int = 0
    azure: int = 0
    proxy: int = 0
    imds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a lab is told beside its seed.

    `bind` is the address of Azure, the proxy and IMDS; the cluster and the admin socket stay on this machine. `issuers`
    say where OIDC issuers outside the lab listen, `issuer_ca` is the PEM that verifies them; `endpoints` and
    `endpoint_ca` say the same of Event Grid's webhooks, beside those that this machine finds and trusts; `ways` lead
    such webhooks into the lab's own cluster. `ca_file` is a second place for the lab's own authority. `state` is the
    file in which the lab's Azure outlives its process, `audit_file` the one to which the vaults' audit records are
    appended. `nodes` is how many kubelets the cluster has; without one its pods stay Pending. `republish_seconds` are
    the least and the most between two calls for a volume whose CSI driver wants them repeated; the defaults are a real
    node's.
    """

    ports: Ports = Ports()
    bind: str = LOOPBACK
    issuers: tuple[Entry, ...] = ()
    issuer_ca: str = ""
    endpoints: tuple[Entry, ...] = ()
    endpoint_ca: str = ""
    ways: tuple[Way, ...] = ()
    ca_file: Path | None = None
    state: Path | None = None
    audit_file: Path | None = None
    nodes: int = 0
    republish_seconds: tuple[float, float] = (60.0, 90.0)

    @property
    def is_loopback(self) -> bool:
        """Tell whether this machine alone can reach the lab."""
        return ipaddress.ip_address(self.bind).is_loopback

    @property
    def reachable(self) -> str:
        """The address by which this machine reaches what is bound, also where it is bound to all addresses."""
        address = ipaddress.ip_address(self.bind)
        if not address.is_unspecified:
            return self.bind
        return LOOPBACK if address.version == 4 else "::1"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of this machine that the certificate of Azure has beside the real host names."""
        own = () if ipaddress.ip_address(self.bind).is_unspecified else (self.bind,)
        return tuple(dict.fromkeys(("localhost", LOOPBACK, *own)))


def check(options: Options) -> None:
    """Raise an OptionError for what cannot be followed, before anything listens."""
    try:
        ipaddress.ip_address(options.bind)
    except ValueError:
        raise OptionError(f"{options.bind!r} is no IP address: name one of this machine's, or 0.0.0.0") from None
    if options.issuer_ca:
        trust(options.issuer_ca)
    if not 0 <= options.nodes <= MAX_NODES:
        raise OptionError(f"a lab has 0 to {MAX_NODES} nodes, not {options.nodes}")
    if options.endpoint_ca:
        add_authorities(ssl.create_default_context(), options.endpoint_ca)


def trust(*bundles: str) -> ssl.SSLContext:
    """Return a client context that trusts the authorities in these PEM texts alone."""
    try:
        return ssl.create_default_context(cadata="\n".join(bundles))
    except (ssl.SSLError, ValueError) as refusal:
        raise OptionError("the issuers' CA holds no certificate in PEM: name a CA bundle with --issuer-ca") from refusal


def add_authorities(context: ssl.SSLContext, bundle: str) -> ssl.SSLContext:
    """Let what verifies event endpoints trust the authorities in this PEM text too, and return it."""
    try:
        context.load_verify_locations(cadata=bundle)
    except (ssl.SSLError, ValueError) as refusal:
        raise OptionError(
            "the endpoints' CA holds no certificate in PEM: name a CA bundle with --endpoint-ca"
        ) from refusal
    return context


def check_bindable(address: str) -> None:
    """Raise an OptionError where this machine does not have the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            probe.bind((address, 0))
        except OSError as refusal:
            if refusal.errno != errno.EADDRNOTAVAIL:
                raise
            raise OptionError(f"this machine has no address {address}: choose one that it has") from refusal


def nodes_folder(folder: Path) -> Path:
    """Return where the nodes of a lab in `folder` have theirs. It is not made yet.

    Below it; or among the machine's temporary folders, where that is too deep for the sockets of plugins.
    """
    below = folder / NODES
    if len(os.fsencode(below)) + NODE_SOCKET_BYTES - len(NODES) <= MAX_SOCKET_PATH_BYTES:
        return below
    return Path(tempfile.gettempdir()) / f"kf-{secrets.token_hex(4)}"


def make_folder(folder: Path) -> None:
    """Create the folder, which its owner alone can open. FolderError where that cannot be."""
    most = MAX_SOCKET_PATH_BYTES - len(SOCKET) - 1
    if len(os.fsencode(folder)) > most:
        raise FolderError(
            f"the path of {folder} is too long for a socket: choose a folder of at most {most} characters"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refusal:
        raise FolderError(f"{folder} cannot be made ({refusal.strerror}): choose another folder") from refusal


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write in one rename, so that a reader sees a whole file or none. OptionError where it cannot be written."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.touch(mode=mode)
        fresh.write_text(text)
        fresh.replace(path)
    except OSError as refusal:
        raise OptionError(f"{path} cannot be written ({refusal.strerror}): choose another place") from refusal
