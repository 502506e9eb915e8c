import pytest

from keyferry.lab.azure import clouds
from keyferry.lab.azure.clouds import CLOUDS, PUBLIC, Cloud


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_a_cloud_is_found_by_each_of_its_names(cloud: Cloud) -> None:
    assert clouds.named(cloud.name) is cloud
    assert all(clouds.of_authority(host) is cloud for host in cloud.login_hosts)
    assert clouds.of_authority(f"westeurope.{cloud.regional_host}") is cloud
    assert set(cloud.preferred) <= set(cloud.login_hosts)
    assert clouds.of_arm(cloud.arm_host) is cloud
    assert clouds.of_graph(cloud.graph_host) is cloud
    fixed = {*cloud.login_hosts, cloud.arm_host, cloud.graph_host, f"*.{cloud.vault_suffix}"}
    assert fixed <= set(clouds.CERTIFICATE_NAMES)


def test_an_unknown_host_is_of_no_cloud() -> None:
    assert clouds.named("Sovereign") is None
    assert clouds.of_authority("example.com") is None
    assert clouds.of_authority("westeurope.login.windows.net") is None
    assert clouds.of_authority("a.b.login.microsoft.com") is None
    assert clouds.of_arm("example.com") is None
    assert clouds.of_graph("example.com") is None


@pytest.mark.parametrize(
    ("identifier", "audience"),
    [
        pytest.param("https://vault.azure.net", "https://vault.azure.net", id="vault"),
        pytest.param("https://vault.azure.net/", "https://vault.azure.net/", id="keeps-the-slash"),
        pytest.param("https://management.core.windows.net/", "https://management.core.windows.net/", id="old-arm"),
        pytest.param("https://graph.microsoft.com", "https://graph.microsoft.com", id="graph"),
        pytest.param("https://eventgrid.azure.net/", "https://eventgrid.azure.net/", id="event-grid"),
        pytest.param("api://AzureADTokenExchange", clouds.EXCHANGE_APPLICATION, id="exchange"),
        pytest.param(clouds.EXCHANGE_APPLICATION, clouds.EXCHANGE_APPLICATION, id="exchange-by-its-id"),
        pytest.param("api://AzureADTokenExchangeChina", None, id="another-cloud's-exchange"),
        pytest.param("https://vault.azure.cn", None, id="another-cloud's"),
        pytest.param("https://graph.example", None, id="nobody's"),
    ],
)
def test_resource(identifier: str, audience: str | None) -> None:
    assert PUBLIC.resource(identifier) == audience


def test_issuers_of_both_token_formats() -> None:
    assert PUBLIC.issuer_v2("t") == "https://login.microsoftonline.com/t/v2.0"
    assert PUBLIC.issuer("t") == "https://sts.windows.net/t/"


@pytest.mark.parametrize(
    ("issuer", "own"),
    [
        pytest.param("https://sts.windows.net/t/", True, id="v1"),
        pytest.param("https://login.microsoftonline.com/t/v2.0", True, id="v2"),
        pytest.param("https://login.chinacloudapi.cn/t/v2.0", True, id="another-cloud's"),
        pytest.param("https://login.microsoftonline.com.example/t/v2.0", False, id="no-such-host"),
        pytest.param("https://issuer.cluster.example/", False, id="a-cluster's"),
    ],
)
def test_knows_entra_as_an_issuer(issuer: str, own: bool) -> None:
    assert clouds.is_issuer_of_entra(issuer) is own


@pytest.mark.parametrize(
    ("identifier", "known"),
    [
        pytest.param("https://vault.azure.net:8443", True, id="vault"),
        pytest.param("https://management.azure.com:8443/", True, id="arm"),
        pytest.param("https://vault.azure.net", True, id="without-the-port"),
        pytest.param("https://vault.azure.net:8444", False, id="another-port"),
        pytest.param("https://graph.microsoft.com:8443", False, id="what-is-elsewhere"),
    ],
)
def test_resources_of_services_at_a_port_of_their_own(identifier: str, known: bool) -> None:
    assert PUBLIC.resource(identifier, ":8443") == (identifier if known else None)
