"""Tokens that a node's NMI lends to a pod by its name, and what is said where it lends none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from structlog.testing import capture_logs

from keyferry.identity import lent
from keyferry.identity.grants import Grant
from keyferry.identity.pod_identity import LentToPod, Nmi
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.model.errors import GrantError, KeyferryError, NotFound, Throttled, Unavailable
from keyferry.model.identity import PodIdentity
from tests.fakes.azure_http import Fault
from tests.fakes.nmi import FakeNmi
from tests.fakes.offset_clock import OffsetClock

SCOPES = ("https://vault.azure.net/.default",)
HIDDEN = "eyJhbGciOi"


@pytest.fixture
async def nmi(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeNmi]:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("NO_PROXY", "")
    async with FakeNmi(OffsetClock(), "app/api-0", "app/api-1") as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


async def token(grant: Grant) -> str:
    return (await grant.obtain(SCOPES, claims=None, enable_cae=True)).token


def of(nmi: FakeNmi, node: Nmi, pod: str = "api-0") -> LentToPod:
    return LentToPod(PodIdentity(namespace="app", pod=pod, uid="u", endpoint=nmi.url), node)


async def test_asks_by_the_pods_name_and_never_through_a_proxy(nmi: FakeNmi, session: aiohttp.ClientSession) -> None:
    tally = Tally()
    grant = of(nmi, Nmi(lent.direct(session), tally))

    info = await grant.obtain(SCOPES, claims='{"access_token":{}}', enable_cae=True)
    grant.forget()
    await grant.close()

    assert info.token == "pod-token-1"
    assert (
        timedelta(hours=23) < datetime.fromtimestamp(info.expires_on, UTC) - OffsetClock().now() < timedelta(hours=25)
    )
    assert nmi.requests == [("app/api-0", "https://vault.azure.net")]
    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.OK): 1}


async def test_says_once_for_all_pods_that_it_is_deprecated(nmi: FakeNmi, session: aiohttp.ClientSession) -> None:
    node = Nmi(lent.direct(session), Tally())
    with capture_logs() as logs:
        tokens = {await token(of(nmi, node, pod)) for pod in ("api-0", "api-1", "api-0")}

    assert len(tokens) == 3
    assert [entry["event"] for entry in logs] == ["pod_identity.deprecated"]


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        pytest.param(None, NotFound, "no identity for pod app/stranger.*aadpodidbinding", id="no-binding"),
        pytest.param(Fault(403, HIDDEN, (), "text/plain"), GrantError, "HTTP 403.*Operator", id="forbidden"),
        pytest.param(Fault(501, HIDDEN, (), "text/plain"), Unavailable, "HTTP 501", id="broken"),
        pytest.param(Fault(503, "", (("Retry-After", "30"),)), Throttled, "HTTP 503", id="asks-for-patience"),
        pytest.param(Fault(200, "<p>", (), "text/html"), Unavailable, "HTTP 200", id="a-page"),
        pytest.param(Fault(200, "{}"), Unavailable, "HTTP 200", id="nothing"),
        pytest.param(
            Fault(200, '{"token":{"access_token":"","expires_on":"1"},"clientid":"c"}'),
            Unavailable,
            "HTTP 200",
            id="an-empty-token",
        ),
        pytest.param(
            Fault(200, '{"token":{"access_token":"eyJhbGciOi","expires_on":"1"},"clientid":""}'),
            Unavailable,
            "HTTP 200",
            id="no-client",
        ),
        pytest.param(
            Fault(200, '{"token":{"access_token":"eyJhbGciOi","expires_on":"soon"},"clientid":"c"}'),
            Unavailable,
            "HTTP 200",
            id="no-end",
        ),
        pytest.param(
            Fault(200, '{"token":{"access_token":"eyJhbGciOi","expires_on":1e999},"clientid":"c"}'),
            Unavailable,
            "HTTP 200",
            id="no-end-at-all",
        ),
    ],
)
async def test_says_who_must_act_and_nothing_of_the_answer(
    nmi: FakeNmi, session: aiohttp.ClientSession, fault: Fault | None, kind: type[KeyferryError], words: str
) -> None:
    nmi.faults.extend([fault] * 4 if fault else [])

    with pytest.raises(kind, match=words) as caught:
        await token(of(nmi, Nmi(lent.direct(session), Tally()), "stranger"))

    assert HIDDEN not in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_number_may_tell_the_end_too(nmi: FakeNmi, session: aiohttp.ClientSession) -> None:
    nmi.faults.append(Fault(200, '{"token":{"access_token":"t","expires_on":4000000000},"clientid":"c"}'))

    info = await of(nmi, Nmi(lent.direct(session), Tally())).obtain(SCOPES, claims=None, enable_cae=True)

    assert info.expires_on == 4_000_000_000


async def test_a_node_without_the_daemon_is_said_at_the_first_try(session: aiohttp.ClientSession) -> None:
    tally = Tally()
    alone = LentToPod(
        PodIdentity(namespace="app", pod="api-0", uid="u", endpoint="http://127.0.0.1:1"),
        Nmi(lent.direct(session), tally),
    )

    with pytest.raises(Unavailable, match=r"NMI.*does not answer: no connection to 127\.0\.0\.1:1.*deprecated"):
        await token(alone)

    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.UNAVAILABLE): 1}
