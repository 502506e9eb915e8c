"""Entra's public documents: OpenID configuration and instance discovery.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from typing import Any

from keyferry.lab.azure.clouds import CLOUDS


def openid_configuration(host: str, tenant_id: str) -> dict[str, Any]:
    """Return the OpenID configuration of a tenant."""
    base = f"https://{host}/{tenant_id}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{base}/v2.0",
        "request_uri_parameter_supported": False,
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "tid", "ver"],
        "cloud_instance_name": host.partition(".")[2],
    }


def instance(host: str) -> dict[str, Any]:
    """Return which host names are aliases of one another."""
    return {
        "tenant_discovery_endpoint": f"https://{host}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": cloud.authority_hosts[0],
                "preferred_cache": cloud.authority_hosts[0],
                "aliases": list(cloud.authority_hosts),
            }
            for cloud in CLOUDS
        ],
    }
