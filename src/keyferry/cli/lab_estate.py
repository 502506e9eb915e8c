"""`keyferry lab --estate`: a lab that is what an estate describes. Reads it before anything starts, and tells of it."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from keyferry.cli import lab_estate_world, looking
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.lab_complaints import translated
from keyferry.cli.lab_estate_arrival import Arrivals, Arrived
from keyferry.cli.lab_estate_making import Making
from keyferry.cli.lab_estate_world import World
from keyferry.cli.lab_serving import Parts
from keyferry.cli.session import Session
from keyferry.identity.http import open_session as open_http
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.ingress import Way
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.listener import LOOPBACK
from keyferry.lab.serve.options import Options, Ports
from keyferry.provision import intake, outputs
from keyferry.spec.estate.sites import Site

OUTPUTS: Final = "outputs.json"  # as `keyferry provision apply` calls it
PATIENCE: Final = timedelta(seconds=90)  # for all sites, on a machine that is busy with other things


def read(
    path: Path,
    *,
    sites: str | None = None,
    sites_variable: str | None = None,
    beside: Mapping[str, Any] | None = None,
    events_port: int = 0,
) -> World:
    """Return the world that the estate's files ask for. SpecError tells everything that is wrong with them.

    `beside` is a seed that goes along, `events_port` where the operator may take events.
    """
    estate = intake.load(path, sites=sites, sites_variable=sites_variable, stdin=sys.stdin.buffer, environ=os.environ)
    return lab_estate_world.of(estate, beside, events_port)


def open_lab(world: World, folder: Path, ports: Ports | None = None, nodes: int = 1) -> Lab:
    """Return the lab of a world; it is not started yet. Its Event Grid reaches the operator through an ingress."""
    events = world.estate.events
    ways = (Way(url=events.endpoint, port=world.events_port),) if events is not None and world.events_port else ()
    with translated():
        return Lab(parse(world.seed), folder, Options(ports=ports or Ports(), nodes=nodes, ways=ways))


def parts(world: World) -> Parts:
    """Return what of keyferry runs: what the estate installs, and all of it where it does not say."""
    install, events = world.estate.install, world.estate.events
    takes_events = events is not None and bool(world.events_port)
    flags = (
        "--events-addr",
        f"{LOOPBACK}:{world.events_port}",
        "--events-audience",
        events.application if events else "",
    )
    return Parts(
        operator=install is None or install.has_operator,
        webhook=install is None or install.has_webhook,
        node=install is None or install.has_node,
        flags=flags if takes_events else (),
    )


class Telling:
    """Makes the estate of a world in a session, and tells on a console what comes of it."""

    def __init__(self, world: World, console: Console, patience: timedelta | None) -> None:
        """`patience` is how long a site is waited for, None where nothing will arrive: keyferry does not run."""
        self._world = world
        self._console = console
        self._patience = patience

    async def begin(self, session: Session) -> None:
        """Make it, and wait for what its sites get. What does not arrive is told, and is no error."""
        os.environ.update(session.lab.environment)  # from here on this process lives in the lab's network too
        for note in self._world.notes:
            self._console.print(f"  [yellow]note[/] {escape(note)}")
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(open_http())
            owner = Engineer(read_facts(session.lab.folder), session.client, http)
            stack.push_async_callback(owner.credentials.aclose)
            with self._console.status("making the estate") as status:
                await self._until_heard()
                await self._make(session, Making(session.client, owner, http), status.update)
        if self._patience is not None:
            await self._tell_arrivals(session, self._world.estate.sites, self._patience)

    async def _until_heard(self) -> None:
        """A subscription is only made if its endpoint answers, so the operator must take events before."""

        async def takes_events() -> bool | None:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, self._world.events_port)
            except OSError:
                return None
            writer.close()
            return True

        if self._world.events_port:
            await looking.until(takes_events, seconds=PATIENCE.total_seconds(), what="the operator's ear for events")

    async def _make(self, session: Session, making: Making, tell: Callable[[str], None]) -> None:
        """Tell of each step once it is done."""
        estate = self._world.estate
        done = await making.azure(estate, tell)
        session.lab.publish(OUTPUTS, outputs.document(done.outputs).decode())
        self._line("Azure", f"{len(done.changed)} resources made, {len(done.steps) - len(done.changed)} there already")
        for text in done.left_out:
            self._console.print(f"  [yellow]left out[/] {escape(text)}")
        values = await making.values(estate, done.outputs, tell)
        self._line("vaults", f"{len(values)} objects, with values made up here")
        _, objects = await making.cluster(estate, done.outputs, tell)
        self._line("cluster", f"{objects} objects applied")

    async def _tell_arrivals(self, session: Session, sites: Sequence[Site], patience: timedelta) -> None:
        """The patience is for all sites together, so that an estate of which nothing works is soon told of."""
        arrivals, clock = Arrivals(session), asyncio.get_running_loop().time
        end = clock() + patience.total_seconds()
        for site in sites:
            with self._console.status(f"waiting for what site {site.name} gets"):
                self._tell(await arrivals.wait(site, timedelta(seconds=max(0.0, end - clock()))))

    def _tell(self, arrived: Arrived) -> None:
        site = arrived.site
        self._console.print(f"\n[bold]{escape(site.name)}[/] · ServiceAccount {site.namespace}/{site.service_account}")
        for thing, seen in arrived.things.items():
            self._line(str(thing), seen)
        for thing in arrived.missing:
            self._console.print(f"  [red]✗[/] {escape(str(thing))} has not arrived")
        if arrived.why:
            self._console.print(f"    {escape(arrived.why)}")

    def _line(self, name: str, seen: str) -> None:
        self._console.print(f"  [green]✓[/] [cyan]{escape(name)}[/] · {escape(seen)}")
