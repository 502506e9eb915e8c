import pytest

from keyferry.lab.azure import clouds
from keyferry.lab.azure.eventgrid import source
from tests.fakes import lab_azure


def test_a_vault_as_a_source() -> None:
    (vault, *_) = lab_azure.azure().vaults
    found = source.of(vault)
    assert (found.id, found.name, found.url) == (vault.resource_id, "kv-one", "https://kv-one.vault.azure.net")
    assert found.callback_host == "rp-westeurope.eventgrid.azure.net"


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in clouds.CLOUDS])
def test_every_cloud_has_its_name_for_event_grid(cloud: clouds.Cloud) -> None:
    assert source.ORIGINS[cloud.name].startswith("eventgrid.")
    assert f"*.{source.ORIGINS[cloud.name]}" in source.CERTIFICATE_NAMES
