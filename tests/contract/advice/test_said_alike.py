"""What `keyferry check` says of manifests, the webhook says when they are applied, each thing once."""

from typing import Any

import pytest
import yaml

from keyferry.admit.counsel import Counsellor
from keyferry.admit.plan import plan
from keyferry.advice.documents import Documents
from keyferry.advice.judge import judge
from keyferry.kube.wire.admission import GroupVersionKind, Question
from keyferry.model.wellknown import ES_GROUP
from tests.contract.advice.pitfalls import PITFALLS

SUBJECTS = frozenset({"system:serviceaccount:apps:reader"})


def asked(document: dict[str, Any]) -> Question:
    group, _, version = str(document["apiVersion"]).rpartition("/")
    kind = GroupVersionKind(group=group, version=version, kind=document["kind"])
    namespace = document["metadata"].get("namespace", "")
    return Question(uid="1", kind=kind, operation="CREATE", namespace=namespace, object=document)


@pytest.mark.parametrize(("text", "rules"), [row for row in PITFALLS if row.id != "all-intervals-of-a-vault"])
def test_the_webhook_says_the_same(text: str, rules: list[str]) -> None:
    documents = [document for document in yaml.safe_load_all(text) if document]
    known, counsellor = Documents(documents, SUBJECTS).around(), Counsellor(())
    for document in documents:
        question = asked(document)
        validated = plan(question, known) if question.kind.group == ES_GROUP else None
        verdicts = [counsellor.counsel(document, None, known).verdict, *([validated] if validated else [])]
        said = [*(text for verdict in verdicts for text in (verdict.refusal, *verdict.warnings) if text)]
        for finding in judge(document, known):
            told = [text for text in said if finding.message in text]
            by_the_api_server = finding.rule.name == "outdated-version"
            assert len(told) == (0 if by_the_api_server else 1), (str(finding), said)
