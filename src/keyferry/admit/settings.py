"""The settings of a webhook process, as its flags give them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`certificates` is a folder with `tls.crt` and `tls.key`, as a mounted Secret has. Addresses are `host:port`."""

    certificates: Path
    address: str = ":10250"
    health_address: str = ":8081"
