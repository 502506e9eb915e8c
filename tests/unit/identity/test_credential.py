"""One credential for each identity, against fake Entra: single flight, refresh, remembered failures, isolation."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from azure.core.credentials import AccessTokenInfo, TokenRequestOptions
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity import credential as credential_module
from keyferry.identity.credential import Credential
from keyferry.identity.setback import FIRST_PAUSE
from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import AssertionRejected, GrantError, NotFound, SpecError, Throttled, Unavailable
from keyferry.model.identity import ClientId, ManagedIdentity
from tests.fakes.azure_http import Fault
from tests.fakes.vault_world import OTHER_TENANT, TENANT, World

SCOPE = "https://vault.azure.net/.default"
CAE: TokenRequestOptions = {"enable_cae": True}


async def token(credential: Credential) -> str:
    return (await credential.get_token_info(SCOPE, options=CAE)).token


async def test_fifty_cold_calls_are_one_token_request_and_one_exchange(world: World) -> None:
    credential = world.credentials.of(world.identity())

    tokens = await asyncio.gather(*(token(credential) for _ in range(50)))

    assert len(set(tokens)) == 1
    assert (world.tokens.requests, world.azure.requests["token"]) == (1, 1)
    assert world.credentials.requests == {(RequestKind.TOKEN, Outcome.OK): 1}


async def test_sends_what_the_exchange_needs(world: World) -> None:
    identity = world.identity()
    await token(world.credentials.of(identity))

    sent = world.azure.token_requests[0]
    assert sent["grant_type"] == "client_credentials"
    assert sent["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert (sent["client_id"], sent["scope"]) == (identity.client_id, SCOPE)
    assert "CP1" in sent["claims"]


async def test_equal_identities_share_a_credential_and_others_do_not(world: World) -> None:
    assert world.credentials.of(world.identity()) is world.credentials.of(world.identity())
    assert world.credentials.of(world.identity("api")) is not world.credentials.of(world.identity("web"))


async def test_get_token_is_the_older_shape_of_the_same(world: World) -> None:
    credential = world.credentials.of(world.identity())

    first = await credential.get_token(SCOPE, enable_cae=True, tenant_id=TENANT)
    with_claims = await credential.get_token(SCOPE, enable_cae=True, claims='{"access_token":{}}')

    assert first.token == await token_before(credential, with_claims.token)
    assert first.expires_on > world.clock.now().timestamp()


async def token_before(credential: Credential, replaced: str) -> str:
    """A claims challenge replaces the token that plain calls get."""
    assert await token(credential) == replaced
    return f"access-token-{int(replaced.rpartition('-')[2]) - 1}"


async def test_one_claims_challenge_costs_one_token_however_many_meet_it_in_turn(world: World) -> None:
    credential = world.credentials.of(world.identity())
    await token(credential)
    revoked: TokenRequestOptions = {"enable_cae": True, "claims": '{"access_token":{"nbf":1}}'}
    others: TokenRequestOptions = {"enable_cae": True, "claims": '{"access_token":{"nbf":2}}'}

    met = [(await credential.get_token_info(SCOPE, options=revoked)).token for _ in range(50)]
    assert set(met) == {await token(credential)}
    assert world.azure.requests["token"] == 2

    assert (await credential.get_token_info(SCOPE, options=others)).token not in met
    world.clock.advance(credential_module.TOO_NEW_TO_DISCARD)
    assert (await credential.get_token_info(SCOPE, options=others)).token == await token(credential)
    assert world.azure.requests["token"] == 4, "a service that still would not have it gets a new one"


async def test_a_scope_and_continuous_access_have_tokens_of_their_own(world: World) -> None:
    credential = world.credentials.of(world.identity())

    await credential.get_token_info(SCOPE, options=CAE)
    await credential.get_token_info(SCOPE)
    await credential.get_token_info("https://vault.azure.cn/.default", options=CAE)

    assert world.azure.requests["token"] == 3
    assert world.tokens.requests == 1


async def test_refreshes_ahead_of_expiry_while_others_keep_the_old_token(world: World) -> None:
    credential = world.credentials.of(world.identity())
    old = await token(credential)
    world.clock.advance(timedelta(minutes=56))

    tokens = await asyncio.gather(*(token(credential) for _ in range(10)))

    assert len(set(tokens) - {old}) == 1
    assert tokens.count(old) == 9
    assert await token(credential) != old
    assert world.azure.requests["token"] == 2
    assert world.tokens.requests == 2  # the first assertion had come near its end


async def test_keeps_a_token_that_still_holds_when_its_refresh_fails(world: World) -> None:
    credential = world.credentials.of(world.identity())
    old = await token(credential)
    world.clock.advance(timedelta(minutes=56))
    world.azure.identities[TENANT].clear()

    assert await token(credential) == old
    assert await token(credential) == old
    assert world.azure.requests["token"] == 2
    world.clock.advance(timedelta(minutes=10))
    with pytest.raises(AssertionRejected):
        await token(credential)


async def test_refreshes_when_entra_says_it_is_time(world: World) -> None:
    world.azure.token_lifetime = timedelta(hours=24)  # half of it is the time that azure-identity takes for refreshing
    credential = world.credentials.of(world.identity())
    old = await token(credential)
    world.clock.advance(timedelta(hours=11))
    assert await token(credential) == old
    world.clock.advance(timedelta(hours=2))

    assert await token(credential) != old


async def test_a_short_token_is_used_for_most_of_its_life(world: World) -> None:
    world.azure.token_lifetime = timedelta(seconds=60)
    credential = world.credentials.of(world.identity())
    old = await token(credential)
    world.clock.advance(timedelta(seconds=40))
    assert await token(credential) == old
    world.clock.advance(timedelta(seconds=12))

    assert await token(credential) != old


async def test_a_token_is_not_used_past_its_end(world: World) -> None:
    credential = world.credentials.of(world.identity())
    old = await token(credential)
    world.clock.advance(timedelta(hours=2))

    assert await token(credential) != old


async def test_a_refusal_is_shared_by_the_crowd_and_remembered_for_a_growing_time(world: World) -> None:
    credential = world.credentials.of(world.identity(trusted=False))

    async def refused(count: int) -> set[int]:
        errors = await asyncio.gather(*(token(credential) for _ in range(count)), return_exceptions=True)
        assert all(isinstance(error, AssertionRejected) and error.code == 70025 for error in errors)
        return {id(error) for error in errors}

    assert len(await refused(1_000)) == 1
    await refused(10)
    assert world.azure.requests["token"] == 1
    world.clock.advance(timedelta(seconds=1.1))
    await refused(10)
    assert world.azure.requests["token"] == 2
    world.clock.advance(timedelta(seconds=1.1))
    await refused(10)
    assert world.azure.requests["token"] == 2


async def test_one_identitys_refusal_is_not_anothers(world: World) -> None:
    refused = world.identity("web", client="dddddddd-0000-0000-0000-000000000004", trusted=False)
    allowed = world.identity("api")

    answers = await asyncio.gather(
        *(token(world.credentials.of(one)) for one in (refused, allowed)), return_exceptions=True
    )

    assert isinstance(answers[0], AssertionRejected)
    assert answers[0].code == 700016
    assert isinstance(answers[1], str)


async def test_forgets_a_refusal_when_told(world: World) -> None:
    identity = world.identity(trusted=False)
    with pytest.raises(AssertionRejected):
        await token(world.credentials.of(identity))
    world.identity()
    world.credentials.forget(identity)
    world.credentials.forget(world.identity("never-asked"))

    assert await token(world.credentials.of(identity))


async def test_names_issuer_subject_and_client_of_a_refused_assertion(world: World) -> None:
    identity = world.identity()
    world.tokens.issuer = "https://oidc.example.com/cluster-1"  # without the slash

    with pytest.raises(AssertionRejected) as caught:
        await token(world.credentials.of(identity))

    assert caught.value.code == 700211
    for word in ("https://oidc.example.com/cluster-1", identity.subject, identity.client_id, identity.tenant_id):
        assert word in str(caught.value)


async def test_a_missing_service_account_is_said_and_healed(world: World) -> None:
    identity = world.identity()
    world.tokens.accounts.clear()
    credential = world.credentials.of(identity)
    with pytest.raises(NotFound, match="payments/api"):
        await token(credential)

    world.identity()
    world.clock.advance(timedelta(seconds=2))

    assert await token(credential)


async def test_refuses_a_vault_of_another_tenant_without_asking(world: World) -> None:
    credential = world.credentials.of(world.identity())

    with pytest.raises(GrantError, match=OTHER_TENANT):
        await credential.get_token_info(SCOPE, options={"tenant_id": OTHER_TENANT})

    assert world.azure.requests["token"] == 0


async def test_tenant_ids_are_compared_without_case(world: World) -> None:
    credential = world.credentials.of(world.identity())

    assert (await credential.get_token_info(SCOPE, options={"tenant_id": TENANT.upper()})).token


@pytest.mark.parametrize(
    ("tenant", "words"),
    [
        pytest.param("../common", "is not a tenant id", id="path"),
        pytest.param("", "is not a tenant id", id="empty"),
    ],
)
async def test_refuses_a_tenant_that_is_none(world: World, tenant: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        await token(world.credentials.of(world.identity(tenant=tenant)))


@pytest.mark.parametrize(
    ("faults", "kind", "words"),
    [
        pytest.param(
            [Fault(429, "{}", (("Retry-After", "30"),))], Throttled, "fewer token requests", id="throttled-for-long"
        ),
        pytest.param(
            [Fault(503, "<h1>access_token error</h1>", (("Retry-After", "30"),), "text/html")],
            Throttled,
            "HTTP 503",
            id="busy-with-a-page",
        ),
        pytest.param([Fault(200, "[]")], Unavailable, "HTTP 200", id="a-list"),
        pytest.param([Fault(200, "{}")], Unavailable, "HTTP 200", id="an-empty-object"),
        pytest.param([Fault(200, "{broken")], Unavailable, "HTTP 200", id="not-json"),
        pytest.param([Fault(403, "blocked by policy", (), "text/html")], Unavailable, "HTTP 403", id="a-block-page"),
        pytest.param(
            [
                Fault(
                    400, '{"error":"temporarily_unavailable","error_description":"AADSTS90033: later","error_codes":[]}'
                )
            ],
            Unavailable,
            "AADSTS90033",
            id="transient-code",
        ),
        pytest.param([Fault(0)] * 3, Unavailable, "broke off", id="connection-closed"),
    ],
)
async def test_says_what_is_wrong_with_entra(
    world: World, faults: list[Fault], kind: type[Exception], words: str
) -> None:
    world.azure.token_faults.extend(faults)

    with pytest.raises(kind, match=words) as caught:
        await token(world.credentials.of(world.identity()))

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_tries_again_when_entra_stumbles(world: World) -> None:
    world.azure.token_faults.extend([Fault(500, "{}"), Fault(0)])

    assert await token(world.credentials.of(world.identity()))


async def test_no_text_ever_holds_a_token(world: World) -> None:
    credential = world.credentials.of(world.identity())
    held = await token(credential)
    assertion = world.azure.token_requests[0]["client_assertion"]
    world.clock.advance(timedelta(hours=2))
    refusal = f'{{"error":"invalid_client","error_description":"AADSTS999: {assertion}","error_codes":[999]}}'
    world.azure.token_faults.append(Fault(401, refusal))

    with pytest.raises(AssertionRejected) as caught:
        await token(credential)

    shown = f"{caught.getrepr(style='short', chain=True)} {caught.value!r} {vars(credential)} {credential!r}"
    assert held not in shown
    assert assertion.split(".")[1] not in shown


async def test_discards_old_tokens_and_keeps_new_ones(world: World) -> None:
    credential = world.credentials.of(world.identity())
    first = await token(credential)
    credential.discard()
    assert await token(credential) == first
    world.clock.advance(timedelta(seconds=31))
    credential.discard()

    assert await token(credential) != first


async def test_closing_ends_what_is_under_way(world: World) -> None:
    world.azure.latency = 30
    credential = world.credentials.of(world.identity())
    waiting = asyncio.create_task(token(credential))
    await world.proxy.connected.wait()
    async with credential:  # a client that closes does not close the pool's credential
        pass
    await world.credentials.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_kept_assertion_that_has_ended_by_entras_clock_is_replaced_at_once(world: World) -> None:
    credential = world.credentials.of(world.identity())
    await token(credential)
    world.azure.clock_ahead = world.tokens.lifetime
    world.tokens.lifetime *= 3

    await credential.get_token_info("https://vault.azure.cn/.default", options=CAE)

    assert (world.tokens.requests, world.azure.requests["token"]) == (2, 3)


async def test_a_new_assertion_that_entras_clock_refuses_is_not_tried_again(world: World) -> None:
    world.azure.clock_ahead = world.tokens.lifetime
    with pytest.raises(AssertionRejected) as caught:
        await token(world.credentials.of(world.identity()))
    assert caught.value.code == 700024
    assert (world.tokens.requests, world.azure.requests["token"]) == (1, 1)


async def test_discards_a_token_that_is_new_only_by_a_clock_set_back(world: World) -> None:
    credential = world.credentials.of(world.identity())
    first = await token(credential)
    world.clock.advance(-timedelta(days=1))
    credential.discard()

    assert await token(credential) != first


async def test_a_crowd_does_not_wait_for_an_entra_that_was_dead_a_moment_ago(world: World) -> None:
    credential = world.credentials.of(world.identity())
    world.azure.token_faults.extend([Fault(0)] * 6)
    with pytest.raises(Unavailable):
        await token(credential)
    world.azure.token_faults.clear()
    world.clock.advance(timedelta(seconds=1.1))
    world.azure.latency = 1.5 * credential_module.CROWD_SECONDS
    answers = await asyncio.gather(*(token(credential) for _ in range(4)), return_exceptions=True)

    assert [type(answer).__name__ for answer in answers] == ["str"] + ["Unavailable"] * 3


class ScriptedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


class ScriptedGrant:
    """Gives tokens that tell whose they are, or fails; and keeps when it was asked."""

    def __init__(self, name: str, clock: ScriptedClock) -> None:
        self.name = name
        self.broken = False
        self.asked = 0
        self.failed_at: list[datetime] = []
        self._clock = clock

    async def obtain(self, scopes: tuple[str, ...], *, claims: str | None, enable_cae: bool) -> AccessTokenInfo:
        self.asked += 1
        await asyncio.sleep(0)
        if self.broken:
            self.failed_at.append(self._clock.instant)
            raise Unavailable(what=f"{self.name} is broken")
        ends = int((self._clock.instant + timedelta(hours=1)).timestamp())
        return AccessTokenInfo(f"{self.name}/{ends}", ends)

    def forget(self) -> None:
        pass

    async def close(self) -> None:
        pass


NAMES = ("a", "b", "c")
Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(("ask", "ask", "ask", "break", "mend", "forget")), st.sampled_from(NAMES), st.just(0))
    | st.tuples(st.just("wait"), st.just(""), st.sampled_from((1, 3, 20, 3_200, 3_500, 4_000))),
    max_size=40,
)


@given(STEPS)
def test_whatever_happens_a_crowd_asks_once_gets_its_own_token_and_a_failure_is_not_asked_again_at_once(
    steps: list[Step],
) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[Step]) -> None:
    clock = ScriptedClock()
    grants = {name: ScriptedGrant(name, clock) for name in NAMES}
    credentials = {
        name: Credential(ManagedIdentity(client_id=ClientId(name)), grant, clock) for name, grant in grants.items()
    }
    for action, name, seconds in steps:
        match action:
            case "wait":
                clock.instant += timedelta(seconds=seconds)
            case "ask":
                before = grants[name].asked
                told = await asyncio.gather(*(token(credentials[name]) for _ in range(3)), return_exceptions=True)
                assert grants[name].asked - before <= 1
                assert all(_is_good(answer, name, clock.instant) for answer in told)
                assert not grants[name].broken or len({str(answer) for answer in told}) == 1
            case "forget":
                credentials[name].forget()
                grants[name].failed_at.clear()
            case _:
                grants[name].broken = action == "break"
    for grant in grants.values():
        assert all(later - earlier >= FIRST_PAUSE for earlier, later in pairwise(grant.failed_at))


def _is_good(answer: str | BaseException, name: str, now: datetime) -> bool:
    """Tell whether it is the identity's own token and has not ended, or its own failure."""
    if isinstance(answer, BaseException):
        return str(answer) == f"{name} is broken"
    owner, _, ends = answer.partition("/")
    return owner == name and int(ends) > now.timestamp()
