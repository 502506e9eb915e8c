"""What a person is told of sites, in a lab where the test does the operator's work."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from keyferry.cli import looking
from keyferry.cli.lab_estate_arrival import Arrivals, Arrived
from keyferry.kube.wire.objects import Key
from keyferry.spec.estate.sites import Consumption, Delivery
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.estate_lab import EstateLab, estate_lab
from tests.fakes.estates import secret, site, small

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW, PATIENCE = timedelta(), timedelta(seconds=60)
ENV = secret("api", consume=Consumption.ENV, delivery=Delivery.SECRET)
FILE = secret("old", delivery=Delivery.SECRET)
GOOD, LATE, MOUNTED = site("good", secrets=(ENV, FILE)), site("late", secrets=(ENV,)), site("mounted")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab() -> AsyncIterator[EstateLab]:
    """A lab with one node and no plugin, and the estate made in it."""
    async with estate_lab(small(GOOD, LATE, MOUNTED), nodes=1) as opened:
        await opened.making.make(opened.world.estate, lambda _step: None)
        yield opened


async def test_tells_keys_variables_and_files_without_their_values(lab: EstateLab) -> None:
    data = {name: base64.b64encode(b"very-secret").decode() for name in ("API", "OLD")}
    metadata = {"name": "good-secrets", "namespace": "good"}
    await lab.session.put({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})
    arrived = await Arrivals(lab.session).wait(GOOD, PATIENCE)
    assert (arrived.missing, arrived.why) == ((), "")
    assert [str(thing) for thing in arrived.things] == ["file OLD", "key API", "key OLD", "variable API"]
    (seen,) = set(arrived.things.values())
    assert seen.startswith("11 bytes, digest ")


async def test_tells_what_the_external_secret_says_of_itself(lab: EstateLab) -> None:
    message = "the vault refused"
    condition = {"type": "Ready", "status": "False", "reason": "SecretSyncedError", "message": message}
    patch = msgspec.json.encode({"status": {"conditions": [condition]}})
    key = Key(namespace="late", name="late")
    await lab.session.client.merge_patch(EXTERNAL_SECRETS, key, patch, subresource="status")
    arrived = await Arrivals(lab.session).wait(LATE, NOW)
    assert arrived.things == {}
    assert [str(thing) for thing in arrived.missing] == ["key API", "variable API"]
    assert arrived.why == message


async def test_tells_the_last_warning_of_its_namespace(lab: EstateLab) -> None:
    async def look() -> Arrived | None:
        seen = await Arrivals(lab.session).wait(MOUNTED, NOW)
        return seen if seen.why else None

    arrived = await looking.until(look, seconds=60, what="kubelet's word on what it cannot mount")
    assert [str(thing) for thing in arrived.missing] == ["file DB"]
    assert arrived.why.startswith("FailedMount: ")
