"""How long a cluster is without a working operator when the leader stops cleanly, and when it dies."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.scale.estate import NAMESPACE, Estate, name
from keyferry.cli import looking
from keyferry.cli.session import Session, open_session
from keyferry.kube.wire.objects import Key
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab

FLAGS = ("--leader-elect", "--lease-namespace", "default", "--log-level", "error")


async def measure(times: int = 5) -> None:
    """Print it for both kinds of end: from the end of one process to the first object that the other one brings."""
    estate = Estate(objects=4 * times)
    with TemporaryDirectory(prefix="kf-bench-") as folder:
        async with open_session(Lab(parse(estate.seed()), Path(folder))) as session:
            await session.install()
            for document in estate.prelude():
                await session.put(document)
            numbers = iter(range(estate.objects))
            stopped = [await _one(session, estate, Path(folder), numbers, is_clean=True) for _ in range(times)]
            died = [await _one(session, estate, Path(folder), numbers, is_clean=False) for _ in range(2)]
    print("from the end of the leader to the next object that is Ready, two replicas")
    print(f"  stopped cleanly, {times} times  median {statistics.median(stopped):.2f} s, most {max(stopped):.2f} s")
    print(f"  killed, {len(died)} times                 most {max(died):.2f} s")


async def _one(session: Session, estate: Estate, folder: Path, numbers: Iterator[int], *, is_clean: bool) -> float:
    first, second = (session.operator(folder / f"{label}.log", *FLAGS) for label in ("first", "second"))
    await first.start()
    await _ready(session, estate, next(numbers))
    await second.start()
    await asyncio.sleep(4)
    began = time.perf_counter()
    ending = asyncio.create_task(first.stop() if is_clean else first.kill())
    await _ready(session, estate, next(numbers))
    took = time.perf_counter() - began
    await ending
    await second.stop()
    return took


async def _ready(session: Session, estate: Estate, number: int) -> None:
    await session.put(estate.external_secret(number))
    key = Key(namespace=NAMESPACE, name=name(number))
    await looking.until(lambda: looking.secret(session.client, key), seconds=60, what="the Secret")
