import pytest

from keyferry.lab.azure.clouds import CLOUDS, PUBLIC, Cloud
from keyferry.lab.azure.entra import discovery
from keyferry.lab.azure.entra.answers import RefusedError

LOGIN = "login.microsoftonline.com"
AUTHORIZE = f"https://{LOGIN}/t/oauth2/v2.0/authorize"


def test_aliases_of_each_cloud_stand_together() -> None:
    document = discovery.instance(AUTHORIZE)
    assert document["tenant_discovery_endpoint"] == f"https://{LOGIN}/t/v2.0/.well-known/openid-configuration"
    assert [entry["aliases"] for entry in document["metadata"]] == [list(cloud.login_hosts) for cloud in CLOUDS]
    assert all(entry["preferred_cache"] in entry["aliases"] for entry in document["metadata"])


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        pytest.param(
            f"https://{LOGIN}/t/oauth2/authorize", f"https://{LOGIN}/t/.well-known/openid-configuration", id="v1"
        ),
        pytest.param(f"https://{LOGIN}", f"https://{LOGIN}/common/.well-known/openid-configuration", id="no-tenant"),
        pytest.param(
            "https://login.microsoftonline.us/t/oauth2/v2.0/authorize",
            "https://login.microsoftonline.us/t/v2.0/.well-known/openid-configuration",
            id="another-cloud",
        ),
        pytest.param(
            f"https://{LOGIN}:8443/t/oauth2/v2.0/authorize",
            f"https://{LOGIN}:8443/t/v2.0/.well-known/openid-configuration",
            id="another-port",
        ),
    ],
)
def test_finds_the_configuration_of_the_authority(endpoint: str, found: str) -> None:
    assert discovery.instance(endpoint)["tenant_discovery_endpoint"] == found


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        pytest.param("", 900144, id="missing"),
        pytest.param("https://login.example/t/oauth2/authorize", 50049, id="unknown"),
        pytest.param(f"http://{LOGIN}/t/oauth2/authorize", 50049, id="plain-http"),
        pytest.param("nonsense", 50049, id="no-url"),
        pytest.param(f"https://{LOGIN}:99999/t/oauth2/authorize", 50049, id="no-port"),
        pytest.param("https://[", 50049, id="broken-url"),
    ],
)
def test_refuses_an_instance(endpoint: str, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        discovery.instance(endpoint)
    assert refusal.value.code == code


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_the_configuration_has_every_field_of_the_service(cloud: Cloud) -> None:
    host = cloud.authority_hosts[0]
    document = discovery.openid_configuration(host, "t", cloud)
    fields = """token_endpoint token_endpoint_auth_methods_supported jwks_uri response_modes_supported
    subject_types_supported id_token_signing_alg_values_supported response_types_supported scopes_supported issuer
    request_uri_parameter_supported userinfo_endpoint authorization_endpoint device_authorization_endpoint
    http_logout_supported frontchannel_logout_supported end_session_endpoint claims_supported kerberos_endpoint
    tenant_region_scope cloud_instance_name cloud_graph_host_name msgraph_host rbac_url"""
    assert set(document) == set(fields.split())
    assert document["issuer"] == cloud.issuer_v2("t")


def test_the_issuer_has_one_name_whichever_alias_was_asked() -> None:
    assert discovery.openid_configuration("login.windows.net", "t", PUBLIC)["issuer"] == f"https://{LOGIN}/t/v2.0"


def test_the_older_configuration_names_the_issuer_of_access_tokens() -> None:
    document = discovery.openid_configuration_v1(LOGIN, "t", PUBLIC)
    assert document["issuer"] == PUBLIC.issuer("t")
    assert document["token_endpoint"] == f"https://{LOGIN}/t/oauth2/token"


@pytest.mark.parametrize("shared", discovery.SHARED_TENANTS)
def test_a_shared_tenant_publishes_a_template(shared: str) -> None:
    assert discovery.openid_configuration(LOGIN, shared, PUBLIC)["issuer"] == f"https://{LOGIN}/{{tenantid}}/v2.0"
    assert discovery.openid_configuration_v1(LOGIN, shared, PUBLIC)["issuer"] == "https://sts.windows.net/{tenantid}/"


def test_each_key_names_its_issuer() -> None:
    (key,) = discovery.keys({"keys": [{"kid": "k"}]}, "t", PUBLIC)["keys"]
    assert key == {"kid": "k", "issuer": f"https://{LOGIN}/t/v2.0", "cloud_instance_name": "microsoftonline.com"}
