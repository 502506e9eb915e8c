"""Each rule has a name of its own, texts that help, and survives whatever a document holds."""

import re
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.advice.judge import RULES, judge, judgement, looks_at
from keyferry.advice.rules import CHECKS
from keyferry.advice.surroundings import Account, Nothing
from tests.fakes.known_surroundings import Known
from tests.fakes.pod_documents import LABELLED, cron_job, deployment, pod, service_account

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "metadata", "template", "containers", "volumes", "env", "annotations", "labels", "data"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
KINDS = sorted({kind for check in CHECKS for kind in check.kinds} | {"Other"})

SECRET = "AccountKey=Zq8not0to0be0repeated0Zq8not0to0be0repeated"
AZURE = "azure.workload.identity"
EVERYTHING = pod(
    {
        "serviceAccountName": "Raeder",
        "initContainers": [{"name": "first", "command": [SECRET, "/var/run/secrets/azure/tokens/x"]}],
        "containers": [
            {
                "name": "app",
                "env": [
                    {"name": "AZURE_CLIENT_SECRET", "value": SECRET},
                    {"name": "AZURE_FEDERATED_TOKEN_FILE", "value": SECRET},
                    {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "AZURE_PASSWORD"}}},
                ],
                "envFrom": [{"secretRef": {"name": "azure-sp"}}, {"secretRef": {"name": "db"}}],
                "args": [f"--storage={SECRET}"],
                "volumeMounts": [{"name": "token", "mountPath": "/var/run", "subPath": "x"}],
            }
        ],
        "volumes": [
            {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"audience": "a"}}]}},
            {"name": "kv", "csi": {"driver": "secrets-store.csi.k8s.io", "volumeAttributes": {}}},
        ],
    },
    labels=LABELLED | {f"{AZURE}/client-id": SECRET, "azure.workload-identity/use": SECRET},
    annotations={
        f"{AZURE}/skip-containers": "a,b;web",
        f"{AZURE}/service-account-token-expiration": "1h",
        f"{AZURE}/inject-proxy-sidecar": "false",
        f"{AZURE}/use": SECRET,
    },
)
ACCOUNT = service_account({f"{AZURE}/client-id": SECRET, f"{AZURE}/tenant-id": SECRET}, labels={f"{AZURE}/use": SECRET})
KNOWN = Known(
    Account(namespace="apps", name="reader"), complete=True, subjects=["system:serviceaccount:apps:reader"], owners={}
)


def places(found: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Every place in a document, by the keys that lead there."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for key, each in inner for place in places(each, *path, key))]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(EVERYTHING, id="a-pod"),
        pytest.param(deployment(EVERYTHING), id="a-deployment"),
        pytest.param(cron_job(EVERYTHING), id="a-cron-job"),
        pytest.param(ACCOUNT, id="a-service-account"),
    ],
)
@given(st.data())
def test_whatever_stands_anywhere_it_is_judged_and_nothing_secret_said(
    document: dict[str, Any], data: st.DataObject
) -> None:
    document = deepcopy(document)
    for _ in range(data.draw(st.integers(0, 3))):
        *path, last = data.draw(st.sampled_from(places(document)[1:]))
        if not path and last == "kind":
            continue
        inner: Any = document
        for key in path:
            inner = inner[key]
        inner[last] = data.draw(JSON)
    for found in judge(document, KNOWN):
        assert found.path
        assert found.message
        assert SECRET not in str(found)


@given(st.dictionaries(st.sampled_from(["spec", "metadata", "data", "apiVersion"]), JSON), st.sampled_from(KINDS))
def test_whatever_it_holds_a_document_is_judged(content: dict[str, object], kind: str) -> None:
    for found in judge({**content, "kind": kind}, Nothing()):
        assert found.path
        assert found.message


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("Deployment", True, id="one-of-a-rules-kinds"),
        pytest.param("Service", False, id="another"),
        pytest.param(["Pod"], False, id="no-text"),
    ],
)
def test_other_kinds_are_not_looked_at(kind: Any, expected: bool) -> None:
    assert looks_at({"kind": kind}) is expected
    assert expected or judge({"kind": kind}, Nothing()) == ()


def test_no_two_rules_share_a_name() -> None:
    assert len(RULES) == sum(len(check.rules) for check in CHECKS) + 1, "that of suppression"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_and_why_and_what_to_do(name: str) -> None:
    rule = RULES[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.remedy


@pytest.mark.parametrize("name", RULES)
def test_an_example_is_right_by_every_rule(name: str) -> None:
    documents = list(yaml.safe_load_all(RULES[name].example))
    assert documents
    for document in documents:
        assert judge(document, Nothing()) == ()


class Broken(Nothing):
    """Raises where somebody asks for ServiceAccounts."""

    def account(self, namespace: str, name: str) -> Account | None:
        raise ZeroDivisionError(f"{namespace}/{name}")


def test_a_rule_that_fails_keeps_no_other_from_being_heard() -> None:
    judged = judgement(EVERYTHING, Broken())
    assert {failure.cause for failure in judged.failures} == {"ZeroDivisionError"}
    silent = {rule.name for failure in judged.failures for rule in failure.check.rules}
    heard = {finding.rule.name for finding in judge(EVERYTHING, Nothing())} - silent
    assert heard
    assert heard <= {finding.rule.name for finding in judged.findings}


def test_judgements_say_what_judges_say() -> None:
    judged = judgement(EVERYTHING, KNOWN)
    assert (judged.findings, judged.failures) == (judge(EVERYTHING, KNOWN), ())
