"""What is not there, or must not be read, is told apart from what cannot be read now."""

import pytest

from keyferry.admit.certificates.observe import Observer
from keyferry.model.errors import KeyferryError
from tests.fakes.kube_api import Fault
from tests.fakes.webhook_certificates import REGISTRATION, SECRET, Cluster


async def test_what_is_there() -> None:
    async with Cluster.open() as cluster:
        observer = Observer(cluster.client, REGISTRATION)
        assert await observer.secret(SECRET) is None
        assert [one.problem for one in await observer.registered()] == ["it is not there"] * 2
        cluster.register()
        cluster.api.faults.append(Fault(status=403, reason="Forbidden", verb="get"))
        unread, read = await observer.registered()
        assert "it cannot be read" in unread.problem
        assert (unread.document, read.problem) == (None, "")
        assert read.document is not None
        assert read.document["metadata"]["name"] == "validate"


async def test_a_failure_goes_through() -> None:
    async with Cluster.open() as cluster:
        cluster.api.faults.append(Fault(status=400, reason="BadRequest", verb="get"))
        with pytest.raises(KeyferryError):
            await Observer(cluster.client, REGISTRATION).registered()
