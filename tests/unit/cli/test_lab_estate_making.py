"""An estate made in a lab, with no process of keyferry in it."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, Resource
from keyferry.provision.arm.ensuring import Deed
from keyferry.spec.estate.sites import Consumption, Delivery
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.estate_lab import EstateLab, estate_lab
from tests.fakes.estates import secret, site, small

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEPLOYMENTS = Resource(group="apps", version="v1", plural="deployments", kind="Deployment")
ENV = secret("api", consume=Consumption.ENV, delivery=Delivery.SECRET)
ESTATE = small(site("site-a"), site("site-b", namespace="there", makes_namespace=False, secrets=(ENV,)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab() -> AsyncIterator[EstateLab]:
    """A lab that nothing was made in yet."""
    async with estate_lab(ESTATE) as opened:
        yield opened


async def versions(lab: EstateLab) -> dict[str, str]:
    """The resourceVersion of each object that a controller does not write to."""
    found = {}
    for resource in (NAMESPACES, EXTERNAL_SECRETS, DEPLOYMENTS):
        async for page in lab.session.client.list(resource):
            for item in page.items:
                metadata = msgspec.json.decode(item)["metadata"]
                found[f"{resource}/{metadata['name']}"] = metadata["generation" if "generation" in metadata else "uid"]
    return found


async def test_makes_everything_once(lab: EstateLab) -> None:
    told = list[str]()
    first = await lab.making.make(lab.world.estate, told.append)
    assert {step.deed for step in first.provisioned.steps} == {Deed.MADE}
    assert [str(each) for each in first.values] == ["secret shops-kv/api", "secret shops-kv/db"]
    assert first.rendered.left_out == ()
    assert {"vault shops-kv", "Namespace there", "Deployment site-b"} <= set(told)
    before = await versions(lab)
    assert {"namespaces/there", "namespaces/site-a", "deployments.apps/site-a"} <= before.keys()

    again = await lab.making.make(lab.world.estate, told.append)
    assert again.provisioned.changed == ()
    assert again.provisioned.outputs == first.provisioned.outputs
    assert again.values == ()
    assert again.objects == first.objects
    assert await versions(lab) == before


async def test_the_manifests_name_what_azure_answered(lab: EstateLab) -> None:
    made = await lab.making.make(lab.world.estate, lambda _step: None)
    client_id = made.provisioned.outputs.identities["shops-site-a"].client_id
    accounts = Resource(group="", version="v1", plural="serviceaccounts", kind="ServiceAccount")
    account = await lab.session.client.get(accounts, Key(namespace="site-a", name="site-a"), msgspec.json.decode)
    assert account["metadata"]["annotations"]["azure.workload.identity/client-id"] == client_id
