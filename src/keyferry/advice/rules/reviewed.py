"""What the review of a spec has to say, a rule for each sort of it. Pure.

One review gives findings of all these rules, so that no document is read twice and nothing is said twice. The webhook
says them while it validates; `NAMES` is what whoever asks a second time leaves out.
"""

import re
from collections.abc import Iterator
from typing import Final

from keyferry.advice import consent, reviewing
from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.spec.problems import Problem
from keyferry.spec.reviewing import KINDS
from keyferry.spec.secret_provider_class import KIND as CLASS
from keyferry.spec.secret_store import NOT_OURS
from keyferry.spec.store_rules import AZURE

INVALID: Final = Rule(
    name="invalid",
    title="A store, ExternalSecret, PushSecret, generator or class that cannot work",
    severity=Severity.ERROR,
    why=(
        "The API server, its admission webhook or the operator refuses it: a field is missing, unknown, of the wrong"
        " type, or does not go with another one."
    ),
    remedy="mend the field that the path names",
    example="""\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: apps}
spec:
  secretStoreRef: {name: key-vault}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: db-password}
""",
    source="https://external-secrets.io/latest/api/externalsecret/",
)
QUESTIONABLE: Final = Rule(
    name="questionable",
    title="A field that is stored and does not do what it says",
    severity=Severity.WARNING,
    why="The API takes it. Then it has no effect, or the operator reports it in the object's status.",
    remedy="mend or remove the field that the path names",
    example=INVALID.example,
    source="https://external-secrets.io/latest/api/spec/",
)
OUTDATED: Final = Rule(
    name="outdated-version",
    title="An API version that goes away",
    severity=Severity.WARNING,
    why=(
        "External Secrets Operator stopped serving v1beta1: after its upgrade such manifests are refused, and objects"
        " that a pipeline applies stay as they were."
    ),
    remedy="write apiVersion: external-secrets.io/v1; all fields stay as they are",
    example=INVALID.example,
    source="https://external-secrets.io/latest/introduction/stability-support/",
)
STORED_CREDENTIAL: Final = Rule(
    name="stored-credential",
    title="A store that reaches the vault by a client secret or certificate",
    severity=Severity.WARNING,
    why="Whoever reads the Secret with the credential reads the vault, from anywhere, until somebody rotates it.",
    remedy="use authType WorkloadIdentity with a serviceAccountRef, which needs no stored credential",
    example="""\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: key-vault, namespace: apps}
spec:
  provider:
    azurekv:
      authType: WorkloadIdentity
      vaultUrl: https://kv-prod.vault.azure.net
      serviceAccountRef: {name: reader}
""",
    source="https://external-secrets.io/latest/provider/azure-key-vault/",
)
OTHER_PROVIDER: Final = Rule(
    name="other-provider",
    title="A store of another provider than Azure Key Vault",
    severity=Severity.WARNING,
    why="keyferry reads Azure Key Vault alone. What reads from such a store needs External Secrets Operator beside it.",
    remedy="use azurekv, or spec.controller to leave the store to another operator",
    example=STORED_CREDENTIAL.example,
)
BORROWED_ACCOUNT: Final = Rule(
    name="borrowed-account",
    title="A store that speaks as the ServiceAccount of another namespace",
    severity=Severity.WARNING,
    why=(
        "Whoever may create a store would read as anybody in the cluster. External Secrets Operator refuses such a"
        " store; keyferry asks the owner of the ServiceAccount for consent."
    ),
    remedy="name a ServiceAccount of the store's own namespace, or annotate that one keyferry.io/usable-from",
    example=STORED_CREDENTIAL.example,
)
TENANT: Final = Rule(
    name="class-tenant",
    title="A SecretProviderClass without a tenant that can be one",
    severity=Severity.ERROR,
    why="The provider does not know where to ask for a token, so no pod with the volume starts.",
    remedy="add parameters.tenantID, the id of the vault's tenant",
    example="""\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: key-vault, namespace: apps}
spec:
  provider: azure
  parameters:
    keyvaultName: kv-prod
    tenantID: 99999999-9999-4999-8999-999999999999
    clientID: 11111111-1111-4111-8111-111111111111
    objects: |
      array:
        - |
          objectName: db-password
          objectType: secret
          filePermission: "0400"
""",
    source="https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/",
)
OBJECTS: Final = Rule(
    name="class-objects",
    title="A SecretProviderClass whose objects cannot be read",
    severity=Severity.ERROR,
    why=(
        "`objects` is YAML in a text, and each of its entries is YAML in a text again. The API server looks at neither,"
        " and every mount fails."
    ),
    remedy='write "array:", below it "- |" for each object, and its fields below that',
    example=TENANT.example,
    source="https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/",
)
_RULES: Final = (INVALID, QUESTIONABLE, OUTDATED, STORED_CREDENTIAL, OTHER_PROVIDER, BORROWED_ACCOUNT, TENANT, OBJECTS)
NAMES: Final = frozenset(rule.name for rule in _RULES)
_WARNED: Final = {
    "apiVersion": OUTDATED,
    f"{AZURE}.authType": STORED_CREDENTIAL,
    consent.PATH: BORROWED_ACCOUNT,
}
_PARAMETERS: Final = "parameters."
# What a PushSecret says to its store is free to the API, and each provider has names and metadata of its own.
_PUSHED: Final = re.compile(r"\.data(?:To)?\[\d+\](?:\.metadata\b|(?P<key>(?:\.match\.remoteRef)?\.remoteKey$))")
_PUSHES: Final = frozenset({"PushSecret", "ClusterPushSecret"})


def _find(document: Document, surroundings: Surroundings) -> Iterator[Finding]:
    review = reviewing.review(document)
    if review is None:
        return
    is_class = document.get("kind") == CLASS
    for problem in review.problems:
        rule = QUESTIONABLE if _is_between_push_and_store(document, problem) else INVALID
        yield _of_class(problem) if is_class else _finding(rule, problem.path, problem)
    for problem in review.warnings:
        other = problem.message == NOT_OURS
        rule = OTHER_PROVIDER if other else _WARNED.get(problem.path, QUESTIONABLE)
        if rule is not BORROWED_ACCOUNT or not consent.is_given(document, surroundings):
            yield _finding(rule, problem.path, problem)


def _is_between_push_and_store(document: Document, problem: Problem) -> bool:
    """Tell whether the API takes it: metadata whatever they are, and a key that is text."""
    found = _PUSHED.search(problem.path) if document.get("kind") in _PUSHES else None
    return found is not None and (found["key"] is None or problem.message.startswith('"'))


def _of_class(problem: Problem) -> Finding:
    """The provider calls a parameter so wherever it was written; here it stands in the spec."""
    parameter = problem.path.removeprefix(_PARAMETERS) if problem.path.startswith(_PARAMETERS) else ""
    rule = TENANT if parameter in {"tenantID", "tenantId"} else OBJECTS if parameter.startswith("objects") else INVALID
    return _finding(rule, f"spec.{problem.path}" if parameter else problem.path, problem)


def _finding(rule: Rule, path: str, problem: Problem) -> Finding:
    return Finding(rule=rule, path=path, message=problem.message, remedy=problem.remedy)


CHECK: Final = Check(rule=INVALID, others=_RULES[1:], kinds=KINDS, find=_find)
