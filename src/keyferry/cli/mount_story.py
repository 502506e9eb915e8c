"""The demo's chapter on an estate: one file for three sites, whose pods read files, and are told of a rotation."""

import secrets
from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.markup import escape

from keyferry.cli import looking, node_plugin
from keyferry.cli.engineer import Engineer
from keyferry.cli.lab_estate_arrival import Arrivals, Arrived
from keyferry.cli.lab_estate_making import Making
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.model.errors import Unavailable
from keyferry.model.secrets import SecretValue, VaultUrl
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Delivery, Site

PATIENCE: Final = timedelta(seconds=90)
INTERVAL: Final = "5s"


class MountStory:
    """Tells itself once, with a node plugin that it starts."""

    def __init__(self, session: Session, making: Making, engineer: Engineer, plugin: Process, console: Console) -> None:
        self._arrivals = Arrivals(session)
        self._making = making
        self._engineer = engineer
        self._plugin = plugin
        self._console = console

    async def tell(self, estate: Estate) -> None:
        """Tell it of an estate whose first site gets a file. Raises the error of whatever does not hold."""
        self._console.print(
            "\n[bold]An estate in one file: each site has an identity, a vault, and files of its own[/]"
        )
        await self._make(estate)
        await self._rotate(estate.sites[0])

    async def _make(self, estate: Estate) -> None:
        plain = node_plugin.why_plain()
        medium = (
            f"plain directories, since nothing can be mounted here: {plain}" if plain else "a tmpfs for each volume"
        )
        await self._plugin.start()
        self._line("node plugin", f"`keyferry node`, process {self._plugin.pid}; {medium}")
        with self._console.status("making the estate") as status:
            made = await self._making.make(estate, status.update)
        sites = len(estate.sites)
        self._line("estate", f"examples/estate.yaml: {sites} sites, of which all else is computed")
        self._line(
            "Azure", f"{len(made.provisioned.changed)} resources: vaults, identities, federated credentials, roles"
        )
        stored = any(site.delivered(Delivery.SECRET) for site in estate.sites)
        words = "" if stored else ", and no Secret among them: nothing is stored in etcd"
        self._line("manifests", f"{made.objects} objects{words}")
        for site in estate.sites:
            with self._console.status(f"waiting for kubelet to mount the files of {site.name}"):
                arrived = await self._arrivals.wait(site, PATIENCE)
            if arrived.missing:
                raise Unavailable(what=f"{arrived.missing[0]} did not arrive at site {site.name}", cause=arrived.why)
            for thing, seen in arrived.things.items():
                self._line(f"the pod of {site.name} reads", f"{thing.name}: {seen}")

    async def _rotate(self, site: Site) -> None:
        secret = site.secrets[0]
        value = secrets.token_urlsafe(24)
        url = VaultUrl(f"https://{secret.vault}.vault.azure.net")
        version = await self._engineer.set_secret(url, secret.name, value)
        digest = SecretValue(value.encode()).digest()
        self._line("Key Vault", f"{secret.name} of {secret.vault} has version {version[:8]}…, digest {digest}")

        async def told() -> Arrived | None:
            seen = await self._arrivals.look(site)
            return seen if any(digest in line for line in seen.things.values()) else None

        with self._console.status(f"waiting for the next look (--rotation-poll-interval {INTERVAL})"):
            await looking.until(told, seconds=PATIENCE.total_seconds(), what=f"the new value at site {site.name}")
        self._line(f"the pod of {site.name} is told", f"{secret.alias}: digest {digest}, the vault's own")

    def _line(self, name: str, seen: str) -> None:
        self._console.print(f"  [green]✓[/] [cyan]{name}[/] · {escape(seen)}")
