"""Names, held against federated credentials."""

from typing import Any

import pytest

from keyferry.advice.rules.subjects import CHECKS
from keyferry.advice.surroundings import Account, Surroundings
from tests.fakes.advice import findings, found
from tests.fakes.known_surroundings import Known
from tests.fakes.pod_documents import LABELLED, deployment, pod, service_account

CLIENT = {"azure.workload.identity/client-id": "5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1"}
READER = "system:serviceaccount:apps:reader"


def asking(account: str, namespace: Any = "apps") -> dict[str, Any]:
    return deployment(pod(labels=LABELLED, account=account), namespace=namespace)


def accounts(*names: str) -> list[Account]:
    return [Account(namespace=name.partition(":")[0], name=name.partition(":")[2]) for name in names]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(deployment(), [], id="lower-case"),
        pytest.param(deployment(namespace="Apps"), ["metadata.namespace"], id="a-namespace"),
        pytest.param(deployment(pod(account="Reader")), ["spec.template.spec.serviceAccountName"], id="an-account"),
        pytest.param(service_account(name="Reader"), ["metadata.name"], id="the-account-itself"),
        pytest.param(service_account(namespace="APPS"), ["metadata.namespace"], id="its-namespace"),
        pytest.param(deployment(namespace="${NAMESPACE}"), [], id="a-placeholder"),
        pytest.param(deployment(namespace="A" * 300), [], id="no-name-at-all"),
        pytest.param(deployment(namespace=7), [], id="another-shape"),
        pytest.param({"kind": "Deployment", "metadata": {"namespace": "Apps"}}, ["metadata.namespace"], id="no-pods"),
    ],
)
def test_names_have_no_upper_case(document: dict[str, Any], expected: list[str]) -> None:
    assert found(CHECKS, document, "name-in-upper-case") == expected


def test_the_remedy_is_the_name_in_lower_case() -> None:
    (told,) = findings(CHECKS, deployment(namespace="Apps"), "name-in-upper-case")
    assert told.remedy == 'write "apps"'


@pytest.mark.parametrize(
    ("document", "known", "meant"),
    [
        pytest.param(asking("reader"), Known(subjects=[READER]), "", id="federated"),
        pytest.param(asking("raeder"), Known(), "", id="no-subject-known"),
        pytest.param(asking("raeder"), Known(subjects=[READER]), "apps:reader", id="a-slip-in-the-account"),
        pytest.param(asking("reader", "app"), Known(subjects=[READER]), "apps:reader", id="a-slip-in-the-namespace"),
        pytest.param(asking("Reader"), Known(subjects=[READER]), "apps:reader", id="case"),
        pytest.param(asking("READER", "APPS"), Known(subjects=[READER]), "apps:reader", id="case-of-both"),
        pytest.param(
            asking("reader"),
            Known(subjects=["system:serviceaccount:Apps:Reader"]),
            "Apps:Reader",
            id="case-of-the-credential",
        ),
        pytest.param(asking("reader"), Known(subjects=[f"{READER} "]), "apps:reader", id="white-space-behind"),
        pytest.param(
            asking("reader"), Known(subjects=[f" {READER}"]), "system:serviceaccount:apps:reader", id="and-before"
        ),
        pytest.param(
            asking("reader"),
            Known(subjects=["system:serviceacount:apps:reader"]),
            "system:serviceacount:apps:reader",
            id="a-slip-in-the-form",
        ),
        pytest.param(asking("reader"), Known(subjects=["repo:org/app:ref:refs/heads/main"]), "", id="of-a-pipeline"),
        pytest.param(asking("writer"), Known(subjects=[READER]), "", id="another-account"),
        pytest.param(asking("reader2"), Known(subjects=[READER]), "", id="a-numbered-one"),
        pytest.param(asking("raeder", None), Known(subjects=[READER]), "", id="a-namespace-that-is-not-told"),
        pytest.param(deployment(pod(account="raeder")), Known(subjects=[READER]), "", id="nobody-asks"),
        pytest.param(
            asking("readers"),
            Known(*accounts("apps:reader", "apps:readers"), subjects=[READER]),
            "",
            id="both-are-accounts",
        ),
        pytest.param(
            asking("raeder"), Known(*accounts("apps:reader"), subjects=[READER]), "apps:reader", id="only-one-is"
        ),
        pytest.param({"kind": "Deployment"}, Known(subjects=[READER]), "", id="no-pods"),
    ],
)
def test_a_subject_is_nearly_federated(document: dict[str, Any], known: Surroundings, meant: str) -> None:
    told = findings(CHECKS, document, "subject", known)
    assert [each.path for each in told] == ["spec.template.spec.serviceAccountName"] * bool(meant)
    assert all(f'one is for "{meant}"' in each.message for each in told)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(service_account(CLIENT, name="raeder"), ["metadata.name"], id="mistyped"),
        pytest.param(service_account(CLIENT), [], id="federated"),
        pytest.param(service_account(name="raeder"), [], id="without-an-identity"),
        pytest.param(service_account(CLIENT, name="raeder", namespace=""), [], id="a-namespace-that-is-not-told"),
    ],
)
def test_an_account_is_told_itself(document: dict[str, Any], expected: list[str]) -> None:
    assert found(CHECKS, document, "subject", Known(subjects=[READER])) == expected


def test_many_subjects_are_asked_for_again_and_again() -> None:
    known = Known(subjects=[READER])
    for number in range(5000):
        assert found(CHECKS, asking(f"other-{number}"), "subject", known) == []
    for _ in range(2):
        assert len(found(CHECKS, asking("raeder"), "subject", known)) == 1
