"""Entra's public documents: OpenID configuration in both formats, and instance discovery.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
https://learn.microsoft.com/entra/msal/dotnet/advanced/exceptions/msal-client-application-exceptions tells of an
instance that is unknown.
"""

from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from keyferry.lab.azure import clouds
from keyferry.lab.azure.clouds import CLOUDS, Cloud
from keyferry.lab.azure.entra.answers import RefusedError

SHARED_TENANTS: Final = ("common", "organizations", "consumers")  # whoever signs in says which tenant it is
_TEMPLATE: Final = "{tenantid}"  # stands for the tenant in what the shared ones publish; clients put theirs in


def openid_configuration(host: str, tenant: str, cloud: Cloud) -> dict[str, Any]:
    """Return the v2.0 configuration of a tenant, by GUID or one of SHARED_TENANTS."""
    base = f"https://{host}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": cloud.issuer_v2(_in_issuer(tenant)),
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"https://{cloud.graph_host}/oidc/userinfo",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        **_claims_and_cloud(base, tenant, cloud),
    }


def openid_configuration_v1(host: str, tenant: str, cloud: Cloud) -> dict[str, Any]:
    """Return the v1.0 configuration, whose issuer is that of the access tokens of vaults and ARM."""
    base = f"https://{host}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"https://{host}/common/discovery/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "token id_token", "token"],
        "scopes_supported": ["openid"],
        "issuer": cloud.issuer(_in_issuer(tenant)),
        "microsoft_multi_refresh_token": True,
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/logout",
        "check_session_iframe": f"{base}/oauth2/checksession",
        "userinfo_endpoint": f"{base}/openid/userinfo",
        **_claims_and_cloud(base, tenant, cloud),
    }


def keys(published: dict[str, Any], tenant: str, cloud: Cloud) -> dict[str, Any]:
    """Return the key set as the v2.0 endpoint shows it: each key with the issuer that signs with it."""
    issuer = cloud.issuer_v2(_in_issuer(tenant))
    more = {"cloud_instance_name": cloud.instance, "issuer": issuer}
    return {"keys": [{**key, **more} for key in published["keys"]]}


def instance(authorization_endpoint: str) -> dict[str, Any]:
    """Return which host names are aliases of one another, and where the tenant's configuration is.

    The endpoint's port is kept. RefusedError where no cloud has its host.
    """
    if not authorization_endpoint:
        raise RefusedError(900144, "The request must contain the parameter 'authorization_endpoint'.")
    url = _parsed(authorization_endpoint)
    host = (url.hostname or "").lower()
    port = _port(url)
    if url.scheme != "https" or clouds.of_authority(host) is None or port is None:
        raise RefusedError(50049, f"The instance '{host[:253]}' is unknown or invalid.")
    tenant = url.path.strip("/").partition("/")[0] or "common"
    at = host if port == 443 else f"{host}:{port}"
    version = "/v2.0" if "/v2.0/" in url.path else ""
    return {
        "tenant_discovery_endpoint": f"https://{at}/{tenant}{version}/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": cloud.preferred[0],
                "preferred_cache": cloud.preferred[1],
                "aliases": list(cloud.login_hosts),
            }
            for cloud in CLOUDS
        ],
    }


def _parsed(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _port(url: SplitResult) -> int | None:
    try:
        return 443 if url.port is None else url.port
    except ValueError:  # beyond 65535, or no number
        return None


def _claims_and_cloud(base: str, tenant: str, cloud: Cloud) -> dict[str, Any]:
    return {
        "claims_supported": [
            *("sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name"),
            *("msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name"),
            *("tid", "ver", "at_hash", "c_hash", "email"),
        ],
        "kerberos_endpoint": f"{base}/kerberos",
        "tenant_region_scope": None if tenant in SHARED_TENANTS else "EU",
        "cloud_instance_name": cloud.instance,
        "cloud_graph_host_name": cloud.graph_host,
        "msgraph_host": cloud.graph_host,
        "rbac_url": "https://pas.windows.net",
    }


def _in_issuer(tenant: str) -> str:
    return _TEMPLATE if tenant in SHARED_TENANTS else tenant
