"""The demo's chapter on an estate, told whole, with the node plugin as a process."""

import io
import re

from rich.console import Console

from keyferry.cli.mount_story import MountStory
from keyferry.cli.session import Session
from keyferry.spec.estate.estate import Estate
from tests.fakes.estate_lab import EstateLab, estate_lab
from tests.fakes.estates import site, small

ESTATE = small(site("one"), site("two"))


async def told(lab: EstateLab, estate: Estate, page: io.StringIO) -> None:
    """Tell the chapter to its end."""
    session: Session = lab.session
    plugin = session.node("node-1", session.lab.folder / "node-1.log", "--rotation-poll-interval", "1s")
    console = Console(file=page, width=1000)
    try:
        await MountStory(session, lab.making, lab.owner, plugin, console).tell(estate)
        await session.lab.kubelets[0].close()
    finally:
        await plugin.stop()


async def test_sites_read_their_files_and_one_is_told_of_a_rotation() -> None:
    page = io.StringIO()
    async with estate_lab(ESTATE, nodes=1) as lab:
        await told(lab, lab.world.estate, page)
        log = (lab.session.lab.folder / "node-1.log").read_text()
    for words in ("node plugin", "the pod of one reads · DB: 32 bytes", "the pod of two reads · DB", "is told · DB: "):
        assert words in page.getvalue()
    assert re.findall(r"eyJ[\w-]{8,}", page.getvalue() + log) == []
