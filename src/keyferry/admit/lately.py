"""What is known around a document, with one ServiceAccount that may have been created a moment ago."""

import asyncio
from typing import Final

from keyferry.admit.beside import Beside
from keyferry.admit.observe import Accounts
from keyferry.advice.surroundings import Surroundings
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError

PATIENCE_SECONDS: Final = 1.0  # with an API server that is slow: nobody shall wait long for a warning


async def with_account(around: Surroundings, accounts: Accounts, key: Key | None) -> Surroundings:
    """Return `around`, with the ServiceAccount `key` as the API server has it where the watch does not know it."""
    if key is None or around.account(key.namespace, key.name) is not None:
        return around
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            account = await accounts.find(key)
    except (KeyferryError, TimeoutError):
        return Beside(around, key, None, is_answered=False)
    return Beside(around, key, account, is_answered=True)
