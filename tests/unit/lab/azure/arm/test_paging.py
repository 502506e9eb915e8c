from urllib.parse import parse_qsl, urlsplit

import pytest

from keyferry.lab.azure.arm import paging
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Estate
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure

ITEMS = [{"id": f"/things/{number:03}"} for number in reversed(range(7))]


def _call(path: str = "/things", port: int = 443, **query: str) -> Call:
    names = {f"${name}": value for name, value in query.items()}
    world = lab_azure.azure()
    return Call(
        request=Request(
            method="GET", host="arm.example", port=port, path=path, query=tuple({"api-version": "1", **names}.items())
        ),
        path=path,
        names={},
        version="1",
        caller=None,  # type: ignore[arg-type]  # a list does not look at the caller
        cloud=PUBLIC,
        now=lab_azure.NOW,
        estate=Estate(
            directory=world.directory,
            assignments=world.assignments,
            vaults=world.vaults,
            grid=world.grid,
            state=world.resources,
            sources=lab_azure.sources(),
        ),
    )


def _follow(reply: Reply) -> dict[str, str]:
    assert reply.content is not None
    link = urlsplit(reply.content["nextLink"])
    assert (link.scheme, link.path) == ("https", "/things")
    return dict(parse_qsl(link.query))


def test_pages_cover_all_in_order() -> None:
    seen: list[str] = []
    reply = paging.page(_call(top="3"), ITEMS)
    while True:
        assert reply.content is not None
        seen += [each["id"] for each in reply.content["value"]]
        if "nextLink" not in reply.content:
            break
        query = _follow(reply)
        assert query["api-version"] == "1"
        reply = paging.page(_call(top=query["$top"], skiptoken=query["$skiptoken"]), ITEMS)
    assert seen == sorted(each["id"] for each in ITEMS)


def test_the_most_is_the_most() -> None:
    reply = paging.page(_call(top="5"), ITEMS, most=2)
    assert reply.content is not None
    assert len(reply.content["value"]) == 2


def test_the_link_keeps_the_port() -> None:
    reply = paging.page(_call(port=8443, top="1"), ITEMS)
    assert reply.content is not None
    assert urlsplit(reply.content["nextLink"]).netloc == "arm.example:8443"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param({"top": "0"}, "InvalidTopQueryParameter", id="none"),
        pytest.param({"top": "x"}, "InvalidTopQueryParameter", id="no-number"),
        pytest.param({"skiptoken": "x"}, "InvalidSkipToken", id="no-token"),
        pytest.param({"skiptoken": "ä"}, "InvalidSkipToken", id="no-base64"),
        pytest.param({"skiptoken": "L290aGVyCi9h"}, "InvalidSkipToken", id="of-another-list"),
    ],
)
def test_refuses(query: dict[str, str], code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        paging.page(_call(top=query.get("top", "5"), skiptoken=query.get("skiptoken", "")), ITEMS)
    assert refusal.value.code == code
