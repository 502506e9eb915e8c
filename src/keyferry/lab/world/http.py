"""HTTP as values: what a service is given and what it answers, without a socket."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. Header names are lower case; `path` is percent-decoded, `query` keeps order and repeats."""

    method: str
    path: str
    host: str = ""  # the Host header without its port, lower case
    port: int = 443  # the port of the Host header
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = "127.0.0.1"  # the address that the connection came from

    @property
    def authority(self) -> str:
        """The host as addresses in the answer have it: with the port, unless that is 443."""
        return self.host + self.port_suffix

    @property
    def port_suffix(self) -> str:
        """What the client wrote behind the host, as `:8443`; "" for 443."""
        return "" if self.port == 443 else f":{self.port}"

    def parameter(self, name: str, default: str = "") -> str:
        """Return the first value of the query parameter `name`, or `default`."""
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One whole answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """A 200 answer whose body keeps coming: a watch.

    `read(now)` returns the bytes that are ready (b"" for none yet), or None when the stream has ended.
    `subscribe(wake)` registers a callback for when reading again may give something; what it returns ends that.
    `deadline` is the instant at which the server reads again even if nobody woke it.
    """

    read: Callable[[datetime], bytes | None]
    subscribe: Callable[[Callable[[], None]], Callable[[], None]]
    deadline: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """No answer: the connection is cut, as by a service that is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """A head that promises the whole of `response`, and `sent_bytes` of its body. Then nothing, or the end."""

    response: Response
    sent_bytes: int
    stalls: bool  # the connection stays open and silent, instead of being cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A GET that a service makes of another: yielded by a dialogue, answered with a Response or None (unreachable)."""

    url: str


Answer = Response | Streaming | Partial | Reset
Dialogue = Generator[Fetch, Response | None, Response]
