"""azure-core's retries, within bounds: against fake Azure, by counting requests."""

import pytest
from azure.core.pipeline import AsyncPipeline
from azure.core.rest import HttpRequest

from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.retry import BoundedRetry
from tests.fakes.azure_http import LOGIN_HOST, Fault
from tests.fakes.vault_world import World


@pytest.mark.parametrize(
    ("faults", "used"),
    [
        pytest.param([Fault(503), Fault(204)], 2, id="a-stumble"),
        pytest.param([Fault(429, headers=(("Retry-After", "0.05"),)), Fault(204)], 2, id="a-short-wait"),
        pytest.param([Fault(429, headers=(("Retry-After", "9"),)), Fault(204)], 1, id="a-long-wait-is-the-callers"),
        pytest.param([Fault(503, headers=(("Retry-After", "soon"),)), Fault(204)], 1, id="a-wait-nobody-can-read"),
        pytest.param([Fault(404), Fault(204)], 1, id="an-answer-is-an-answer"),
        pytest.param([Fault(0), Fault(204)], 2, id="a-broken-connection"),
        pytest.param([Fault(408, headers=(("retry-after-ms", "10"),)) for _ in range(9)], 4, id="three-times-at-most"),
    ],
)
async def test_tries_again_within_bounds(world: World, faults: list[Fault], used: int) -> None:
    world.azure.token_faults.extend(faults)
    transport = SharedTransport(world.session, Proxies())
    pipeline = AsyncPipeline(transport, [BoundedRetry(retry_total=99)])  # settings of the vendor's clients are ignored

    await pipeline.run(HttpRequest("GET", f"https://{LOGIN_HOST}/"))

    assert world.azure.requests["fault"] == used
