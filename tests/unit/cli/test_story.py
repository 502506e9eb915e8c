"""The demo's story, told whole, with the operator in this process and a little impatience."""

import asyncio
import base64
import io
import re
import secrets
from collections.abc import AsyncIterator

import msgspec
import pytest
from rich.console import Console

from keyferry.cli import examples
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.session import Session
from keyferry.cli.story import BY_NAME, EVERYTHING, PER_KEY, Story
from keyferry.identity.http import open_session
from keyferry.kube.wire.resources import SECRETS
from keyferry.lab.serve.seed_file import read_seed
from keyferry.model.errors import Unavailable
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.inner_operator import InnerOperator
from tests.fakes.running_lab import running_session


@pytest.fixture
async def session(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    """A lab with the examples' own state."""
    async with running_session(monkeypatch, read_seed(examples.find("lab.yaml"))) as opened:
        yield opened


class Page(io.StringIO):
    """What the story prints; `turned` is set at each line."""

    def __init__(self) -> None:
        super().__init__()
        self.turned = asyncio.Event()

    def write(self, text: str) -> int:
        self.turned.set()
        return super().write(text)

    async def until(self, words: str) -> None:
        """Wait for some words."""
        while words not in self.getvalue():
            self.turned.clear()
            await self.turned.wait()


async def hurry(session: Session, page: Page) -> None:
    """Refresh at once what the story waits half a minute for."""
    await page.until(" has version ")
    patch = {"metadata": {"annotations": {"force-sync": secrets.token_hex(4)}}}
    await session.client.merge_patch(EXTERNAL_SECRETS, BY_NAME, msgspec.json.encode(patch))


class Broken(InnerOperator):
    """An operator that cannot start."""

    async def start(self) -> None:
        raise Unavailable(what="the operator does not start")


async def test_without_kubectl_it_applies_by_itself_and_what_does_not_hold_ends_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    page = Page()
    operator = Broken(session.lab.kubeconfig, session.lab.seed.tenants[0].id)
    async with open_session() as http:
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        with pytest.raises(Unavailable, match="does not start"):
            await Story(session, engineer, operator, http, Console(file=page, width=1000)).tell()
        await engineer.credentials.aclose()
    assert "no kubectl on the PATH, so by keyferry's own client" in page.getvalue()


async def values(session: Session) -> list[str]:
    """What the delivered Secrets hold, but for words so short that they stand in names too."""
    found: list[str] = []
    for key in (PER_KEY, BY_NAME, EVERYTHING):
        document = await session.client.get(SECRETS, key, msgspec.json.decode)
        found += [base64.b64decode(value).decode() for value in document["data"].values()]
    return [value for value in found if len(value) >= 12]


async def test_every_chapter_holds_and_no_value_is_shown(session: Session) -> None:
    page = Page()
    operator = InnerOperator(session.lab.kubeconfig, session.lab.seed.tenants[0].id)
    async with open_session() as http:
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        story = Story(session, engineer, operator, http, Console(file=page, width=1000, highlight=False))
        hurrying = asyncio.create_task(hurry(session, page))
        await story.tell()
        await hurrying
        await operator.stop()
        await engineer.credentials.aclose()
    told = page.getvalue()
    for words in (
        "The chain, link by link",
        "Secret app/app-db-credentials · 2 keys",
        "the vault's own",
        "reverted · DB_PASSWORD: 32 characters",
        "rebuilt · uid ",
        "Ready=False SecretSyncedError",
        "AADSTS700213",
        "the last good value is kept",
        "Ready=True SecretSynced by itself",
    ):
        assert words in told
    assert [value for value in await values(session) if value in told] == []
    assert re.findall(r"eyJ[\w-]{8,}", told) == []
