from datetime import timedelta

from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.offering import Offering
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.state import Mount, PodToken
from tests.fakes.mount_stage import POD, FakeProvider
from tests.fakes.offset_clock import OffsetClock


async def test_the_pods_tokens_are_there_when_the_provider_is_asked() -> None:
    clock, provider = OffsetClock(), FakeProvider()
    tokens = KubeletTokens(clock)
    token = PodToken(token=SecretValue(b"a.b.c"), expires=clock.now() + timedelta(hours=1))
    mount = Mount(provider="azure", class_name="c", pod=POD, parameters={}, target_path="/t", tokens={"api://x": token})
    delivery = await Offering(provider, tokens).deliver(mount, interval=timedelta(minutes=1))
    assert delivery is provider.answer
    assert await tokens.create_token(POD.account, ("api://x",)) is token
