"""Where the label stands, and what it says."""

from typing import Any

import pytest

from keyferry.advice.rules.labels import CHECKS, asks
from keyferry.advice.workloads import template_of
from tests.fakes.advice import found
from tests.fakes.pod_documents import LABELLED, USE, cron_job, deployment, pod, service_account

POD_LABEL = f"metadata.labels[{USE}]"
TEMPLATE_LABEL = f"spec.template.{POD_LABEL}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(deployment(), [], id="nobody-asks"),
        pytest.param(deployment(pod(labels=LABELLED)), [], id="the-pods-ask"),
        pytest.param(deployment(pod(labels=LABELLED), labels=LABELLED), [], id="both-ask"),
        pytest.param(deployment(labels=LABELLED), [POD_LABEL], id="the-deployment-alone"),
        pytest.param(deployment(labels={USE: True}), [POD_LABEL], id="whatever-it-says"),
        pytest.param(deployment(labels={USE: "false"}), [], id="declined-there"),
        pytest.param(deployment(labels={USE: False}), [], id="declined-without-quotes"),
        pytest.param(deployment(pod(labels={USE: "false"}), labels=LABELLED), [], id="the-pods-decline"),
        pytest.param(
            deployment(pod(annotations=LABELLED)), [f"spec.template.metadata.annotations[{USE}]"], id="an-annotation"
        ),
        pytest.param(deployment(annotations=LABELLED), [f"metadata.annotations[{USE}]"], id="its-own-annotation"),
        pytest.param(deployment(labels=LABELLED, annotations=LABELLED), [POD_LABEL], id="said-once"),
        pytest.param(cron_job(labels=LABELLED), [f"spec.jobTemplate.{POD_LABEL}"], id="the-jobs-of-a-cron-job"),
        pytest.param(cron_job(pod(labels=LABELLED), labels=LABELLED), [], id="the-pods-of-its-jobs"),
        pytest.param(pod(annotations=LABELLED), [f"metadata.annotations[{USE}]"], id="a-pods-annotation"),
        pytest.param(pod(labels=LABELLED, annotations=LABELLED), [], id="a-pods-label-too"),
        pytest.param({"kind": "Deployment", "metadata": {"labels": LABELLED}}, [], id="no-template"),
    ],
)
def test_the_label_stands_on_the_pods(document: dict[str, Any], expected: list[str]) -> None:
    assert found(CHECKS, document, "use-label-not-on-pods") == expected


@pytest.mark.parametrize(
    ("value", "is_wrong"),
    [
        pytest.param("true", False, id="true"),
        pytest.param("false", False, id="declined"),
        pytest.param("No", False, id="declined-in-other-words"),
        pytest.param("True", True, id="upper-case"),
        pytest.param("yes", True, id="yes"),
        pytest.param("1", True, id="one"),
        pytest.param("", True, id="empty"),
        pytest.param(True, True, id="a-boolean"),
        pytest.param(False, True, id="a-boolean-that-declines"),
        pytest.param(1, True, id="a-number"),
        pytest.param(None, True, id="null"),
        pytest.param(["true"], True, id="a-list"),
    ],
)
def test_the_label_says_true_to_the_letter(value: Any, is_wrong: bool) -> None:
    assert found(CHECKS, pod(labels={USE: value}), "use-label-value") == [POD_LABEL] * is_wrong
    assert found(CHECKS, deployment(pod(labels={USE: value})), "use-label-value") == [TEMPLATE_LABEL] * is_wrong


def test_a_value_that_nobody_sent_is_not_missed() -> None:
    assert found(CHECKS, pod(), "use-label-value") == []
    assert found(CHECKS, {"kind": "Deployment"}, "use-label-value") == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(service_account(), [], id="none"),
        pytest.param(service_account(labels=LABELLED), [POD_LABEL], id="a-label"),
        pytest.param(service_account(LABELLED), [f"metadata.annotations[{USE}]"], id="an-annotation"),
        pytest.param(service_account(labels={USE: "false"}), [], id="declined"),
        pytest.param(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"labels": LABELLED}}, [POD_LABEL], id="a-namespace"
        ),
        pytest.param({"kind": "Namespace", "metadata": LABELLED}, [], id="out-of-place"),
    ],
)
def test_elsewhere_it_does_nothing(document: dict[str, Any], expected: list[str]) -> None:
    assert found(CHECKS, document, "use-label-without-effect") == expected


def test_whether_pods_ask() -> None:
    asking, silent = template_of(pod(labels=LABELLED)), template_of(pod())
    assert asking is not None
    assert silent is not None
    assert asks(asking)
    assert not asks(silent)
