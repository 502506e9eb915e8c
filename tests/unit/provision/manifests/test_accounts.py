"""keyferry.provision.manifests.accounts"""

import pytest

from keyferry.provision.manifests import accounts
from keyferry.spec.estate.sites import SiteSecret
from tests.fakes import estates, placements

OTHER_TENANT = "88888888-8888-4888-8888-888888888888"


def test_a_namespace_warns_and_enforces_nothing() -> None:
    labels = accounts.namespace(placements.placement(estates.site()))["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/part-of": "shops", "pod-security.kubernetes.io/warn": "restricted"}


@pytest.mark.parametrize(
    ("tenant", "expected"),
    [
        pytest.param(estates.TENANT, {"azure.workload.identity/client-id": placements.CLIENT}, id="the-estates-tenant"),
        pytest.param(
            OTHER_TENANT,
            {
                "azure.workload.identity/client-id": placements.CLIENT,
                "azure.workload.identity/tenant-id": OTHER_TENANT,
            },
            id="another-tenant",
        ),
    ],
)
def test_a_service_account_stands_for_the_identity(tenant: str, expected: dict[str, str]) -> None:
    site = estates.site(namespace="apps", service_account="shop")
    found = accounts.service_account(placements.placement(site, identity=placements.identity(tenant_id=tenant)))
    assert (found["metadata"]["namespace"], found["metadata"]["name"]) == ("apps", "shop")
    assert found["metadata"]["annotations"] == expected


OF_FILES = ("secretproviderclasses", "secretproviderclasspodstatuses")
OF_SECRETS = ("externalsecrets", "secretstores")


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        pytest.param((placements.as_file("db"),), {*OF_FILES}, id="files"),
        pytest.param((placements.in_env("db"),), {*OF_SECRETS}, id="a-secret"),
        pytest.param((placements.as_file("db"), placements.by_name("api")), {*OF_SECRETS, *OF_FILES}, id="both"),
    ],
)
def test_a_deployer_sees_what_is_delivered_and_no_secret(secrets: tuple[SiteSecret, ...], expected: set[str]) -> None:
    rules = accounts.role(placements.placement(estates.site(secrets=secrets)))["rules"]
    assert {resource for rule in rules for resource in rule["resources"]} == expected
    changes = [rule for rule in rules if set(rule["verbs"]) - {"get", "list", "watch"}]
    named = {"resources": ["externalsecrets"], "resourceNames": ["site-a"], "verbs": ["patch"]}
    assert changes == [{"apiGroups": ["external-secrets.io"], **named} for _ in changes]
