"""What the change feed costs: requests a pass, CPU and memory of reads, and token requests of many identities."""

import asyncio
import math
import os
import time
from datetime import timedelta

from bench import azure
from bench.azure import World, cpu_seconds, peak_mib, principal, ref
from keyferry.identity.tally import RequestKind

SIZES = (100, 1_000, 10_000)
INTERVAL = timedelta(seconds=2)
SETTLED_SECONDS = 3.0
READS = 4_000
IDENTITIES = 50
LATENCY = 0.02


async def passes() -> None:
    """Print the requests of a pass over vaults of several sizes, at rest and with one in a hundred changed."""
    print("requests a pass, all secrets of one vault tracked, vault 20 ms")
    print("  secrets   first pass   at rest   aim M/25+1   1 % changed   reads alone would be")
    for size in SIZES:
        async with azure.azure(size) as world:
            await world.slow("vault", LATENCY)
            await world.reader.read(principal(0), ref(0))
            await asyncio.sleep(SETTLED_SECONDS)
            first = await _pass(world, size)
            await asyncio.sleep(SETTLED_SECONDS)
            rest = await _pass(world, size)
            changed = list(range(0, size, 100))
            await azure.rotate(changed, os.environ["SSL_CERT_FILE"])
            await asyncio.sleep(SETTLED_SECONDS)
            found = await _pass(world, size)
        aim = math.ceil(size / 25) + 1
        print(f"  {size:7,}   {_shown(first):>10}   {_shown(rest):>7}   {aim:10,}   {_shown(found):>11}   {size:,}")


async def reads() -> None:
    """Print the CPU of reads that go to the vault, and the peak of memory."""
    async with azure.azure(READS) as world:
        await world.reader.read(principal(0), ref(0))
        before, began = cpu_seconds(), time.monotonic()
        await asyncio.gather(*(world.reader.read(principal(0), ref(number)) for number in range(READS)))
        used, took = cpu_seconds() - before, time.monotonic() - began
        memory = cpu_seconds()
        interval = timedelta(hours=1)
        await asyncio.gather(
            *(world.reader.read(principal(0), ref(number), interval=interval) for number in range(READS))
        )
        memory = cpu_seconds()
        await asyncio.gather(
            *(world.reader.read(principal(0), ref(number), interval=interval) for number in range(READS))
        )
        from_memory = cpu_seconds() - memory
    print(f"{READS:,} reads at once of one identity")
    print(f"  CPU for 1,000 gets                {used / READS * 1000:.2f} s   ({READS / took:,.0f} gets/s)")
    print(f"  CPU for 1,000 answers from memory {from_memory / READS * 1000:.3f} s")
    print(f"  peak memory of the process        {peak_mib():.0f} MiB")


async def identities() -> None:
    """Print how many token requests many identities make on one vault, each with a crowd of reads at once."""
    crowd = 20
    async with azure.azure(crowd, IDENTITIES) as world:
        await world.slow("entra", 0.1)
        questions = [(principal(who), ref(what)) for who in range(IDENTITIES) for what in range(crowd)]
        await asyncio.gather(*(world.reader.read(who, what) for who, what in questions))
        asked = world.requests()
    print(f"{IDENTITIES} identities, {crowd} secrets each, all at once")
    print(f"  token requests                    {asked[RequestKind.TOKEN]} (aim {IDENTITIES})")
    print(f"  challenges                        {asked.get(RequestKind.CHALLENGE, 0)}")
    print(f"  gets                              {asked[RequestKind.GET]}")


async def _pass(world: World, size: int) -> dict[RequestKind, int]:
    """Read everything once, as all consumers of a rhythm do, and return the requests that it took."""
    before = world.requests()
    await asyncio.gather(*(world.reader.read(principal(0), ref(number), interval=INTERVAL) for number in range(size)))
    after = world.requests()
    return {kind: count - before.get(kind, 0) for kind, count in after.items()}


def _shown(requests: dict[RequestKind, int]) -> str:
    total = requests.get(RequestKind.LIST, 0) + requests.get(RequestKind.GET, 0)
    return f"{total:,}"
