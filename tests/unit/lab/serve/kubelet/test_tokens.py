from datetime import timedelta

import pytest

from keyferry.lab.kubernetes.kubelet.csi_volumes import TokenWish
from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.tokens import Tokens
from tests.fakes.kubelet_node import kubelet_node

WISH = TokenWish(audience="api://one", seconds=3600)
ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"


async def test_a_token_is_kept_for_most_of_its_life() -> None:
    async with kubelet_node() as cluster:
        tokens = Tokens(cluster.admin)
        pod = await cluster.pod("app")
        first = await tokens.get(pod, WISH)
        assert await tokens.get(pod, WISH) == first
        assert await tokens.get(pod, TokenWish(audience="")) != first
        cluster.clock.advance(timedelta(minutes=50))
        assert await tokens.get(pod, WISH) != first


async def test_an_old_token_is_given_while_it_lives_and_there_is_no_new_one() -> None:
    async with kubelet_node() as cluster:
        tokens = Tokens(cluster.admin)
        await cluster.admin.post(ACCOUNTS, {"metadata": {"name": "one"}})
        pod = await cluster.pod("app", serviceAccountName="one")
        first = await tokens.get(pod, WISH)
        await cluster.admin.send("DELETE", f"{ACCOUNTS}/one")
        cluster.clock.advance(timedelta(minutes=50))
        assert await tokens.get(pod, WISH) == first
        cluster.clock.advance(timedelta(minutes=10))
        with pytest.raises(Refused):
            await tokens.get(pod, WISH)


async def test_the_tokens_of_a_pod_that_is_gone_are_forgotten() -> None:
    async with kubelet_node() as cluster:
        tokens = Tokens(cluster.admin)
        pod = await cluster.pod("app")
        first = await tokens.get(pod, WISH)
        tokens.forget(pod["metadata"]["uid"])
        assert await tokens.get(pod, WISH) != first
