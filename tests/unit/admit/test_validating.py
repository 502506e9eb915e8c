"""It says what `plan` says, in the light of a ServiceAccount that was created a moment ago."""

import pytest

from keyferry.admit.accounts import AccountCache
from keyferry.admit.known import Known
from keyferry.admit.observe import Accounts
from keyferry.admit.plan import plan
from keyferry.admit.validating import Validating
from keyferry.advice.surroundings import Nothing
from keyferry.kube.wire.admission import GroupVersionKind, Question
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from tests.fakes import external_secrets
from tests.fakes.kube_world import KubeWorld
from tests.fakes.metadata_client import MetadataClient

BORROWING = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "SecretStore",
    "metadata": {"name": "kv", "namespace": "apps"},
    "spec": {
        "provider": {
            "azurekv": {
                "authType": "WorkloadIdentity",
                "vaultUrl": "https://kv.vault.azure.net",
                "serviceAccountRef": {"name": "sa", "namespace": "other"},
            }
        }
    },
}


async def test_says_what_plan_says() -> None:
    bad = external_secrets.document() | {"spec": {}}
    question = Question(uid="1", kind=GroupVersionKind(kind="ExternalSecret"), operation="CREATE", object=bad)
    verdict = await Validating().handle(question)
    assert verdict == plan(question, Nothing())
    assert verdict.refusal


@pytest.mark.parametrize("consents", [True, False])
async def test_asks_for_an_account_that_the_watch_has_not_told_yet(consents: bool) -> None:
    world, cache = KubeWorld(), AccountCache()
    world.seed(NAMESPACES, {"metadata": {"name": "other"}})
    annotations = {"keyferry.io/usable-from": "apps"} if consents else {}
    world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "sa", "namespace": "other", "annotations": annotations}})
    validating = Validating(Known(cache), Accounts(MetadataClient(world), cache))
    kind = GroupVersionKind(kind="SecretStore")
    verdict = await validating.handle(Question(uid="1", kind=kind, operation="CREATE", object=BORROWING))
    assert (verdict.refusal, len(verdict.warnings)) == ("", 0 if consents else 1)
