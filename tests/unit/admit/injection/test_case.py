"""Who is touched, and which way to Entra a pod takes."""

from dataclasses import replace

import pytest

from keyferry.admit.injection.case import case_of
from keyferry.admit.injection.pod_shape import parse
from keyferry.admit.injection.refusal import Refused
from keyferry.admit.injection.settings import Binding
from tests.fakes.injections import ACCOUNT, SETTINGS, pod

PREFIX = "azure.workload.identity/"
BINDING = Binding(annotation=f"{PREFIX}use-x", audience="api://x", token_proxy="https://10.0.0.1")


def test_init_containers_come_first_and_skipped_ones_not_at_all() -> None:
    given = pod(
        {"name": "a"}, {"name": "b"}, initContainers=[{"name": "c"}], annotations={f"{PREFIX}skip-containers": " b ;"}
    )
    case = case_of(parse(given), "payments", ACCOUNT, SETTINGS)
    assert [container.pointer for container in case.touched] == ["/spec/initContainers/0", "/spec/containers/0"]
    assert case.skipped == {"b"}


@pytest.mark.parametrize(
    ("value", "audience"),
    [
        pytest.param("True", "api://x", id="true-in-any-case"),
        pytest.param("1", "api://AzureADTokenExchange", id="not-true"),
        pytest.param("", "api://AzureADTokenExchange", id="empty"),
    ],
)
def test_a_binding_is_asked_for_with_true(value: str, audience: str) -> None:
    given = parse(pod(annotations={BINDING.annotation: value}))
    case = case_of(given, "payments", ACCOUNT, replace(SETTINGS, binding=BINDING))
    assert case.wish.volume["projected"]["sources"][0]["serviceAccountToken"]["audience"] == audience


def test_the_account_of_a_bad_expiration_is_named_with_its_namespace() -> None:
    with pytest.raises(Refused, match="ServiceAccount payments/api"):
        case_of(parse(pod()), "payments", {f"{PREFIX}service-account-token-expiration": "x"}, SETTINGS)
