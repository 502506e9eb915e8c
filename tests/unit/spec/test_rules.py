import pytest

from keyferry.spec import rules
from keyferry.spec.schema import Rule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param(rules.dns_subdomain, "kv.prod-1", id="object-name"),
        pytest.param(rules.dns_label, "rancher-apps", id="namespace-name"),
        pytest.param(rules.guid, "99999999-9999-4999-8999-999999999999", id="guid"),
        pytest.param(rules.guid, "ABCDEF00-9999-4999-8999-999999999999", id="guid-in-capitals"),
        pytest.param(rules.vault_url, "https://kv-prod.vault.azure.net", id="url"),
        pytest.param(rules.vault_url, "https://kv-prod.vault.azure.net/", id="url-with-slash"),
        pytest.param(rules.vault_url, "https://127.0.0.1:8443", id="url-with-port"),
        pytest.param(rules.endpoint, "https://login.microsoftonline.us/", id="authority"),
        pytest.param(rules.endpoint, "https://adfs.stack.local:8443/adfs", id="authority-with-path"),
        pytest.param(rules.managed_identity, "99999999-9999-4999-8999-999999999999", id="client-id"),
        pytest.param(
            rules.managed_identity,
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv",
            id="resource-id",
        ),
        pytest.param(rules.duration, "1h", id="duration"),
        pytest.param(rules.seconds_or_duration, "300", id="seconds"),
        pytest.param(rules.seconds_or_duration, "5m", id="store-duration"),
        pytest.param(rules.seconds_or_duration, "0", id="zero"),
        pytest.param(rules.regexp, "^app-", id="regexp"),
        pytest.param(rules.object_key, "secret/db", id="secret-key"),
        pytest.param(rules.object_version, "", id="latest-version"),
        pytest.param(rules.object_version, "0123456789abcdef0123456789abcdef", id="version"),
        pytest.param(rules.gjson_path, 'users.#(name=="a").password', id="query"),
        pytest.param(rules.gjson_path, "a#(b", id="hash-within-a-key"),
    ],
)
def test_takes_what_is_right(rule: Rule, text: str) -> None:
    assert rule(text) is None


@pytest.mark.parametrize(
    ("rule", "text", "message"),
    [
        pytest.param(rules.dns_subdomain, "Kv", "cannot be the name of an object", id="capitals"),
        pytest.param(rules.dns_subdomain, "a..b", "cannot be the name of an object", id="empty-part"),
        pytest.param(rules.dns_subdomain, "a" * 254, "cannot be the name of an object", id="long-name"),
        pytest.param(rules.dns_subdomain, "a\n", "cannot be the name of an object", id="line-end"),
        pytest.param(rules.dns_label, "a.b", "cannot be the name of a namespace", id="dot-in-namespace"),
        pytest.param(rules.dns_label, "a" * 64, "cannot be the name of a namespace", id="long-namespace"),
        pytest.param(rules.guid, "contoso", "is not a GUID", id="tenant-name"),
        pytest.param(rules.endpoint, "login.microsoftonline.com", "does not begin with https://", id="authority-bare"),
        pytest.param(rules.endpoint, "https://me:x@login.example", "the address has more than", id="authority-login"),
        pytest.param(rules.endpoint, "https://login.example?a=b", "the address has more than", id="authority-query"),
        pytest.param(rules.endpoint, "https://[login", "Invalid IPv6", id="authority-no-url"),
        pytest.param(rules.managed_identity, "kv-reader", "is not the client id", id="identity-name"),
        pytest.param(rules.managed_identity, "/subscriptions/s/x", "is not the client id", id="another-resource"),
        pytest.param(rules.vault_url, "http://kv.vault.azure.net", "does not begin with https://", id="http"),
        pytest.param(rules.vault_url, "kv.vault.azure.net", "does not begin with https://", id="no-scheme"),
        pytest.param(rules.vault_url, "https://", "has no host name", id="no-host"),
        pytest.param(rules.vault_url, "https://kv prod", "has no host name", id="space-in-host"),
        pytest.param(rules.vault_url, "https://u:p@kv.net", "more than a host name", id="credentials"),
        pytest.param(rules.vault_url, "https://kv.net/secrets/a", "more than a host name", id="path"),
        pytest.param(rules.vault_url, "https://kv.net?x=1", "more than a host name", id="query-of-url"),
        pytest.param(rules.vault_url, "https://kv.net:99999", "Port out of range", id="port"),
        pytest.param(rules.vault_url, "https://[::1", "Invalid IPv6 URL", id="bracket"),
        pytest.param(rules.duration, "5 minutes", "is not a duration", id="words"),
        pytest.param(rules.seconds_or_duration, "-5", "is negative", id="negative-seconds"),
        pytest.param(rules.seconds_or_duration, "soon", "is not a duration", id="neither"),
        pytest.param(rules.regexp, "a(", "is not a regular expression", id="open-group"),
        pytest.param(rules.object_key, "prod/db", "names no object", id="unknown-type"),
        pytest.param(rules.object_version, "latest", "is not a version of Key Vault", id="word-as-version"),
        pytest.param(rules.gjson_path, "users.#(a==1", "does not close it", id="open-query"),
        pytest.param(rules.gjson_path, "#[a", "does not close it", id="open-query-at-the-start"),
    ],
)
def test_says_what_is_wrong_and_what_to_write(rule: Rule, text: str, message: str) -> None:
    complaint = rule(text)
    assert complaint is not None
    assert message in complaint.message
    assert complaint.remedy


@pytest.mark.parametrize(
    "url", ["https://user:hunter2@kv.net", "https://kv.net/?sig=hunter2", "http://u:hunter2@kv.net"]
)
def test_does_not_repeat_the_credentials_of_an_address(url: str) -> None:
    complaint = rules.vault_url(url)
    assert complaint is not None
    assert "hunter2" not in complaint.message
