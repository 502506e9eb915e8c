"""What annotations ask of the webhook."""

from typing import Any

import pytest

from keyferry.advice.rules.injection import CHECKS
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import deployment, pod, service_account

AZURE = "azure.workload.identity"
SKIP = f"{AZURE}/skip-containers"
LIFETIME = f"{AZURE}/service-account-token-expiration"
PROXY = f"{AZURE}/inject-proxy-sidecar"
SPEC = {"initContainers": [{"name": "migrate"}], "containers": [{"name": "app"}, {"name": "cache"}, {}]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("cache", "", id="one"),
        pytest.param(" cache ; migrate;", "", id="two"),
        pytest.param("", "", id="none"),
        pytest.param(";;", "", id="separators-alone"),
        pytest.param("istio-proxy;cache", "", id="a-container-that-another-webhook-adds"),
        pytest.param("cache,app", '"cache,app" counts as one name', id="commas"),
        pytest.param("cache app", '"cache app" counts as one name', id="white-space"),
        pytest.param("cahce", 'no container is called "cahce" (did you mean "cache"?)', id="mistyped"),
        pytest.param("web;cache", 'no container is called "web"', id="unknown"),
        pytest.param(1, "is no text", id="a-number"),
        pytest.param("x;" * 1000, 'no container is called "x"', id="very-many"),
    ],
)
def test_skipped_containers_are_the_pods(value: Any, expected: str) -> None:
    told = findings(CHECKS, deployment(pod(SPEC, annotations={SKIP: value})), "skip-containers")
    assert [each.path for each in told] == [f"spec.template.metadata.annotations[{SKIP}]"] * bool(expected)
    assert all(each.message.startswith(expected) for each in told)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("3600", "", id="the-shortest"),
        pytest.param("86400", "", id="the-longest"),
        pytest.param("+7200", "", id="with-a-sign"),
        pytest.param("", "", id="empty"),
        pytest.param("3599", '"3599" is not between', id="too-short"),
        pytest.param("86401", '"86401" is not between', id="too-long"),
        pytest.param("-7200", '"-7200" is not between', id="negative"),
        pytest.param("1h", '"1h" is no whole number', id="a-duration"),
        pytest.param("3600s", '"3600s" is no whole number', id="a-unit"),
        pytest.param("٣٦٠٠", '"٣٦٠٠" is no whole number', id="other-digits"),
        pytest.param("9" * 5000, '"999', id="very-long"),
        pytest.param(3600, "is no text", id="without-quotes"),
        pytest.param(None, "is no text", id="null"),
    ],
)
def test_a_token_lives_as_long_as_the_webhook_allows(value: Any, expected: str) -> None:
    path = f"metadata.annotations[{LIFETIME}]"
    for document, place in (
        (pod(annotations={LIFETIME: value}), path),
        (deployment(pod(annotations={LIFETIME: value})), f"spec.template.{path}"),
        (service_account({LIFETIME: value}), path),
    ):
        told = findings(CHECKS, document, "token-expiration")
        assert [each.path for each in told] == [place] * bool(expected)
        assert all(each.message.startswith(expected) for each in told)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("true", "asks for a proxy that is deprecated", id="asked-for"),
        pytest.param("false", "adds the proxy all the same", id="declined-in-vain"),
        pytest.param(None, "asks for a proxy", id="null"),
    ],
)
def test_the_proxy_is_deprecated(value: Any, expected: str) -> None:
    (told,) = findings(CHECKS, pod(annotations={PROXY: value}), "proxy-sidecar")
    assert told.path == f"metadata.annotations[{PROXY}]"
    assert expected in told.message


@pytest.mark.parametrize("rule", ["skip-containers", "token-expiration", "proxy-sidecar"])
def test_nothing_asked_nothing_said(rule: str) -> None:
    for document in (pod(), deployment(), {"kind": "Deployment"}):
        assert found(CHECKS, document, rule) == []
