from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import OFFICER, Call, caller, content, later

SECONDS = int(lab_azure.NOW.timestamp())


def _world(**vault: Any) -> tuple[Azure, Call]:
    document = lab_azure.document()
    document["vaults"][0].update(vault)
    world = lab_azure.azure(vaults=document["vaults"])
    return world, caller(world, OFFICER)


def _pages(call: Call, path: str, **query: str) -> list[list[dict[str, Any]]]:
    pages: list[list[dict[str, Any]]] = []
    link: str | None = ""
    while link is not None:
        asked = dict(parse_qsl(urlsplit(link).query)) if link else query
        page = content(call("GET", path, **asked))
        pages.append(page["value"])
        link = page["nextLink"]
    return pages


@pytest.mark.parametrize("path", ["/secrets/db-password", "/secrets/db-password/", "/secrets/DB-Password"])
def test_get_gives_the_latest(path: str) -> None:
    _, call = _world()
    assert content(call("GET", path))["value"] == "first"


def test_set_makes_a_new_version_and_leaves_the_old() -> None:
    _, call = _world()
    old = content(call("GET", "/secrets/db-password"))
    new = content(
        call("PUT", "/secrets/db-password", body={"value": "second", "attributes": {"exp": 9}}, now=later(minutes=5))
    )
    assert (new["value"], new["attributes"]["exp"], new["attributes"]["created"]) == ("second", 9, SECONDS + 300)
    assert "tags" not in new
    assert content(call("GET", "/secrets/db-password"))["id"] == new["id"] != old["id"]
    assert content(call("GET", old["id"].removeprefix("https://kv-one.vault.azure.net"))) == old


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", "/secrets/nothing", 404, "SecretNotFound", id="get"),
        pytest.param("GET", f"/secrets/db-password/{'0' * 32}", 404, "SecretNotFound", id="version"),
        pytest.param("PATCH", "/secrets/nothing", 404, "SecretNotFound", id="update"),
        pytest.param("DELETE", "/secrets/nothing", 404, "SecretNotFound", id="delete"),
        pytest.param("GET", "/secrets/nothing/versions", 404, "SecretNotFound", id="versions"),
        pytest.param("GET", "/deletedsecrets/db-password", 404, "SecretNotFound", id="not-deleted"),
        pytest.param("PUT", "/secrets/a", 400, "BadParameter", id="bad-body"),
    ],
)
def test_refuses(method: str, path: str, status: int, code: str) -> None:
    _, call = _world()
    response = call(method, path, body={})
    assert (response.status, content(response)["error"]["code"]) == (status, code)


def test_a_disabled_latest_version_is_not_skipped() -> None:
    _, call = _world()
    error = content(call("GET", "/secrets/off"))["error"]
    assert error["innererror"]["code"] == "SecretDisabled"
    call("PATCH", "/secrets/off/", body={"attributes": {"enabled": True}})
    assert content(call("GET", "/secrets/off"))["value"] == "hidden"


def test_update_changes_what_it_says_alone_and_moves_updated() -> None:
    _, call = _world()
    updated = content(call("PATCH", "/secrets/db-password", body={"attributes": {"exp": 99}}, now=later(seconds=5)))
    assert "value" not in updated
    assert (updated["tags"], updated["contentType"]) == ({"team": "a"}, "text/plain")
    assert (updated["attributes"]["created"], updated["attributes"]["updated"]) == (SECONDS, SECONDS + 5)
    replaced = content(call("PATCH", "/secrets/db-password", body={"tags": {}, "contentType": "x"}))
    assert (replaced["tags"], replaced["contentType"], replaced["attributes"]["exp"]) == ({}, "x", 99)
    assert call("PATCH", "/secrets/db-password", body={"attributes": {"nbf": 100}}).status == 400


def test_lists_come_in_pages_of_25() -> None:
    secrets = {f"s-{number:02}": {"value": "x"} for number in range(60)}
    _, call = _world(secrets=secrets)
    pages = _pages(call, "/secrets")
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [item["id"].rpartition("/")[2] for page in pages for item in page] == sorted(secrets)
    assert [len(page) for page in _pages(call, "/secrets", maxresults="20")] == [20, 20, 20]
    assert not any("value" in item for page in pages for item in page)


def test_a_list_may_begin_with_an_empty_page() -> None:
    _, call = _world(lab={"emptyFirstPage": True})
    assert [len(page) for page in _pages(call, "/secrets")] == [0, 4]


def test_versions_are_ordered_by_id_and_not_by_time() -> None:
    _, call = _world(secrets={"a": {"versions": [{"value": str(number)} for number in range(30)]}})
    ids = [item["id"] for page in _pages(call, "/secrets/a/versions") for item in page]
    assert len(ids) == 30
    assert ids == sorted(ids)
    assert content(call("GET", "/secrets/a"))["value"] == "29"


def test_a_token_of_one_secret_s_versions_is_not_good_for_another_s() -> None:
    many = {"versions": [{"value": str(number)} for number in range(30)]}
    _, call = _world(secrets={"a": many, "b": many})
    link = content(call("GET", "/secrets/a/versions"))["nextLink"]
    token = dict(parse_qsl(urlsplit(link).query))["$skiptoken"]
    assert call("GET", "/secrets/b/versions", **{"$skiptoken": token}).status == 400


def test_a_deleted_secret_can_be_seen_and_recovered() -> None:
    _, call = _world()
    deleted = content(call("DELETE", "/secrets/versioned"))
    assert deleted["recoveryId"] == "https://kv-one.vault.azure.net/deletedsecrets/versioned"
    assert call("GET", "/secrets/versioned").status == 404
    assert content(call("GET", "/deletedsecrets/versioned"))["deletedDate"] == SECONDS
    assert [len(page) for page in _pages(call, "/deletedsecrets")] == [1]
    conflict = call("PUT", "/secrets/Versioned", body={"value": "x"})
    assert (conflict.status, content(conflict)["error"]["innererror"]["code"]) == (409, "ObjectIsDeletedButRecoverable")
    assert "value" not in content(call("POST", "/deletedsecrets/versioned/recover"))
    assert len(_pages(call, "/secrets/versioned/versions")[0]) == 2


def test_a_purged_secret_is_gone_and_its_name_is_free() -> None:
    _, call = _world()
    call("DELETE", "/secrets/off")
    purged = call("DELETE", "/deletedsecrets/off")
    assert (purged.status, purged.body) == (204, b"")
    assert call("GET", "/deletedsecrets/off").status == 404
    assert call("PUT", "/secrets/off", body={"value": "x"}).status == 200


def test_purge_protection_keeps_it_until_its_time() -> None:
    _, call = _world(enablePurgeProtection=True, softDeleteRetentionInDays=7)
    call("DELETE", "/secrets/off")
    assert call("DELETE", "/deletedsecrets/off").status == 403


def test_retention_ends() -> None:
    world, call = _world(softDeleteRetentionInDays=7)
    call("DELETE", "/secrets/off")
    token_of_later = lab_azure.access_token(world, OFFICER, now=later(days=7))
    request = Request(
        method="GET",
        host="kv-one.vault.azure.net",
        path="/deletedsecrets/off",
        query=(("api-version", "7.6"),),
        headers={"authorization": f"Bearer {token_of_later}"},
    )
    assert lab_azure.drive(world.handle(request, later(days=7))).status == 404


def test_deletion_may_take_a_while() -> None:
    _, call = _world(lab={"deletionSeconds": 3})
    call("DELETE", "/secrets/off")
    assert call("GET", "/deletedsecrets/off", now=later(seconds=2)).status == 404
    assert _pages(call, "/deletedsecrets") == [[]]
    conflict = content(call("PUT", "/secrets/off", body={"value": "x"}, now=later(seconds=2)))
    assert conflict["error"]["innererror"]["code"] == "ObjectIsBeingDeleted"
    assert call("GET", "/deletedsecrets/off", now=later(seconds=3)).status == 200
