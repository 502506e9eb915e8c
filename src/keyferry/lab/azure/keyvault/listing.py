"""Answering a list: one page of what is there, ordered by name or by version id, which tells nothing about time."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from keyferry.lab.azure.keyvault import paging
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.paging import Page

T = TypeVar("T")


def answer(call: Call, kind: str, entries: Mapping[str, T], shape: Callable[[T], dict[str, Any]]) -> Answer:
    """Return the page that the call asks for; `kind` names the list, to which its tokens are bound.

    The service may answer an empty page that has a `nextLink`, which the vault's knobs bring about.
    """
    page = call.pager.asked(call.request, kind)
    if _pauses(call, page):
        pause = Page(size=page.size, after=page.after, paused=True)
        return Answer(content={"value": [], "nextLink": call.pager.next_link(call.request, kind, pause)})
    shown, after = paging.cut(entries, page)
    following = None if after is None else Page(size=page.size, after=after)
    link = None if following is None else call.pager.next_link(call.request, kind, following)
    return Answer(content={"value": [shape(entry) for entry in shown], "nextLink": link})


def _pauses(call: Call, page: Page) -> bool:
    knobs = call.vault.knobs
    return not page.paused and (knobs.empty_pages or (knobs.empty_first_page and not page.after))
