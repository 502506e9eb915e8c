"""Tokens that kubelet sent, traded at the lab's Entra, which checks signature, subject, audience and time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.identity.credential import Credential
from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import AssertionRejected, NotFound, Unavailable
from keyferry.model.identity import WorkloadIdentity
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.state import PodToken
from tests.contract.identity.conftest import Subject
from tests.fakes import lab_azure, vault_subjects
from tests.fakes.lab_azure import VAULT_SCOPE

TEN_MINUTES = timedelta(minutes=10)  # the least that kubelet asks for
REPUBLISH = timedelta(seconds=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node's store of tokens, and the lab that signs them as kubelet asks."""

    subject: Subject
    tokens: KubeletTokens
    credentials: Credentials
    identity: WorkloadIdentity

    async def publish(self, audience: str = lab_azure.AUDIENCE, lifetime: timedelta = TEN_MINUTES) -> PodToken:
        """Bring a new token, as kubelet's call does."""
        signer = vault_subjects.LabTokens(self.subject.world)
        signed = await signer.create_token(self.identity.service_account, (audience,), lifetime)
        token = PodToken(token=signed.token, expires=signed.expires)
        self.tokens.offer(self.identity.service_account, {audience: token})
        return token

    async def access_token(self, credential: Credential) -> str:
        """Ask for one as a vault's client does."""
        return (await credential.get_token_info(VAULT_SCOPE)).token


@pytest.fixture
async def node(subject: Subject) -> AsyncIterator[Node]:
    async with open_session(extra_ca=Path(subject.world.ca_file)) as session:
        tokens = KubeletTokens(subject.clock)
        credentials = Credentials(tokens, session, subject.clock)
        identity = vault_subjects._lab_identity(lab_azure.READER)
        yield Node(subject=subject, tokens=tokens, credentials=credentials, identity=identity)
        await credentials.aclose()


async def test_a_crowd_of_pods_of_one_account_costs_one_request(node: Node) -> None:
    for _ in range(20):
        await node.publish()
    credential = node.credentials.of(node.identity)

    tokens = await asyncio.gather(*(node.access_token(credential) for _ in range(100)))

    assert len(set(tokens)) == 1
    assert node.credentials.requests == {(RequestKind.TOKEN, Outcome.OK): 1}


async def test_short_tokens_renewed_in_time_serve_for_hours(node: Node) -> None:
    """Each access token is let go when its time comes, and there is always one of kubelet's to trade for the next."""
    credential, kept, seen = node.credentials.of(node.identity), await node.publish(), set()
    for _ in range(int(timedelta(hours=8) / REPUBLISH)):
        node.subject.advance(REPUBLISH)
        if kept.expires - node.subject.clock.now() < TEN_MINUTES / 5:
            kept = await node.publish()
        seen.add(await node.access_token(credential))

    assert len(seen) > 5
    assert {outcome for _, outcome in node.credentials.requests} == {Outcome.OK}


async def test_a_token_that_nobody_renewed_is_told_and_the_next_one_heals(node: Node) -> None:
    await node.publish()
    credential = node.credentials.of(node.identity)
    node.subject.advance(TEN_MINUTES)
    with pytest.raises(Unavailable, match=r"used up.*requiresRepublish: true"):
        await node.access_token(credential)
    await node.publish()
    node.credentials.forget(node.identity)

    assert await node.access_token(credential)
    assert node.subject.counts() == [("Token", 200, 1)]


async def test_without_the_right_audience_entra_is_not_asked(node: Node) -> None:
    await node.publish(audience="vault")
    with pytest.raises(NotFound, match=r"tokens for vault only.*tokenRequests"):
        await node.access_token(node.credentials.of(node.identity))

    assert node.subject.counts() == []


async def test_entra_refuses_what_was_offered_under_a_false_audience(node: Node) -> None:
    signer = vault_subjects.LabTokens(node.subject.world)
    signed = await signer.create_token(node.identity.service_account, ("vault",))
    node.tokens.offer(
        node.identity.service_account, {lab_azure.AUDIENCE: PodToken(token=signed.token, expires=signed.expires)}
    )

    with pytest.raises(AssertionRejected, match="audience"):
        await node.access_token(node.credentials.of(node.identity))
