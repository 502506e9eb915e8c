from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fakes import lab_azure
from tests.fakes.lab_azure import OFFICER, caller, content


@pytest.mark.parametrize(
    ("knobs", "sizes"),
    [
        pytest.param({}, [25, 25, 10], id="plain"),
        pytest.param({"emptyFirstPage": True}, [0, 25, 25, 10], id="an-empty-page-first"),
        pytest.param({"emptyPages": True}, [0, 25, 0, 25, 0, 10], id="an-empty-page-before-each"),
    ],
)
def test_pages(knobs: dict[str, Any], sizes: list[int]) -> None:
    document = lab_azure.document()
    secrets = {f"s-{number:02}": {"value": "x"} for number in range(60)}
    document["vaults"][0] |= {"secrets": secrets, "lab": knobs}
    call = caller(lab_azure.azure(vaults=document["vaults"]), OFFICER)
    pages: list[list[dict[str, Any]]] = []
    link: str | None = "?"
    while link is not None:
        page = content(call("GET", "/secrets", **dict(parse_qsl(urlsplit(link).query))))
        pages.append(page["value"])
        link = page["nextLink"]
    assert [len(page) for page in pages] == sizes
    assert [item["id"].rpartition("/")[2] for page in pages for item in page] == sorted(secrets)
