"""The vendor's management clients, pointed at the lab by its real host name, with an owner's token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import RequestsTransport

from tests.fakes import lab_arm, lab_azure
from tests.fakes.azure_world import QUICK, World

T = TypeVar("T")
SETTINGS: dict[str, Any] = {**QUICK, "polling_interval": 0, "retry_total": 1}


def owner(world: World) -> Any:
    """The credential of the officer, who owns everything from now on."""
    lab_arm.crown(world.azure)
    return world.sync_credential(world.officer_token(), client_id=lab_azure.OFFICER)


def blocking(world: World, client: Callable[..., T], **settings: Any) -> T:
    """A client for callers that block, as an owner."""
    transport = RequestsTransport(connection_verify=world.ca_file)
    return client(owner(world), lab_arm.SUBSCRIPTION, transport=transport, **SETTINGS, **settings)


@asynccontextmanager
async def waiting(world: World, client: Callable[..., Any], **settings: Any) -> AsyncIterator[Any]:
    """A client for callers that await, as an owner."""
    lab_arm.crown(world.azure)
    credential = world.credential(world.officer_token(), client_id=lab_azure.OFFICER)
    async with (
        credential,
        client(credential, lab_arm.SUBSCRIPTION, transport=world.transport(), **SETTINGS, **settings) as opened,
    ):
        yield opened


async def run(work: Callable[[], T]) -> T:
    """Do blocking work beside the servers, which live in this event loop."""
    return await asyncio.to_thread(work)


def refused(work: Callable[[], object]) -> tuple[int | None, str]:
    """The status and code with which the service refuses the work."""
    with pytest.raises(HttpResponseError) as refusal:
        work()
    assert refusal.value.error is not None
    return refusal.value.status_code, str(refusal.value.error.code)
