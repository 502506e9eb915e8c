"""Advice is given by what is known, with a ServiceAccount that was created a moment ago; what is found is counted."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.admit.accounts import AccountCache
from keyferry.admit.advising import Advising
from keyferry.admit.known import Known
from keyferry.admit.observe import Accounts
from keyferry.admit.tally import Tally
from keyferry.advice.surroundings import Account
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from keyferry.model.errors import SpecError, Unavailable
from tests.fakes.kube_world import KubeWorld
from tests.fakes.metadata_client import MetadataClient

MISSING = "no-such-service-account"
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "api", "labels": {"azure.workload.identity/use": "true"}},
    "spec": {"serviceAccountName": "reader", "containers": [{"name": "app", "image": "app"}]},
}
CONFIG_MAP: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}


class Scene:
    """A world, what is known of it by watch, and a handler."""

    def __init__(self, *enforce: str, injects: bool = False) -> None:
        self.world = KubeWorld()
        self.world.seed(NAMESPACES, {"metadata": {"name": "apps"}})
        self.client = MetadataClient(self.world)
        self.cache = AccountCache()
        self.cache.synced()
        self.tally = Tally(lambda: 0.0)
        accounts = Accounts(self.client, self.cache)
        self.advising = Advising(Known(self.cache), accounts, enforce, self.tally, injects=injects)

    async def warnings(self, document: dict[str, Any] | None = None) -> str:
        question = Question(uid="1", operation="CREATE", namespace="apps", object=document or POD)
        return "\n".join((await self.advising.handle(question)).warnings)


async def test_a_missing_account_is_warned_of_and_counted() -> None:
    scene = Scene()
    assert f"{MISSING}: spec.serviceAccountName" in await scene.warnings()
    assert scene.tally.findings == Counter({(MISSING, False): 1})


async def test_an_account_that_the_watch_has_not_told_yet_is_not_missing() -> None:
    scene = Scene()
    scene.world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "apps"}})
    told = await scene.warnings()
    assert MISSING not in told
    assert "no-client-id" in told


async def test_who_cannot_be_asked_for_is_not_missing() -> None:
    scene = Scene()
    scene.client.fails = Unavailable(what="away")
    assert MISSING not in await scene.warnings()


async def test_what_the_watch_knows_is_not_asked_for() -> None:
    scene = Scene()
    scene.cache.applied(Key(namespace="apps", name="reader"), Account(namespace="apps", name="reader"))
    assert "no-client-id" in await scene.warnings()
    assert await scene.warnings(CONFIG_MAP) == ""
    assert scene.client.calls == []


async def test_what_is_not_judged_passes() -> None:
    scene = Scene()
    assert (await scene.advising.handle(Question(uid="1", operation="DELETE"))).warnings == ()


async def test_an_enforced_rule_refuses_and_is_counted_so() -> None:
    scene = Scene(MISSING)
    await scene.advising.prepare()
    question = Question(uid="1", operation="CREATE", namespace="apps", object=POD)
    assert MISSING in (await scene.advising.handle(question)).refusal
    assert scene.tally.findings == Counter({(MISSING, True): 1})


async def test_a_rule_that_is_none_is_said_at_the_start() -> None:
    with pytest.raises(SpecError, match="no rule"):
        await Scene("nonsense").advising.prepare()
    await Scene().advising.prepare()


async def test_a_rule_that_fails_is_logged_by_its_name() -> None:
    class Broken(Known):
        def accounts(self, namespace: str) -> Mapping[str, Account]:
            raise ZeroDivisionError("sesame")

    scene = Scene()
    accounts = Accounts(scene.client, scene.cache)
    advising = Advising(Broken(scene.cache), accounts, (), scene.tally)
    with capture_logs() as logs:
        verdict = await advising.handle(Question(uid="1", operation="CREATE", namespace="apps", object=POD))
    assert (verdict.refusal, verdict.is_failure) == ("", True)
    assert {(entry["event"], entry["cause"]) for entry in logs} == {("advice.rule_failed", "ZeroDivisionError")}
    assert "sesame" not in f"{verdict}{logs}"


@pytest.mark.parametrize(
    ("injects", "said"),
    [
        pytest.param(False, "no-client-id", id="another-webhook-injected"),
        pytest.param(True, "", id="this-one-did"),
    ],
)
async def test_what_injection_said_is_not_said_again(injects: bool, said: str) -> None:
    pod = {
        "kind": "Pod",
        "metadata": {"name": "api", "labels": {"azure.workload.identity/use": "true"}},
        "spec": {"volumes": [{"name": "azure-workload-identity-reserved-1"}]},
    }
    assert (await Scene(injects=injects).warnings(pod)).partition(":")[0] == said
