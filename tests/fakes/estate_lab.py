"""A lab in this process that an estate was read for, and whoever makes the estate in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest

from keyferry.cli import lab_estate_world
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.lab_estate_making import Making
from keyferry.cli.lab_estate_world import World
from keyferry.cli.session import Session
from keyferry.identity.http import open_session as open_http
from keyferry.lab.azure.seed import parse
from keyferry.spec.estate.estate import Estate
from tests.fakes.running_lab import running_session


@dataclass(frozen=True, slots=True)
class EstateLab:
    """The parts of it. keyferry's CRDs are installed, and none of its processes runs."""

    world: World
    session: Session
    owner: Engineer
    http: aiohttp.ClientSession

    @property
    def making(self) -> Making:
        """Whoever makes the estate."""
        return Making(self.session.client, self.owner, self.http)


@asynccontextmanager
async def estate_lab(estate: Estate, nodes: int = 0) -> AsyncIterator[EstateLab]:
    """Run the lab, and let this process live in it."""
    world = lab_estate_world.of(estate)
    with pytest.MonkeyPatch.context() as environment:
        async with running_session(environment, parse(world.seed), nodes=nodes) as session, open_http() as http:
            await session.install()
            owner = Engineer(read_facts(session.lab.folder), session.client, http)
            try:
                yield EstateLab(world, session, owner, http)
            finally:
                await owner.credentials.aclose()
