"""`python -m bench.hour`: an hour of virtual time at rest: what it asks of Azure, what it writes, whether it grows."""

import argparse
import asyncio
import logging
import time
from collections import Counter
from datetime import timedelta

from azure.keyvault.secrets._shared import http_challenge_cache

from bench.scale.estate import Estate
from keyferry.runtime import logs
from tests.fakes import lab_azure, virtual_time
from tests.fakes.lab_session import VirtualClock
from tests.fakes.virtual_operator import Spent, VirtualOperator, instances, virtual_operator

SETTLE = timedelta(minutes=10)  # until all consumers of a feed look at the same time, and what the start left is let go


async def rest(estate: Estate, minutes: int, feed_interval: timedelta) -> None:
    """Print the cold start, then what each quarter of the time took."""
    http_challenge_cache.clear()
    clock = VirtualClock()
    documents = [*estate.prelude(), *(estate.external_secret(number) for number in range(estate.objects))]
    async with virtual_operator(estate.seed(), documents, clock, feed_interval) as operator:
        began, cpu = asyncio.get_running_loop().time(), time.process_time()
        await operator.until_ready(estate.objects)
        waited = asyncio.get_running_loop().time() - began
        print(f"all Ready after {waited:.1f} s of virtual time: {told(operator.spent())}")
        print(f"  {time.process_time() - cpu:.1f} s of CPU, the lab's Azure and a cluster in memory among them")
        await asyncio.sleep(SETTLE.total_seconds())
        before, alive = operator.spent(), instances()
        for quarter in range(1, 5):
            cpu = time.process_time()
            await asyncio.sleep(15 * minutes)
            after, now_alive = operator.spent(), instances()
            print(f"quarter {quarter} of {minutes} minutes at rest: {told(after - before)}")
            print(f"  {time.process_time() - cpu:.1f} s of CPU; {_state(operator, estate, clock)}")
            print(f"  {_growth(alive, now_alive)}")
            before, alive = after, now_alive


def told(spent: Spent) -> str:
    """Return it for people."""
    asked, written = _list(spent.azure), _list(spent.writes)
    return f"Azure: {asked}; API writes: {written}; {spent.reconciles} reconciles"


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "none"


def _state(operator: VirtualOperator, estate: Estate, clock: VirtualClock) -> str:
    oldest = operator.oldest(clock).total_seconds()
    return f"{operator.ready()} of {estate.objects} Ready, the oldest verified {oldest:.0f} s ago"


def _growth(before: Counter[str], after: Counter[str]) -> str:
    grown = after - before
    return f"{sum(after.values())} instances of our types; more than before: {_list(grown)}"


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.hour", description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--vaults", type=int, default=20)
    parser.add_argument("--identities", type=int, default=40)
    parser.add_argument("--interval", default="1h")
    parser.add_argument("--feed-seconds", type=int, default=0)
    parser.add_argument("--minutes", type=int, default=60)
    chosen = parser.parse_args()
    logs.configure(level=logs.LogLevel.WARNING, form=logs.LogFormat.CONSOLE)
    logging.getLogger("azure").setLevel(logging.WARNING)
    estate = Estate(
        objects=chosen.objects,
        vaults=chosen.vaults,
        identities=chosen.identities,
        interval=chosen.interval,
        issuer=lab_azure.ISSUER,
    )
    print(
        f"{estate.objects} ExternalSecrets, {estate.vaults} vaults, {estate.identities} identities, {estate.interval}"
    )
    virtual_time.run(rest(estate, chosen.minutes, timedelta(seconds=chosen.feed_seconds)))


if __name__ == "__main__":
    main()
