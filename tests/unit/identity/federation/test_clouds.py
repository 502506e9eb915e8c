"""Clouds, audiences and scopes by environment type."""

import pytest

from keyferry.identity import federation
from keyferry.identity.federation import clouds
from keyferry.model.errors import SpecError


@pytest.mark.parametrize(
    ("environment", "host", "scope"),
    [
        pytest.param("", "https://login.microsoftonline.com", "https://vault.azure.net/.default", id="default"),
        pytest.param(
            "PublicCloud", "https://login.microsoftonline.com", "https://vault.azure.net/.default", id="public"
        ),
        pytest.param(
            "USGovernmentCloud",
            "https://login.microsoftonline.us",
            "https://vault.usgovcloudapi.net/.default",
            id="us-government",
        ),
        pytest.param("ChinaCloud", "https://login.chinacloudapi.cn", "https://vault.azure.cn/.default", id="china"),
        pytest.param(
            "GermanCloud", "https://login.microsoftonline.de", "https://vault.microsoftazure.de/.default", id="germany"
        ),
    ],
)
def test_knows_each_cloud(environment: str, host: str, scope: str) -> None:
    assert federation.authority_host_of(environment) == host
    assert federation.vault_scope_of(environment) == scope


def test_knows_where_each_cloud_is_managed() -> None:
    assert clouds.management_scope_of("PublicCloud") == "https://management.azure.com/.default"
    assert clouds.registry_scopes_of("ChinaCloud") == (
        "https://management.chinacloudapi.cn/.default",
        "https://containerregistry.azure.net/.default",
    )
    assert len({clouds.management_scope_of(cloud.environment) for cloud in clouds.CLOUDS}) == len(clouds.CLOUDS)


@pytest.mark.parametrize(
    ("environment", "extra", "expected"),
    [
        pytest.param("PublicCloud", (), ("api://AzureADTokenExchange",), id="exchange-audience-alone"),
        pytest.param(
            "ChinaCloud",
            ("api://AzureADTokenExchangeChina",),
            ("api://AzureADTokenExchange", "api://AzureADTokenExchangeChina"),
            id="extras-follow-in-every-cloud",
        ),
        pytest.param("AzureStackCloud", ("a",), ("api://AzureADTokenExchange", "a"), id="a-cloud-of-ones-own"),
        pytest.param(
            "", ("a", "api://AzureADTokenExchange", "a"), ("api://AzureADTokenExchange", "a"), id="no-repeats"
        ),
    ],
)
def test_puts_the_exchange_audience_first(environment: str, extra: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert federation.audiences_of(environment, extra) == expected


def test_names_the_clouds_when_one_is_unknown() -> None:
    with pytest.raises(SpecError, match=r'environmentType "Mooncake".*ChinaCloud'):
        federation.audiences_of("Mooncake")


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        pytest.param("", "PublicCloud", id="none-is-the-public-one"),
        pytest.param("azureusgovernment", "USGovernmentCloud", id="in-any-case"),
        pytest.param("AzureStackCloud", None, id="ones-own"),
        pytest.param("Azur", None, id="no-cloud"),
    ],
)
def test_the_names_of_go_autorest(name: str, environment: str | None) -> None:
    assert clouds.environment_named(name) == environment
