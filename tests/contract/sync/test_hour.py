"""At rest, in virtual time: what the operator asks and writes, and that nothing grows.

`python -m bench.hour` is the same for an hour at ten thousand objects.
"""

import asyncio
from collections import Counter
from datetime import timedelta

from azure.keyvault.secrets._shared import http_challenge_cache

from bench.scale.estate import Estate
from tests.fakes import lab_azure, virtual_time
from tests.fakes.lab_session import VirtualClock
from tests.fakes.virtual_operator import VirtualOperator, instances, virtual_operator

OBJECTS, VAULTS, MINUTES = 200, 2, 5
PAGES = 2 * OBJECTS // VAULTS // 25 + 1  # of each vault: two keys an object, and the keys of one object more
ESTATE = Estate(objects=OBJECTS, vaults=VAULTS, identities=VAULTS, interval="1m", issuer=lab_azure.ISSUER)


async def _started(operator: VirtualOperator) -> None:
    await operator.until_ready(OBJECTS)
    spent = operator.spent()
    assert (spent.azure["SecretGet"], spent.azure["Token"], spent.reconciles) == (2 * OBJECTS, VAULTS, OBJECTS)
    writes = {"create secrets": OBJECTS, "patch status externalsecrets": OBJECTS, "patch status secretstores": VAULTS}
    assert {what: count for what, count in spent.writes.items() if what != "create events"} == writes


async def _rested(operator: VirtualOperator, clock: VirtualClock) -> Counter[str]:
    before = operator.spent()
    oldest = timedelta()
    for _ in range(MINUTES):
        await asyncio.sleep(60)
        oldest = max(oldest, operator.oldest(clock))
    spent = operator.spent() - before
    assert oldest < timedelta(seconds=63), "a value is as young as its interval, but for a list and a status's seconds"
    assert set(spent.azure) == {"SecretList"}, "unchanged values are not read"
    assert spent.azure.total() <= (MINUTES + 1) * VAULTS * PAGES
    assert set(spent.writes) == {"patch status externalsecrets"}
    assert spent.writes.total() == spent.reconciles <= (MINUTES + 1) * OBJECTS
    return instances()


def test_at_rest_it_lists_once_a_minute_and_nothing_grows() -> None:
    http_challenge_cache.clear()

    async def story() -> None:
        clock = VirtualClock()
        documents = [*ESTATE.prelude(), *(ESTATE.external_secret(number) for number in range(OBJECTS))]
        async with virtual_operator(ESTATE.seed(), documents, clock, timedelta()) as operator:
            await _started(operator)
            await asyncio.sleep(150)
            before = await _rested(operator, clock)
            await asyncio.sleep(30)  # the looks are over
            grown = await _rested(operator, clock) - before
            assert {what: count for what, count in grown.items() if count > OBJECTS} == {}

    virtual_time.run(story())
