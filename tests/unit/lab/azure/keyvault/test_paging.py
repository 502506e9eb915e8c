from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault import paging
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.paging import Page, Pager
from keyferry.lab.world.http import Request

PAGER = Pager(b"key")
REQUEST = Request(
    method="GET", host="kv-one.vault.azure.net", path="/secrets", query=(("api-version", "7.6"), ("maxresults", "3"))
)


def _ask(**query: str) -> Request:
    return Request(method="GET", path="/secrets", query=tuple(query.items()))


def test_a_next_link_is_absolute_with_its_port_and_is_understood() -> None:
    link = urlsplit(PAGER.next_link(REQUEST, "secrets", Page(size=3, after="name-3")))
    query = dict(parse_qsl(link.query))
    assert (link.scheme, link.netloc, link.path) == ("https", "kv-one.vault.azure.net:443", "/secrets")
    assert (query["api-version"], query["maxresults"]) == ("7.6", "3")
    assert PAGER.asked(_ask(**query), "secrets") == Page(size=3, after="name-3")


def test_a_next_link_leads_to_the_port_that_was_asked() -> None:
    link = PAGER.next_link(replace(REQUEST, port=8443), "secrets", Page(size=3, after="name-3"))
    assert urlsplit(link).netloc == "kv-one.vault.azure.net:8443"


def test_the_first_page_is_of_25() -> None:
    assert PAGER.asked(_ask(), "secrets") == Page(size=25)


@pytest.mark.parametrize("size", ["0", "26", "-1", "x", "", "٣", "99999999999999999999"])
def test_refuses_a_size(size: str) -> None:
    with pytest.raises(RefusedError, match="maxresults"):
        PAGER.asked(_ask(maxresults=size), "secrets")


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        pytest.param(PAGER._token("secrets", Page(size=1, after="a")), "deletedsecrets", id="of-another-list"),
        pytest.param(Pager(b"other")._token("secrets", Page(size=1, after="a")), "secrets", id="of-another-vault"),
        pytest.param(PAGER._token("secrets", Page(size=1, after="a"))[:-2] + "AA", "secrets", id="tampered"),
        pytest.param("25", "secrets", id="an-offset"),
        pytest.param("!!", "secrets", id="not-base64"),
        pytest.param("A", "secrets", id="cut"),
    ],
)
def test_refuses_a_token(token: str, kind: str) -> None:
    with pytest.raises(RefusedError, match="skiptoken"):
        PAGER.asked(_ask(**{"$skiptoken": token}), kind)


@given(names=st.sets(st.text(min_size=1, max_size=4), max_size=60), size=st.integers(1, 25))
def test_pages_together_are_the_list(names: set[str], size: int) -> None:
    entries = {name: name for name in names}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        shown, after = paging.cut(entries, Page(size=size, after=after))
        assert len(shown) <= size
        seen += shown
    assert seen == sorted(names)


def test_an_entry_that_goes_between_two_pages_hides_no_other() -> None:
    entries = {str(number): number for number in range(5)}
    _, after = paging.cut(entries, Page(size=2))
    del entries["0"]
    assert after is not None
    shown, _ = paging.cut(entries, Page(size=2, after=after))
    assert shown == [2, 3]


def test_a_pause_is_remembered_and_so_is_what_else_was_asked() -> None:
    asked = _ask(**{"api-version": "7.6", "includePending": "true"})
    link = urlsplit(PAGER.next_link(asked, "secrets", Page(size=25, paused=True)))
    query = dict(parse_qsl(link.query))
    assert query["includePending"] == "true"
    assert PAGER.asked(_ask(**query), "secrets") == Page(size=25, paused=True)
