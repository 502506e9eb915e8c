"""What the webhook knows of the cluster around it, and the tasks that keep that up to date. Called by run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry

from keyferry.admit import following, observe
from keyferry.admit.accounts import AccountCache
from keyferry.admit.known import Known
from keyferry.admit.metrics import AccountCollector
from keyferry.admit.observe import Accounts
from keyferry.admit.subjects import Subjects
from keyferry.kube.client import Client


class Cluster:
    """ServiceAccounts by watch and by direct reads. It is out of date by seconds while the API server is away."""

    def __init__(self, client: Client, *, advises: bool = False, subjects: Path | None = None) -> None:
        """With `advises` it knows what rules ask for, too. SpecError where the file of `subjects` cannot be read."""
        self.client = client
        self._cache = AccountCache()
        self._reflector = observe.reflector(client, self._cache)
        self.accounts = Accounts(client, self._cache)
        self._subjects = Subjects(subjects)
        self.known = Known(self._cache, lambda: self._subjects.known)
        self._kinds = following.kinds(self.known) if advises else ()

    @property
    def problem(self) -> str:
        """Say why nothing can be said of ServiceAccounts now, "" where it can."""
        problem, failing = self.accounts.problem, self._reflector.failing
        return problem if not problem or failing is None else f"{problem}: {failing.what}"

    def register(self, registry: CollectorRegistry) -> None:
        """Tell metrics of it."""
        registry.register(AccountCollector(lambda: len(self._cache), self.accounts.outcomes))

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Keep it up to date until the end of the block."""
        follows = (following.follow(self.client, kind) for kind in self._kinds)
        own = (self._reflector.run(), self.accounts.keep_trying(), self._subjects.keep_looking(), *follows)
        tasks = [asyncio.create_task(each) for each in own]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
