from keyferry.lab.azure.clouds import CLOUDS
from keyferry.lab.azure.entra import discovery


def test_configuration_names_the_tenant_s_endpoints() -> None:
    document = discovery.openid_configuration("login.microsoftonline.com", "t")
    assert document["issuer"] == "https://login.microsoftonline.com/t/v2.0"
    assert document["token_endpoint"] == "https://login.microsoftonline.com/t/oauth2/v2.0/token"
    assert document["jwks_uri"] == "https://login.microsoftonline.com/t/discovery/v2.0/keys"


def test_instance_discovery_names_every_authority_host() -> None:
    metadata = discovery.instance("login.microsoftonline.com")["metadata"]
    assert [entry["aliases"] for entry in metadata] == [list(cloud.authority_hosts) for cloud in CLOUDS]
