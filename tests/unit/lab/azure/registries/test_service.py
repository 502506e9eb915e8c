from datetime import timedelta
from typing import Any

import pytest

from keyferry.lab.world.http import Request
from tests.fakes import lab_azure, lab_registries
from tests.fakes.lab_azure import NOW, OFFICER, OTHER_TENANT, STRANGER, TENANT, VAULT_SCOPE, content, header
from tests.fakes.lab_registries import HOST, SCOPE, exchange, get, login, post, refresh_token


def test_an_entra_token_becomes_a_refresh_token_and_that_an_access_token() -> None:
    world = lab_registries.azure()
    token = lab_registries.access_token(world)
    answer = get(world, "/v2/team/app/tags/list", f"Bearer {token}")
    assert (answer.status, content(answer)) == (200, {"name": "team/app", "tags": ["latest"]})
    assert get(world, "/v2/", f"Bearer {token}").status == 200


def test_a_tenant_may_be_named_and_must_be_the_registrys() -> None:
    world = lab_registries.azure()
    assert exchange(world, tenant=TENANT.upper()).status == 200
    assert exchange(world, tenant=OTHER_TENANT).status == 401


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({"grant_type": "password"}, 400, id="another-grant"),
        pytest.param({"service": "another.azurecr.io"}, 400, id="another-registry"),
        pytest.param({"access_token": "x"}, 401, id="no-token"),
        pytest.param({"client": STRANGER}, 401, id="another-tenant"),
        pytest.param({"scope": VAULT_SCOPE}, 401, id="a-token-for-vaults"),
        pytest.param({"host": "faraway.azurecr.io", "service": "faraway.azurecr.io"}, 401, id="no-role-there"),
    ],
)
def test_an_exchange_is_refused(fields: dict[str, Any], status: int) -> None:
    assert exchange(lab_registries.azure(), **fields).status == status


def test_without_a_role_nobody_logs_in() -> None:
    world = lab_azure.azure(registries=lab_registries.REGISTRIES)
    answer = exchange(world)
    assert (answer.status, content(answer)["errors"][0]["code"]) == (401, "UNAUTHORIZED")


def test_a_body_that_is_no_form_is_an_empty_one() -> None:
    world = lab_registries.azure()
    for headers, body in (({}, b"grant_type=access_token"), ({"content-type": FORM}, b"\xff")):
        request = Request(method="POST", host=HOST, path="/oauth2/exchange", headers=headers, body=body)
        assert lab_azure.drive(world.handle(request, NOW)).status == 400


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({}, 200, id="fine"),
        pytest.param({"grant_type": "access_token"}, 400, id="another-grant"),
        pytest.param({"service": "another.azurecr.io"}, 400, id="another-registry"),
        pytest.param({"scope": "everything"}, 400, id="no-scope"),
        pytest.param({"refresh_token": "x"}, 401, id="no-refresh-token"),
    ],
)
def test_an_access_token_is_had_or_not(fields: dict[str, str], status: int) -> None:
    world = lab_registries.azure()
    form = {"grant_type": "refresh_token", "scope": SCOPE, "refresh_token": refresh_token(world)} | fields
    assert post(world, "token", form).status == status


def test_a_refresh_token_ends() -> None:
    world = lab_registries.azure()
    form = {"grant_type": "refresh_token", "scope": SCOPE, "refresh_token": refresh_token(world)}
    assert post(world, "token", form, now=NOW + timedelta(hours=3)).status == 401


def test_a_runtime_logs_in_as_a_pull_secret_tells_it() -> None:
    world = lab_registries.azure()
    refresh = refresh_token(world)
    challenge = get(world, "/v2/team/app/tags/list")
    assert challenge.status == 401
    assert 'scope="repository:team/app:pull"' in (header(challenge, "WWW-Authenticate") or "")
    answer = get(world, "/oauth2/token", login(refresh), service=HOST, scope=SCOPE)
    token = content(answer)["access_token"]
    assert get(world, "/v2/team/app/tags/list", f"Bearer {token}").status == 200
    assert get(world, "/v2/", login(refresh)).status == 200


@pytest.mark.parametrize(
    "authorization", ["", "Basic !!", "Basic eA==", login("x", "root"), "Bearer x", login("x")], ids=str
)
def test_a_login_that_proves_nothing(authorization: str) -> None:
    world = lab_registries.azure()
    assert get(world, "/v2/", authorization).status == 401
    assert get(world, "/oauth2/token", authorization, scope=SCOPE).status == 401


def test_a_token_opens_its_own_repository_alone() -> None:
    world = lab_registries.azure()
    token = f"Bearer {lab_registries.access_token(world, 'repository:another:pull')}"
    assert get(world, "/v2/team/app/tags/list", token).status == 401
    answer = get(world, "/v2/another/tags/list", token)
    assert (answer.status, content(answer)["errors"][0]["code"]) == (404, "NAME_UNKNOWN")


def test_who_may_not_push_gets_a_token_that_pushes_nothing() -> None:
    world = lab_registries.azure()
    pushing = f"Bearer {lab_registries.access_token(world, 'repository:team/app:push')}"
    assert get(world, "/v2/team/app/tags/list", pushing).status == 401
    both = f"Bearer {lab_registries.access_token(world, 'repository:team/app:pull,push', OFFICER)}"
    assert get(world, "/v2/team/app/tags/list", both).status == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_endpoints_are_not_there(method: str) -> None:
    request = Request(method=method, host=HOST, path="/acr/v1/_catalog")
    assert lab_azure.drive(lab_registries.azure().handle(request, NOW)).status == 404


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        pytest.param("/oauth2/exchange", "Exchange", id="exchange"),
        pytest.param("/oauth2/token", "Token", id="token"),
        pytest.param("/v2/", "GET", id="another"),
    ],
)
def test_a_failure_that_was_asked_for_has_a_registrys_shape(path: str, operation: str) -> None:
    world = lab_registries.azure()
    answer = world.refuse(Request(method="GET", host=HOST, path=path), 429, timedelta(seconds=7), NOW)
    assert (answer.status, header(answer, "Retry-After")) == (429, "7")
    assert [(each.operation, each.status) for each in world.counts() if each.where == HOST] == [(operation, 429)]


def test_requests_are_counted() -> None:
    world = lab_registries.azure()
    refresh_token(world)
    assert [(each.operation, each.status) for each in world.counts() if each.where == HOST] == [("Exchange", 200)]
