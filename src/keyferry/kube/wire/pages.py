"""A page of a list: its items undecoded, so that one bad object cannot spoil the page."""

import msgspec

from keyferry.kube.wire.nesting import Decoder
from keyferry.model.errors import Unavailable


class ListMeta(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """Where the list stands. `continue_` is "" on the last page."""

    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")


class _List(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    metadata: ListMeta = ListMeta()
    items: list[msgspec.Raw] | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page. All pages of one list have the same `resource_version`: they are one snapshot."""

    items: list[msgspec.Raw]
    resource_version: str
    next_page: str = ""


_LIST = Decoder(_List)


def decode(body: bytes) -> Page:
    """Decode a list's answer. Unavailable when it is not a list."""
    try:
        answer = _LIST.decode(body)
    except msgspec.MsgspecError as problem:
        raise Unavailable(
            what="the API server answered a list with something else",
            cause=f"{len(body)} bytes, {type(problem).__name__}",
            remedy="look for a proxy that answers in the API server's place",
        ) from None
    return Page(
        items=answer.items or [],
        resource_version=answer.metadata.resource_version,
        next_page=answer.metadata.continue_,
    )
