from pathlib import Path

import pytest

from keyferry.admit.certificates import keeper
from keyferry.admit.certificates.folder import FolderCertificates
from keyferry.admit.certificates.own import OwnCertificates
from keyferry.admit.certificates.settings import Registration
from keyferry.model.errors import SpecError
from keyferry.runtime.clock import SystemClock
from tests.fakes.webhook_certificates import REGISTRATION, Cluster


async def test_the_settings_choose(tmp_path: Path) -> None:
    async with Cluster.open() as cluster:
        own = keeper.certificates(tmp_path, REGISTRATION, cluster.client, cluster.clock)
        assert isinstance(own, OwnCertificates)
        folder = keeper.certificates(tmp_path, Registration(), cluster.client, cluster.clock)
        assert isinstance(folder, FolderCertificates)
        alone = keeper.certificates(tmp_path, Registration(), None, cluster.clock)
        await alone.look()
        assert "are not in" in alone.problem
        assert cluster.api.seen == []


@pytest.mark.parametrize(
    ("registration", "why"),
    [
        pytest.param(REGISTRATION, "needs a cluster", id="no-cluster"),
        pytest.param(Registration(service="web"), '--service "web"', id="no-namespace"),
    ],
)
def test_what_cannot_be(tmp_path: Path, registration: Registration, why: str) -> None:
    with pytest.raises(SpecError, match=why):
        keeper.certificates(tmp_path, registration, None, SystemClock())
