"""Which of kubelet's tokens is handed out, when, and what is said where none can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.assertions import SignedByCluster
from keyferry.identity.tokens import TokenSource
from keyferry.model.errors import KeyferryError, NotFound, Unavailable
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.tokens import FORGET_AFTER, MARGIN, KubeletTokens
from keyferry.mount.state import PodToken
from tests.fakes.token_source import FakeTokenSource, unsigned_jwt

API = ServiceAccountRef(namespace="app", name="api")
WEB = ServiceAccountRef(namespace="app", name="web")
AUDIENCE = "api://AzureADTokenExchange"
START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


def token(seconds: float, account: ServiceAccountRef = API, name: str = "") -> PodToken:
    claims = {"sub": f"system:serviceaccount:{account.namespace}:{account.name}", "jti": f"{name}{seconds}"}
    return PodToken(token=SecretValue(unsigned_jwt(claims).encode()), expires=START + timedelta(seconds=seconds))


async def test_hands_out_the_newest_token_whatever_the_order_in_which_pods_bring_them() -> None:
    tokens: TokenSource = (kept := KubeletTokens(Hands()))
    for seconds in (600, 900, 700):
        kept.offer(API, {AUDIENCE: token(seconds)})

    assert await tokens.create_token(API, (AUDIENCE, "other")) == token(900)


@pytest.mark.parametrize(
    ("offered", "asked", "after", "kind", "words"),
    [
        pytest.param({}, API, 0, NotFound, "no token at all.*tokenRequests.*--request-tokens", id="nothing-sent"),
        pytest.param(
            {"vault": token(600), "sts": token(600)},
            API,
            0,
            NotFound,
            "it sent tokens for sts, vault only.*name api://AzureADTokenExchange",
            id="another-audience",
        ),
        pytest.param({AUDIENCE: token(600)}, WEB, 0, NotFound, "ServiceAccount app/web", id="another-account"),
        pytest.param(
            {AUDIENCE: token(600)}, API, 600, Unavailable, "ends at 2026-11-22T06:10:00Z.*requiresRepublish", id="ended"
        ),
        pytest.param(
            {AUDIENCE: token(600)}, API, 600 - MARGIN.total_seconds(), Unavailable, "used up", id="about-to-end"
        ),
        pytest.param({AUDIENCE: token(600, WEB)}, API, 0, NotFound, "no token at all", id="signed-for-another"),
    ],
)
async def test_says_why_there_is_no_token_and_asks_elsewhere_where_that_is_allowed(
    offered: dict[str, PodToken], asked: ServiceAccountRef, after: float, kind: type[KeyferryError], words: str
) -> None:
    clock = Hands()
    alone, cluster = KubeletTokens(clock), FakeTokenSource(clock, API, WEB)
    helped = KubeletTokens(clock, cluster)
    for tokens in (alone, helped):
        tokens.offer(API, offered)
    clock.time += timedelta(seconds=after)

    with pytest.raises(kind, match=words) as caught:
        await alone.create_token(asked, (AUDIENCE,))
    made = await helped.create_token(asked, (AUDIENCE,))

    assert cluster.requests == 1
    assert made.expires > clock.now()
    assert "eyJ" not in str(caught.value)


async def test_does_not_ask_the_cluster_for_what_kubelet_brought() -> None:
    cluster = FakeTokenSource(Hands(), API)
    tokens = KubeletTokens(Hands(), cluster)
    tokens.offer(API, {AUDIENCE: token(600)})

    await tokens.create_token(API, (AUDIENCE,))

    assert cluster.requests == 0


async def test_a_token_that_is_no_jwt_is_left_for_entra_to_refuse() -> None:
    tokens = KubeletTokens(Hands())
    opaque = PodToken(token=SecretValue(b"\xffopaque"), expires=START + timedelta(hours=1))
    tokens.offer(API, {AUDIENCE: opaque})

    assert await tokens.create_token(API, (AUDIENCE,)) == opaque


async def test_forgets_an_account_with_its_last_volume() -> None:
    tokens = KubeletTokens(Hands())
    tokens.offer(API, {AUDIENCE: token(600)})
    tokens.offer(WEB, {AUDIENCE: token(600, WEB)})
    tokens.offer(WEB, {})
    tokens.drop(API)
    tokens.drop(API)

    with pytest.raises(NotFound):
        await tokens.create_token(API, (AUDIENCE,))
    assert len(tokens) == 1


async def test_forgets_those_that_nobody_says_are_gone_a_day_after_their_end() -> None:
    clock = Hands()
    tokens = KubeletTokens(clock)
    tokens.offer(API, {AUDIENCE: token(600), "other": token(900)})
    clock.time = START + timedelta(seconds=900) + FORGET_AFTER
    tokens.offer(WEB, {AUDIENCE: token(90_000, WEB)})
    assert len(tokens) == 2
    clock.time += timedelta(seconds=1)
    tokens.offer(ServiceAccountRef(namespace="app", name="third"), {AUDIENCE: token(600)})

    assert len(tokens) == 2
    assert (await tokens.create_token(WEB, (AUDIENCE,))) == token(90_000, WEB)


async def test_tokens_of_ten_minutes_carry_an_identity_through_a_day_of_republishing() -> None:
    """Kubelet renews when a fifth is left, and comes by every 90 s: at each moment there is a good token to trade."""
    clock = Hands()
    tokens = KubeletTokens(clock)
    signed = SignedByCluster(
        WorkloadIdentity(
            tenant_id=TenantId("t"),
            client_id=ClientId("c"),
            service_account=API,
            authority_host="https://h",
            audiences=(AUDIENCE,),
        ),
        tokens,
        clock,
    )
    of_kubelet = token(600)
    for seconds in range(0, 24 * 3600, 30):
        clock.time = START + timedelta(seconds=seconds)
        if of_kubelet.expires - clock.now() <= timedelta(seconds=120):
            of_kubelet = token(seconds + 600)
        if seconds % 90 == 0:
            tokens.offer(API, {AUDIENCE: of_kubelet})
        traded = await signed.current()
        assert any(
            token(end).token == traded and START + timedelta(seconds=end) > clock.now()
            for end in range(seconds + 30, seconds + 601, 30)
        )
    await signed.close()


@given(
    st.lists(
        st.tuples(st.sampled_from([API, WEB]), st.sampled_from(["a", "b"]), st.integers(-100, 1000), st.booleans()),
        max_size=20,
    ),
    st.integers(0, 1000),
)
async def test_never_hands_out_an_ended_token_nor_one_of_another(
    offers: list[tuple[ServiceAccountRef, str, int, bool]], now: int
) -> None:
    clock = Hands()
    tokens = KubeletTokens(clock)
    for account, audience, seconds, honest in offers:
        owner = account if honest else ServiceAccountRef(namespace="app", name="thief")
        tokens.offer(account, {audience: token(seconds, owner, audience)})
    clock.time = START + timedelta(seconds=now)

    for account in (API, WEB):
        for audience in ("a", "b"):
            ends = [seconds for who, name, seconds, honest in offers if (who, name) == (account, audience) and honest]
            best = max(ends, default=-1)
            if best - now > MARGIN.total_seconds():
                assert await tokens.create_token(account, (audience,)) == token(best, account, audience)
            else:
                with pytest.raises(KeyferryError):
                    await tokens.create_token(account, (audience,))
