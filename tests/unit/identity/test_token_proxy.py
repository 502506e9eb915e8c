"""Identity bindings: the way through the cluster's token proxy, its name and authority in TLS, and its refusals."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from keyferry.identity.assertions import SignedByCluster
from keyferry.identity.federated import Federated
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.identity.token_proxy import BoundEntra, TokenProxy
from keyferry.model.errors import AssertionRejected, GrantError, KeyferryError, SpecError, Unavailable
from keyferry.model.identity import BoundIdentity, ClientId, ServiceAccountRef, TenantId
from tests.fakes.azure_http import Fault
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.token_proxy import SERVER_NAME, FakeTokenProxy
from tests.fakes.token_source import FakeTokenSource

SCOPES = ("https://vault.azure.net/.default",)
TENANT, CLIENT = "aaaaaaaa-0000-0000-0000-000000000001", "cccccccc-0000-0000-0000-000000000003"
ACCOUNT = ServiceAccountRef(namespace="app", name="api")
IDENTITY = BoundIdentity(
    tenant_id=TenantId(TENANT),
    client_id=ClientId(CLIENT),
    service_account=ACCOUNT,
    authority_host="https://login.microsoftonline.com",
)
BOUND = (CLIENT, "system:serviceaccount:app:api")


@pytest.fixture
async def session(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[aiohttp.ClientSession]:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("NO_PROXY", "")
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def cluster() -> AsyncIterator[FakeTokenProxy]:
    async with FakeTokenProxy(OffsetClock(), BOUND) as served:
        yield served


def settings(cluster: FakeTokenProxy, folder: Path, **changes: str) -> TokenProxy:
    given = TokenProxy(
        url=cluster.url, ca_file=cluster.trust(folder / "ca.crt"), api_host="127.0.0.1", api_port=cluster.port
    )
    return replace(given, **changes)  # type: ignore[arg-type]  # texts alone


def grant(session: aiohttp.ClientSession, proxy: TokenProxy, tally: Tally | None = None) -> Federated:
    clock = OffsetClock()
    entra = BoundEntra(session, proxy, tally or Tally())
    return Federated(IDENTITY, SignedByCluster(IDENTITY, FakeTokenSource(clock, ACCOUNT), clock), entra, clock)


async def token(asked: Federated) -> str:
    return (await asked.obtain(SCOPES, claims=None, enable_cae=False)).token


async def test_trades_at_the_proxy_under_the_name_that_the_api_server_tells(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    tally = Tally()
    asked = grant(session, settings(cluster, tmp_path), tally)

    assert [await token(asked), await token(asked)] == ["bound-token-1", "bound-token-2"]
    assert [request["path"] for request in cluster.requests] == [f"/{TENANT}/oauth2/v2.0/token"] * 2
    assert cluster.requests[0]["client_id"] == CLIENT
    assert cluster.names == [None, SERVER_NAME]
    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.OK): 2}


async def test_a_name_that_is_given_is_not_looked_for(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    asked = grant(session, settings(cluster, tmp_path, sni_name=SERVER_NAME, api_host="none.invalid"))

    assert await token(asked)
    assert cluster.names == [SERVER_NAME]


async def test_the_address_may_have_a_path_and_a_retry_keeps_it(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    cluster.faults.append(Fault(503, "{}"))

    assert await token(grant(session, settings(cluster, tmp_path, url=f"{cluster.url}/proxy/")))
    assert [request["path"] for request in cluster.requests] == [f"/proxy/{TENANT}/oauth2/v2.0/token"] * 2


async def test_a_replaced_authority_is_trusted_without_a_restart(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    clock = OffsetClock()
    async with FakeTokenProxy(clock, BOUND) as old:
        asked = grant(session, settings(old, tmp_path))
        assert await token(asked)
        port = old.port
    renewed = FakeTokenProxy(clock, BOUND)
    renewed.port = port
    async with renewed:
        with pytest.raises(Unavailable, match="TLS with"):
            await token(asked)
        renewed.trust(tmp_path / "ca.crt")

        assert await token(asked)


async def test_trusts_the_clusters_authority_and_the_right_name_alone(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with FakeTokenProxy(OffsetClock(), BOUND) as other:
        foreign = replace(settings(cluster, tmp_path), ca_file=other.trust(tmp_path / "other.crt"))
    for proxy in (replace(foreign, sni_name=SERVER_NAME), settings(cluster, tmp_path, sni_name=f"x{SERVER_NAME}")):
        with pytest.raises(Unavailable, match=f"{cluster.url} does not answer: TLS with"):
            await token(grant(session, proxy))
    assert cluster.requests == []


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        pytest.param(
            None, GrantError, "app/api.*HTTP 403.*use-managed-identity.*ServiceAccount app/api", id="not-bound"
        ),
        pytest.param(Fault(401, "no", (), "text/plain"), GrantError, "HTTP 401", id="not-authorised"),
        pytest.param(
            Fault(
                401,
                '{"error":"unauthorized_client","error_description":"AADSTS700016: none","error_codes":[700016]}',
            ),
            AssertionRejected,
            "token proxy refused client c.*AADSTS700016: none.*az aks identity-binding",
            id="entras-own-words",
        ),
        pytest.param(Fault(404, "{}"), Unavailable, "does not answer as Entra does: HTTP 404", id="no-such-path"),
    ],
)
async def test_says_who_must_act(
    cluster: FakeTokenProxy,
    session: aiohttp.ClientSession,
    tmp_path: Path,
    fault: Fault | None,
    kind: type[KeyferryError],
    words: str,
) -> None:
    cluster.bound.clear()
    cluster.faults.extend([fault] if fault else [])

    tally = Tally()

    with pytest.raises(kind, match=words) as caught:
        await token(grant(session, settings(cluster, tmp_path), tally))

    assert sum(tally.snapshot().values()) == 1
    assert "eyJ" not in str(caught.value)


async def test_a_cluster_that_is_not_of_aks_is_said(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with FakeTokenProxy(OffsetClock(), BOUND, is_aks=False) as cluster:
        with pytest.raises(SpecError, match=r"no token proxy.*--sni-name"):
            await token(grant(session, settings(cluster, tmp_path)))


async def test_an_api_server_out_of_reach_is_waited_for(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="does not show its certificate"):
        await token(grant(session, replace(settings(cluster, tmp_path), api_port=1)))


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_a_pod_without_the_authoritys_file_is_said(
    cluster: FakeTokenProxy, session: aiohttp.ClientSession, tmp_path: Path, content: str | None
) -> None:
    proxy = settings(cluster, tmp_path)
    proxy.ca_file.unlink()
    if content is not None:
        proxy.ca_file.write_text(content)

    with pytest.raises(SpecError, match=r"ca\.crt is missing or holds no certificate"):
        await token(grant(session, proxy))


def test_by_default_the_proxy_is_where_aks_has_it() -> None:
    proxy = TokenProxy()

    assert str(proxy.where) == "token proxy https://kubernetes.default.svc.cluster.local"
    assert (proxy.api_host, proxy.api_port, proxy.sni_name) == ("kubernetes.default.svc", 443, "")
