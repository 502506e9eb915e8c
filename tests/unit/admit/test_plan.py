"""What upstream refuses is refused; the rest is warned of; nobody is locked out of an old object."""

from typing import Any

import pytest

from keyferry.admit.plan import account_of, plan
from keyferry.admit.verdict import Verdict
from keyferry.advice.surroundings import Account, Nothing, Surroundings
from keyferry.kube.wire.admission import GroupVersionKind, Question
from keyferry.kube.wire.objects import Key
from keyferry.spec.problems import TOLD
from tests.fakes import external_secrets

GOOD = external_secrets.document()
BAD = GOOD | {"spec": {"secretStoreRef": {"name": "kv"}}}  # neither data nor dataFrom


def asked(document: dict[str, Any] | None, operation: str = "CREATE", **rest: Any) -> Question:
    kind = str((document or GOOD)["kind"])
    return Question(uid="1", kind=GroupVersionKind(kind=kind), operation=operation, object=document, **rest)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(GOOD), id="good"),
        pytest.param(asked(None, "DELETE", old_object=BAD), id="deletion"),
        pytest.param(asked(BAD, "UPDATE", sub_resource="status"), id="status"),
        pytest.param(asked({"apiVersion": "v1", "kind": "Secret"}), id="none-of-ours"),
        pytest.param(asked(BAD, "CONNECT"), id="another-operation"),
    ],
)
def test_passes_without_a_word(question: Question) -> None:
    assert plan(question, Nothing()) == Verdict()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(BAD), id="created"),
        pytest.param(asked(BAD, "UPDATE", old_object=GOOD), id="edited"),
        pytest.param(asked(BAD | {"metadata": 1}), id="metadata-that-is-none"),
    ],
)
def test_refuses_what_upstream_refuses_and_says_what_to_do(question: Question) -> None:
    refusal = plan(question, Nothing()).refusal
    assert "spec" in refusal
    assert "To mend it" in refusal


@pytest.mark.parametrize(
    ("kind", "spec", "path"),
    [
        pytest.param("SecretStore", {"refreshInterval": "soon"}, "spec.refreshInterval", id="interval"),
        pytest.param(
            "ClusterSecretStore",
            {"conditions": [{"namespaceRegexes": ["team-("]}]},
            "spec.conditions[0].namespaceRegexes[0]",
            id="regular-expression",
        ),
    ],
)
def test_refuses_stores_that_upstream_refuses(kind: str, spec: dict[str, Any], path: str) -> None:
    azure = {"authType": "WorkloadIdentity", "vaultUrl": "https://kv.vault.azure.net", "tenantId": "t"}
    document = {
        "apiVersion": "external-secrets.io/v1",
        "kind": kind,
        "metadata": {"name": "s"},
        "spec": {"provider": {"azurekv": azure}, **spec},
    }
    assert plan(asked(document), Nothing()).refusal.startswith(f"{path}: ")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(asked(BAD | {"metadata": {"labels": {}}}, "UPDATE", old_object=BAD), id="spec-as-before"),
        pytest.param(asked(BAD | {"metadata": {"deletionTimestamp": "now"}}, "UPDATE", old_object=GOOD), id="let-go"),
    ],
)
def test_an_old_mistake_is_a_warning_for_who_does_something_else(question: Question) -> None:
    verdict = plan(question, Nothing())
    assert verdict.refusal == ""
    assert verdict.warnings


def test_other_kinds_are_warned_of_alone() -> None:
    document = {
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": {"name": "p"},
        "spec": {},
    }
    verdict = plan(asked(document), Nothing())
    assert verdict.refusal == ""
    assert verdict.warnings


def test_an_older_version_is_left_to_its_definition_to_warn_of() -> None:
    assert (
        plan(asked(external_secrets.document() | {"apiVersion": "external-secrets.io/v1beta1"}), Nothing()) == Verdict()
    )


def test_a_broken_template_is_warned_of() -> None:
    target = {"target": {"template": {"data": {"a": "{{"}}}}
    verdict = plan(asked(GOOD | {"spec": GOOD["spec"] | target}), Nothing())
    assert verdict.refusal == ""
    assert "template" in verdict.warnings[0]


def test_a_long_list_is_cut() -> None:
    data = [{"secretKey": "A", "remoteRef": {"key": "db"}}] * (TOLD + 5)
    refusal = plan(asked(GOOD | {"spec": {"secretStoreRef": {"name": "kv"}, "data": data}}), Nothing()).refusal
    assert "more" in refusal


class Lent(Nothing):
    """Knows that `other/sa` may be used from a namespace."""

    def __init__(self, namespace: str) -> None:
        self._annotations = {"keyferry.io/usable-from": namespace}

    def account(self, namespace: str, name: str) -> Account | None:
        return Account(namespace=namespace, name=name, annotations=self._annotations)


def borrowing(**azure: Any) -> Question:
    provider = {"vaultUrl": "https://kv.vault.azure.net", "serviceAccountRef": {"name": "sa", "namespace": "other"}}
    spec = {"provider": {"azurekv": {"authType": "WorkloadIdentity"} | provider | azure}}
    metadata = {"name": "kv", "namespace": "apps"}
    document = {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "metadata": metadata, "spec": spec}
    return asked(document)


@pytest.mark.parametrize(
    ("around", "is_told"),
    [
        pytest.param(Lent("apps"), False, id="consent"),
        pytest.param(Lent("web"), True, id="consent-to-another"),
        pytest.param(Nothing(), True, id="nothing-known"),
    ],
)
def test_a_borrowed_account_is_told_unless_its_owner_consents(around: Surroundings, is_told: bool) -> None:
    told = plan(borrowing(), around).warnings
    assert ["its owner must consent" in warning for warning in told] == ([True] if is_told else [])


def test_consent_to_the_account_is_no_consent_to_the_rest() -> None:
    selectors = {name: {"name": "azure", "key": name} for name in ("clientId", "clientSecret")}
    told = "\n".join(plan(borrowing(authType="ServicePrincipal", authSecretRef=selectors), Lent("apps")).warnings)
    assert "stored credential" in told
    assert "consent" not in told


def test_whose_consent_matters() -> None:
    assert account_of(borrowing()) == Key(namespace="other", name="sa")
    assert account_of(asked(None, "DELETE")) is None
