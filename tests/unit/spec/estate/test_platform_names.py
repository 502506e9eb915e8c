"""keyferry.spec.estate.platform_names"""

import pytest

from keyferry.spec.estate import platform_names as names
from keyferry.spec.schema import Rule


@pytest.mark.parametrize(
    ("rule", "text", "is_fine"),
    [
        pytest.param(names.chart, "./helm/keyferry", True, id="chart-beside"),
        pytest.param(names.chart, "/charts/keyferry", True, id="chart-elsewhere"),
        pytest.param(names.chart, "oci://registry.example:5000/charts/keyferry", True, id="chart-in-a-registry"),
        pytest.param(names.chart, "keyferry", False, id="chart-of-a-repository"),
        pytest.param(names.chart, "https://charts.example/keyferry.tgz", False, id="chart-by-https"),
        pytest.param(names.version, "1.2.3", True, id="version"),
        pytest.param(names.version, "1.2.3-rc.1+b2", True, id="version-before"),
        pytest.param(names.version, "~1.2", False, id="version-range"),
        pytest.param(names.image, "registry.example:5000/team/keyferry", True, id="image"),
        pytest.param(names.image, "keyferry:0.1.0", True, id="image-with-a-tag"),
        pytest.param(names.image, "keyferry@sha256:00", False, id="image-with-a-digest"),
        pytest.param(names.image, "Key Ferry", False, id="image-with-a-blank"),
        pytest.param(names.digest, f"sha256:{'0a' * 32}", True, id="digest"),
        pytest.param(names.digest, f"sha256:{'0A' * 32}", False, id="digest-in-capitals"),
        pytest.param(names.digest, "0a" * 32, False, id="digest-without-its-kind"),
        pytest.param(names.application, "0f8fad5b-d9cb-469f-a165-70867728950e", True, id="application"),
        pytest.param(names.application, "api://keyferry", True, id="application-uri"),
        pytest.param(names.application, "keyferry", False, id="application-by-name"),
        pytest.param(names.backend, "azurerm", True, id="backend"),
        pytest.param(names.backend, 'azurerm" {', False, id="backend-that-is-more"),
    ],
)
def test_names(rule: Rule, text: str, is_fine: bool) -> None:
    assert (rule(text) is None) is is_fine


@pytest.mark.parametrize(
    ("setting", "value", "is_credential"),
    [
        pytest.param("access_key", "x", True, id="access-key"),
        pytest.param("sas_token", "x", True, id="sas-token"),
        pytest.param("client_secret", "x", True, id="client-secret"),
        pytest.param("client_certificate_password", "x", True, id="certificate-password"),
        pytest.param("client_certificate", "x", True, id="certificate-itself"),
        pytest.param("oidc_token", "x", True, id="token"),
        pytest.param("conn_str", "x", True, id="connection-string"),
        pytest.param("secret_key", "x", True, id="secret-key"),
        pytest.param("encryption_key", "x", True, id="encryption-key"),
        pytest.param("key", "a.tfstate", False, id="name-of-the-state"),
        pytest.param("client_certificate_path", "a.pfx", False, id="path-of-a-certificate"),
        pytest.param("oidc_token_file_path", "a", False, id="path-of-a-token"),
        pytest.param("kms_key_id", "a", False, id="id-of-a-key"),
        pytest.param("use_oidc", "true", False, id="switch"),
        pytest.param("storage_account_name", "states", False, id="name"),
        pytest.param("address", "https://state.example/x?sig=abc", True, id="signed-address"),
        pytest.param("address", "https://u:hunter2@state.example", True, id="address-with-a-password"),
        pytest.param("any", "AccountKey=abc", True, id="connection-string-under-another-name"),
    ],
)
def test_credentials(setting: str, value: str, is_credential: bool) -> None:
    assert names.is_credential(setting, value) is is_credential
