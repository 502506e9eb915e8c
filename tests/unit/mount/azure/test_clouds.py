"""Clouds by name, and the document of AzureStackCloud: what is read of it, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.federation.clouds import Cloud
from keyferry.model.errors import SpecError, Where
from keyferry.mount.azure import clouds

WHERE = Where(kind="SecretProviderClass", namespace="app", name="kv", path="spec.parameters.cloudName")
STACK = {
    "name": "AzureStackCloud",
    "managementPortalURL": 7,
    "activeDirectoryEndpoint": "https://login.contoso.example/adfs/",
    "keyVaultEndpoint": "https://vault.contoso.example/",
    "keyVaultDNSSuffix": "vault.contoso.example",
}


@pytest.mark.parametrize(
    ("name", "authority", "url"),
    [
        pytest.param("", "https://login.microsoftonline.com", "https://kv-prod.vault.azure.net", id="none"),
        pytest.param(
            "AzurePublicCloud", "https://login.microsoftonline.com", "https://kv-prod.vault.azure.net", id="public"
        ),
        pytest.param(
            "azurecloud", "https://login.microsoftonline.com", "https://kv-prod.vault.azure.net", id="in-any-case"
        ),
        pytest.param(
            "AZUREUSGOVERNMENTCLOUD",
            "https://login.microsoftonline.us",
            "https://kv-prod.vault.usgovcloudapi.net",
            id="government",
        ),
        pytest.param(
            "AzureUSGovernment",
            "https://login.microsoftonline.us",
            "https://kv-prod.vault.usgovcloudapi.net",
            id="government-short",
        ),
        pytest.param("AzureChinaCloud", "https://login.chinacloudapi.cn", "https://kv-prod.vault.azure.cn", id="china"),
        pytest.param(
            "AzureGermanCloud",
            "https://login.microsoftonline.de",
            "https://kv-prod.vault.microsoftazure.de",
            id="germany",
        ),
    ],
)
def test_knows_upstreams_names_without_their_case(name: str, authority: str, url: str) -> None:
    cloud = clouds.named(name, WHERE)

    assert cloud.authority_host == authority
    assert clouds.vault_url(cloud, "KV-prod") == url


@pytest.mark.parametrize("name", ["AzurePublicClud", "PublicCloud", "AzureStackCloud", "x" * 999])
def test_an_unknown_name_is_told_with_those_that_are_known(name: str) -> None:
    with pytest.raises(SpecError, match=r"is not an Azure cloud.*AzureChinaCloud.*AzureStackCloud") as caught:
        clouds.named(name, WHERE)

    assert len(str(caught.value)) < 700
    assert caught.value.where == WHERE


@pytest.mark.parametrize(("name", "own"), [("AzureStackCloud", True), ("azurestackcloud", True), ("AzureCloud", False)])
def test_tells_the_cloud_whose_addresses_stand_in_a_file(name: str, own: bool) -> None:
    assert clouds.is_own(name) is own


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="as-documented"),
        pytest.param({"keyVaultDNSSuffix": ".Vault.contoso.example"}, id="suffix-with-a-dot-and-capitals"),
        pytest.param({"activeDirectoryEndpoint": " https://login.contoso.example/adfs "}, id="blanks"),
        pytest.param({"KEYVAULTENDPOINT": "https://vault.contoso.example:8443"}, id="keys-in-any-case"),
    ],
)
def test_reads_the_addresses_of_a_cloud_of_ones_own(change: dict[str, str]) -> None:
    cloud = clouds.described(json.dumps(STACK | change).encode(), "/c.json")

    assert cloud == Cloud(
        environment="AzureStackCloud",
        authority_host="https://login.contoso.example/adfs",
        vault_suffix="vault.contoso.example",
    )


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        *(pytest.param(key, None, f"{key} is missing", id=f"no-{key}") for key in clouds.KEYS),
        *(pytest.param(key, 7, f"{key} is missing or no text", id=f"{key}-no-text") for key in clouds.KEYS),
        pytest.param("name", " ", "name is missing", id="blank"),
        *(
            pytest.param("activeDirectoryEndpoint", text, "activeDirectoryEndpoint is not an https address", id=text)
            for text in (
                "http://login.contoso.example",
                "https://",
                "https://u:p@login.contoso.example",
                "https://login.contoso.example?x=1",
                "https://login.contoso.example#x",
                "https://login.contoso.example:port",
                "https://[login",
                "https://login.contoso\u2024example",
                "https://login.contoso.example/\x01",
            )
        ),
        *(
            pytest.param("keyVaultDNSSuffix", text, "is not a DNS suffix", id=f"suffix-{text[:20]}")
            for text in ("example", "vault/contoso.example", "a..b", "-a.b", "a.b:443", "a@b.c", "a" * 300 + ".b")
        ),
    ],
)
def test_a_file_that_describes_no_cloud_is_told_with_path_and_key(key: str, value: Any, words: str) -> None:
    document = {name: content for name, content in (STACK | {key: value}).items() if content is not None}

    with pytest.raises(SpecError, match=rf"file /c\.json does not describe a cloud: .*{words}"):
        clouds.described(json.dumps(document).encode(), "/c.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 60_000])
def test_a_file_that_is_no_json_object_is_told(content: bytes) -> None:
    with pytest.raises(SpecError, match="it is not a JSON object"):
        clouds.described(content, "/c.json")


@given(st.dictionaries(st.sampled_from(clouds.KEYS), st.text() | st.integers() | st.none()))
def test_whatever_a_file_says_it_is_a_cloud_over_https_or_a_spec_error(document: dict[str, Any]) -> None:
    try:
        cloud = clouds.described(json.dumps(STACK | document).encode(), "/c.json")
    except SpecError:
        return
    assert cloud.authority_host.startswith("https://")
    assert clouds.vault_url(cloud, "kv").startswith("https://kv.")
