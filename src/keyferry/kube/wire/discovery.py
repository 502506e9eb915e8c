"""Which resources an API server serves, from the answer of `/api/v1` or `/apis/<group>/<version>`, and its version."""

from typing import Final

import msgspec

from keyferry.kube.wire.resources import Resource

VERSION_PATH: Final = "/version"


class Version(msgspec.Struct, frozen=True, gc=False):
    """An API server's release, as `1` and `32`; some clouds write `32+`."""

    major: str = ""
    minor: str = ""


class _Served(msgspec.Struct, frozen=True, gc=False):
    name: str
    kind: str
    namespaced: bool = False


class _ResourceList(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    group_version: str
    resources: list[_Served] = []


def path(api_version: str) -> str:
    """Return where the list for `apps/v1`, or for `v1`, is."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def decode(body: bytes) -> tuple[Resource, ...]:
    """Return the resources, without their subresources. msgspec.MsgspecError when it is no such list."""
    served = msgspec.json.decode(body, type=_ResourceList)
    group, _, version = served.group_version.rpartition("/")
    return tuple(
        Resource(group=group, version=version, plural=item.name, kind=item.kind, namespaced=item.namespaced)
        for item in served.resources
        if "/" not in item.name
    )


def decode_version(body: bytes) -> Version:
    """Return the answer of `/version`. msgspec.MsgspecError when it is none."""
    return msgspec.json.decode(body, type=Version)
