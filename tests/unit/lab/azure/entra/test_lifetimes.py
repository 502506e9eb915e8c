import pytest

from keyferry.lab.azure.entra.lifetimes import MANAGED_IDENTITY_SECONDS, Lifetimes
from keyferry.lab.azure.sources import Sources
from tests.fakes import entra_clients, lab_azure

DIRECTORY = lab_azure.azure(applications=[entra_clients.application()]).directory
IDENTITY, APPLICATION = DIRECTORY.identities[0], DIRECTORY.applications[0]


def _sources(byte: bytes) -> Sources:
    return Sources(random_bytes=lambda size: byte * size, rsa_key=lab_azure.rsa_key)


def test_a_managed_identity_s_token_lasts_a_day() -> None:
    assert Lifetimes().seconds(IDENTITY, (), lab_azure.sources()) == MANAGED_IDENTITY_SECONDS


@pytest.mark.parametrize(
    ("capabilities", "least", "most"),
    [pytest.param((), 3600, 5400, id="application"), pytest.param(("CP1",), 86_400, 100_800, id="continuous-access")],
)
def test_chance_decides_within_limits(capabilities: tuple[str, ...], least: int, most: int) -> None:
    sources = lab_azure.sources()
    seconds = {Lifetimes().seconds(APPLICATION, capabilities, sources) for _ in range(50)}
    assert len(seconds) > 10
    assert least <= min(seconds) <= max(seconds) <= most
    assert Lifetimes().seconds(APPLICATION, capabilities, _sources(b"\0")) == least


def test_what_is_set_goes_before_everything() -> None:
    lifetimes = Lifetimes(fixed_seconds=5)
    for client, capabilities in ((IDENTITY, ("CP1",)), (APPLICATION, ())):
        assert lifetimes.seconds(client, capabilities, lab_azure.sources()) == 5
