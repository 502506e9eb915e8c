"""Runs the lab for `keyferry demo`, and the story in it."""

import asyncio
import os
import time
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from keyferry.cli import examples, lab_estate
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.identity_story import IdentityStory
from keyferry.cli.lab_complaints import translated
from keyferry.cli.lab_estate_making import Making
from keyferry.cli.lab_run import how_to_go_on
from keyferry.cli.mount_story import INTERVAL, MountStory
from keyferry.cli.session import Session, open_session
from keyferry.cli.story import Story
from keyferry.identity.http import open_session as open_http
from keyferry.lab.serve import seed_file
from keyferry.lab.serve.lab import Lab
from keyferry.runtime.stopping import stop_signal
from keyferry.spec.estate.estate import Estate


async def run(folder: Path, *, keep: bool) -> None:
    """Tell the story, then stop the lab, or keep it until SIGTERM or SIGINT."""
    with translated():
        world = lab_estate.read(examples.find("estate.yaml"), beside=seed_file.document(examples.find("lab.yaml")))
        await _run(lab_estate.open_lab(world, folder), world.estate, keep=keep)


async def _run(lab: Lab, estate: Estate, *, keep: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    started = time.monotonic()  # for the person who watches
    with stop_signal() as stop:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(open_session(lab))
            os.environ.update(lab.environment)  # from here on this process lives in the lab's network too
            story = asyncio.create_task(_tell(session, estate, stack, console))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([story, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not story.done():
                story.cancel()
                await asyncio.wait([story])
                return
            stopping.cancel()
            await story
            console.print(f"\nall of it took {time.monotonic() - started:.0f} s\n")
            if keep:
                console.print(
                    f"{how_to_go_on(lab)}\n  keyferry lab rotate kv-apps catalog-db-password --dir {lab.folder}"
                )
                console.print("Ctrl-C ends it")
                await stop.wait()
            else:
                console.print(
                    "to go on by hand: `make demo-keep` leaves the lab running, then in another terminal\n"
                    "  export KUBECONFIG=(the path that it prints)\n  kubectl get externalsecrets -A"
                )


async def _tell(session: Session, estate: Estate, stack: AsyncExitStack, console: Console) -> None:
    http = await stack.enter_async_context(open_http())
    engineer = Engineer(read_facts(session.lab.folder), session.client, http)
    stack.push_async_callback(engineer.credentials.aclose)
    operator = session.operator(session.lab.folder / "operator.log")
    stack.push_async_callback(operator.stop)
    webhook = session.webhook(session.lab.folder / "webhook.log")
    stack.push_async_callback(webhook.stop)
    await webhook.start()
    await session.admit_by(webhook)
    name = session.lab.kubelets[0].name
    plugin = session.node(name, session.lab.folder / f"{name}.log", "--rotation-poll-interval", INTERVAL)
    stack.push_async_callback(plugin.stop)
    stack.push_async_callback(session.lab.kubelets[0].close)  # while the plugin can still take its volumes back
    await Story(session, engineer, operator, http, console).tell()
    making = Making(session.client, engineer, http)
    await MountStory(session, making, engineer, plugin, console).tell(estate)
    await IdentityStory(session, webhook, console).tell()
