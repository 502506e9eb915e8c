"""Rules warn, and refuse where they are enforced; nobody is bothered about what he does not change."""

from typing import Any

import pytest

from keyferry.admit.counsel import Counsellor
from keyferry.advice.surroundings import Account, Nothing
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError
from tests.fakes import external_secrets

RULE = "use-label-not-on-pods"
NOWHERE = Nothing()


def deployment(**changes: Any) -> dict[str, Any]:
    """Return a Deployment that asks for an identity on its own metadata, where it does nothing."""
    labels = {"azure.workload.identity/use": "true"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "apps", "labels": labels},
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "app"}]}}},
    } | changes


def asked(document: dict[str, Any] | None, operation: str = "CREATE", **rest: Any) -> Question:
    return Question(uid="1", operation=operation, namespace="apps", object=document, **rest)


def metadata(**changes: Any) -> dict[str, Any]:
    return deployment(metadata=deployment()["metadata"] | changes)


OWNED = [{"kind": "ReplicaSet", "name": "api-1", "controller": True}]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(None, "DELETE", old_object=deployment()), id="deletion"),
        pytest.param(asked(deployment(), "CONNECT"), id="another-operation"),
        pytest.param(asked(deployment(), "UPDATE", sub_resource="status"), id="status"),
        pytest.param(asked(metadata(deletionTimestamp="now"), "UPDATE"), id="let-go"),
        pytest.param(
            asked(metadata(resourceVersion="2") | {"status": {"a": 1}}, "UPDATE", old_object=deployment()),
            id="nothing-new",
        ),
        pytest.param(asked(metadata(ownerReferences=OWNED)), id="made-by-a-workload"),
    ],
)
def test_what_is_not_judged(question: Question) -> None:
    assert Counsellor(()).document_of(question) is None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(deployment()), id="creation"),
        pytest.param(asked(deployment(), "UPDATE", old_object=deployment(spec={})), id="spec"),
        pytest.param(asked(deployment(), "UPDATE", old_object=metadata(labels={})), id="labels"),
        pytest.param(asked(deployment(), "UPDATE", old_object=metadata(annotations={"a": "b"})), id="annotations"),
        pytest.param(asked(metadata(ownerReferences=[{"kind": "TaskRun", "controller": True}])), id="made-by-another"),
        pytest.param(asked(metadata(ownerReferences=[{"kind": "ReplicaSet"}])), id="owned-and-not-controlled"),
        pytest.param(asked(deployment(metadata=1)), id="metadata-that-is-none"),
    ],
)
def test_what_is_judged_has_its_namespace(question: Question) -> None:
    document = Counsellor(()).document_of(question)
    assert document is not None
    assert document["metadata"]["namespace"] == "apps"


def test_with_enforced_rules_pods_of_workloads_are_judged_too() -> None:
    assert Counsellor((RULE,)).document_of(asked(metadata(ownerReferences=OWNED))) is not None


def test_a_rule_warns_by_its_name() -> None:
    counsel = Counsellor(()).counsel(deployment(), None, NOWHERE)
    assert counsel.verdict.refusal == ""
    assert RULE in counsel.advised
    assert counsel.enforced == ()
    assert any(warning.startswith(f"{RULE}: ") for warning in counsel.verdict.warnings)


def test_an_enforced_rule_refuses() -> None:
    counsel = Counsellor((RULE,)).counsel(deployment(), None, NOWHERE)
    assert (counsel.verdict.code, counsel.verdict.reason) == (403, "Forbidden")
    assert counsel.verdict.refusal.startswith(f"{RULE}: ")
    assert (counsel.enforced[0], RULE in counsel.advised) == (RULE, False)


def test_what_was_stored_so_is_a_warning_still() -> None:
    counsel = Counsellor((RULE,)).counsel(metadata(annotations={"a": "b"}), deployment(), NOWHERE)
    assert counsel.verdict.refusal == ""
    assert RULE in counsel.advised


@pytest.mark.parametrize(
    ("enforce", "refuses"), [pytest.param((), False, id="advised"), pytest.param((RULE,), True, id="enforced")]
)
def test_a_document_can_have_advice_passed_over_and_no_enforcement(enforce: tuple[str, ...], refuses: bool) -> None:
    counsel = Counsellor(enforce).counsel(metadata(annotations={"keyferry.io/ignore": RULE}), None, NOWHERE)
    assert bool(counsel.verdict.refusal) is refuses
    assert RULE not in counsel.advised


def test_what_validation_says_is_not_said_twice() -> None:
    bad = external_secrets.document() | {"spec": {}}
    assert "invalid" not in Counsellor(()).counsel(bad, None, NOWHERE).advised
    assert "invalid" in Counsellor(("invalid",)).counsel(bad, None, NOWHERE).enforced


def test_a_long_list_is_cut() -> None:
    item = {"secretKey": "A", "remoteRef": {}}
    bad = external_secrets.document({"data": [item] * 30})
    assert "more" in Counsellor(("invalid",)).counsel(bad, None, NOWHERE).verdict.refusal


BORROWING = {
    "kind": "SecretStore",
    "metadata": {"name": "kv", "namespace": "apps"},
    "spec": {"provider": {"azurekv": {"serviceAccountRef": {"name": "sa", "namespace": "other"}}}},
}


@pytest.mark.parametrize(
    ("document", "key"),
    [
        pytest.param(deployment(), Key(namespace="apps", name="default"), id="default"),
        pytest.param(
            deployment(spec={"template": {"spec": {"serviceAccountName": "reader"}}}),
            Key(namespace="apps", name="reader"),
            id="named",
        ),
        pytest.param(deployment(metadata={"name": "api"}), None, id="nowhere"),
        pytest.param({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"namespace": "apps"}}, None, id="no-pods"),
        pytest.param(BORROWING, Key(namespace="other", name="sa"), id="borrowed-by-a-store"),
    ],
)
def test_the_account_that_matters(document: dict[str, Any], key: Key | None) -> None:
    assert Counsellor(()).account_of(document) == key


def test_a_rule_that_is_none_cannot_be_enforced() -> None:
    with pytest.raises(SpecError, match="no rule 'use-label-not-on-pod'"):
        Counsellor(("use-label-not-on-pod",))


class Broken(Nothing):
    """Raises where somebody asks for ServiceAccounts."""

    def account(self, namespace: str, name: str) -> Account | None:
        raise ZeroDivisionError("sesame")


LABELLED = deployment(
    spec={"template": {"metadata": {"labels": {"azure.workload.identity/use": "true"}}, "spec": {"containers": []}}}
)


def test_a_rule_that_fails_is_told_in_one_warning() -> None:
    counsel = Counsellor(()).counsel(LABELLED, None, Broken())
    assert counsel.verdict.is_failure
    assert counsel.verdict.refusal == ""
    assert counsel.verdict.warnings[0].startswith("keyferry failed on this object (ZeroDivisionError in rule ")
    assert sum("failed" in warning for warning in counsel.verdict.warnings) == 1
    assert "sesame" not in f"{counsel}"


def test_a_rule_that_fails_refuses_where_it_is_enforced() -> None:
    (first, *_) = Counsellor(()).counsel(LABELLED, None, Broken()).failures
    enforced = Counsellor((first.check.rule.name,)).counsel(LABELLED, None, Broken()).verdict
    assert (enforced.code, "keyferry failed" in enforced.refusal) == (500, True)
    assert Counsellor(("sub-path",)).counsel(LABELLED, deployment(), Broken()).verdict.refusal == ""


INJECTED: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "api", "namespace": "apps", "labels": {"azure.workload.identity/use": "true"}},
    "spec": {"containers": [], "volumes": [{"name": "azure-workload-identity-reserved-1"}]},
}


@pytest.mark.parametrize(
    ("counsellor", "before", "said"),
    [
        pytest.param(Counsellor(()), None, ("no-client-id",), id="by-another-webhook"),
        pytest.param(Counsellor((), injects=True), None, (), id="by-this-webhook"),
        pytest.param(Counsellor((), injects=True), INJECTED, ("no-client-id",), id="of-a-change"),
    ],
)
def test_what_injection_said_is_not_said_again(counsellor: Counsellor, before: Any, said: tuple[str, ...]) -> None:
    assert counsellor.counsel(INJECTED, before, NOWHERE).advised == said


def test_what_injection_said_is_refused_where_that_is_enforced() -> None:
    assert Counsellor(("no-client-id",), injects=True).counsel(INJECTED, None, NOWHERE).enforced == ("no-client-id",)
