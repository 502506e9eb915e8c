"""Addresses of vaults, names and versions of secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.secrets import VaultUrl
from keyferry.vault import names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://kv-prod.vault.azure.net", "https://kv-prod.vault.azure.net", id="as-it-is"),
        pytest.param("https://kv-prod.vault.azure.net/", "https://kv-prod.vault.azure.net", id="trailing-slash"),
        pytest.param(" https://KV-Prod.Vault.Azure.net:443/ ", "https://kv-prod.vault.azure.net", id="case-port-space"),
        pytest.param("https://kv-prod.vault.azure.net.", "https://kv-prod.vault.azure.net", id="rooted-name"),
        pytest.param("https://kv1.vault.azure.cn", "https://kv1.vault.azure.cn", id="china"),
        pytest.param(
            "https://kv.vault.local.azurestack.external", "https://kv.vault.local.azurestack.external", id="own"
        ),
        pytest.param("https://kv.vault.example:8443", "https://kv.vault.example:8443", id="own-port"),
    ],
)
def test_brings_an_address_into_its_one_form(text: str, expected: str) -> None:
    assert names.vault_url(text) == expected
    assert names.vault_url(expected) == expected


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("", "https://", id="empty"),
        pytest.param("kv-prod", "https://", id="name-alone"),
        pytest.param("http://kv-prod.vault.azure.net", "https://", id="plain-http"),
        pytest.param("https://", "no host", id="no-host"),
        pytest.param("https://[::1", "not a URL", id="half-an-address"),
        pytest.param("https://kv.vault.azure.net:port", "not a URL", id="port-is-a-word"),
        pytest.param("https://me@kv.vault.azure.net", "more than a host", id="user"),
        pytest.param("https://evil.example\\@kv.vault.azure.net", "more than a host", id="backslash"),
        pytest.param("https://kv.vault.azure.net/secrets/x", "goes on after", id="path"),
        pytest.param("https://kv.vault.azure.net?x=1", "goes on after", id="query"),
        pytest.param("https://kv.vault.azure.net#x", "goes on after", id="fragment"),
        pytest.param("https://10.0.0.4", "not a vault's domain name", id="ip-address"),
        pytest.param("https://localhost", "not a vault's domain name", id="no-domain"),
        pytest.param("https://kv..azure.net", "not a domain name", id="empty-label"),
        pytest.param("https://kv prod.vault.azure.net", '"kv prod" cannot be a vault', id="space"),
        pytest.param(f"https://{'a' * 64}.example", "not a domain name", id="label-too-long"),
        pytest.param(f"https://{'a.' * 130}example", "not a domain name", id="name-too-long"),
        pytest.param("https://vault.azure.net", "lacks the vault's name", id="suffix-alone"),
        pytest.param("https://a.b.vault.azure.net", '"a.b" cannot be a vault', id="two-labels"),
        pytest.param("https://kv.vault.azure.net", "3 to 24", id="too-short"),
        pytest.param("https://1kv.vault.azure.net", "begin with a letter", id="digit-first"),
        pytest.param("https://kv--prod.vault.azure.net", "two hyphens", id="two-hyphens"),
        pytest.param("https://kv-prod-.vault.azure.net", "end with", id="hyphen-last"),
        pytest.param(f"https://{'k' * 25}.vault.azure.net", "3 to 24", id="too-long"),
        pytest.param("https://kv-prod.privatelink.vaultcore.azure.net", "private endpoint", id="private-link-name"),
    ],
)
def test_says_why_an_address_is_none(text: str, cause: str) -> None:
    with pytest.raises(SpecError) as caught:
        names.vault_url(text, field="spec.provider.azurekv.vaultUrl")

    assert cause in str(caught.value)
    assert caught.value.what.startswith("spec.provider.azurekv.vaultUrl")


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_spec_error(text: str) -> None:
    try:
        url = names.vault_url(f"https://{text}")
    except SpecError:
        return
    assert names.vault_url(url) == url


@pytest.mark.parametrize("text", ["a", "A-b-9", "-", "x" * 127])
def test_takes_a_name(text: str) -> None:
    assert names.secret_name(text) == text


@pytest.mark.parametrize("text", ["", "a_b", "a/b", "a b", "ä", "a\n", "x" * 128])
def test_refuses_what_cannot_be_a_name(text: str) -> None:
    with pytest.raises(SpecError, match=r"remoteRef.key.*0-9, a-z"):
        names.secret_name(text, field="remoteRef.key")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="latest"),
        pytest.param("0" * 32, "0" * 32, id="as-it-is"),
        pytest.param("A" * 32, "a" * 32, id="upper-case"),
    ],
)
def test_takes_a_version(text: str, expected: str) -> None:
    assert names.secret_version(text) == expected


@pytest.mark.parametrize("text", ["1", "g" * 32, "0" * 33, "latest"])
def test_refuses_what_cannot_be_a_version(text: str) -> None:
    with pytest.raises(SpecError, match="version"):
        names.secret_version(text)


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        pytest.param("https://kv-prod.vault.azure.net", "PublicCloud", id="public"),
        pytest.param("https://kv-prod.vault.azure.cn", "ChinaCloud", id="china"),
        pytest.param("https://kv-prod.vault.usgovcloudapi.net", "USGovernmentCloud", id="us-government"),
        pytest.param("https://kv.vault.example:8443", None, id="private"),
    ],
)
def test_knows_the_cloud_of_a_vault(url: str, environment: str | None) -> None:
    cloud = names.cloud_of_vault(VaultUrl(url))

    assert (cloud.environment if cloud else None) == environment


def test_the_short_name_is_the_first_part() -> None:
    assert names.vault_name(VaultUrl("https://kv-prod.vault.azure.net")) == "kv-prod"
