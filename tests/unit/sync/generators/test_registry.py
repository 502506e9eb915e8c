from datetime import timedelta

import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable, Where
from keyferry.model.secrets import SecretValue
from keyferry.sync.generators.registry import Registry
from tests.fakes.azure_http import Fault
from tests.fakes.registry import HOST, World

WHERE = Where(kind="ACRAccessToken", namespace="app", name="x")
SCOPE = "repository:app:pull"


def registry(acr: World, host: str = HOST) -> Registry:
    return Registry(acr.session, host, WHERE)


async def test_an_entra_token_becomes_a_refresh_token_and_that_an_access_token(acr: World) -> None:
    acr.registry.roles.add("puller")
    refresh = await registry(acr).exchange("entra:puller", "t", "client puller")
    assert refresh == SecretValue(b"r:puller")
    assert await registry(acr).access(refresh, SCOPE, "client puller") == SecretValue(b"a:puller:repository:app:pull")
    assert acr.registry.forms == [
        (
            "/oauth2/exchange",
            {"grant_type": "access_token", "service": HOST, "access_token": "entra:puller", "tenant": "t"},
        ),
        (
            "/oauth2/token",
            {"grant_type": "refresh_token", "service": HOST, "scope": SCOPE, "refresh_token": "r:puller"},
        ),
    ]


async def test_a_tenant_that_nobody_knows_is_left_out(acr: World) -> None:
    acr.registry.roles.add("puller")
    await registry(acr).exchange("entra:puller", "", "x")
    assert "tenant" not in acr.registry.forms[0][1]


async def test_without_a_role_it_is_refused_with_what_to_do(acr: World) -> None:
    with pytest.raises(GrantError, match="AcrPull") as refused:
        await registry(acr).exchange("entra:secret-token", "t", "client c")
    assert "secret-token" not in str(refused.value)
    assert (refused.value.where, "client c" in str(refused.value)) == (WHERE, True)


async def test_a_scope_that_is_none_is_the_users_to_mend(acr: World) -> None:
    with pytest.raises(SpecError, match="repository:NAME:pull"):
        await registry(acr).access(SecretValue(b"r:x"), "everything", "x")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault(404), NotFound, id="no-registry"),
        pytest.param(Fault(403), GrantError, id="forbidden"),
        pytest.param(Fault(429, headers=(("Retry-After", "60"),)), Throttled, id="throttled"),
        pytest.param(Fault(418), Unavailable, id="out-of-order"),
        pytest.param(Fault(200, "<html>", content_type="text/html"), Unavailable, id="somebody-else"),
        pytest.param(Fault(200, "{}"), Unavailable, id="no-token"),
        pytest.param(Fault(200, '{"refresh_token": "' + "x" * 70_000 + '"}'), Unavailable, id="a-huge-token"),
    ],
)
async def test_failures_are_told_by_who_must_act(acr: World, fault: Fault, error: type[KeyferryError]) -> None:
    acr.registry.faults.append(fault)
    with pytest.raises(error) as failed:
        await registry(acr).exchange("entra:secret-token", "t", "x")
    assert "secret-token" not in str(failed.value)
    if isinstance(failed.value, Throttled):
        assert failed.value.retry_after == timedelta(minutes=1)


async def test_an_access_token_that_is_refused(acr: World) -> None:
    acr.registry.faults.append(Fault(401))
    with pytest.raises(GrantError):
        await registry(acr).access(SecretValue(b"r:x"), SCOPE, "x")


async def test_a_registry_that_does_not_answer(acr: World) -> None:
    with pytest.raises(Unavailable, match="the proxy refused"):
        await registry(acr, "another.azurecr.io").exchange("entra:x", "t", "x")
