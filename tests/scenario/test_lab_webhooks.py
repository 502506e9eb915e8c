"""How the lab's API server asks webhooks, over its real sockets, and what kubectl shows of it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from keyferry.cli.session import Session
from tests.scenario.commands import Kubectl
from tests.scenario.guards import CONFIG_MAPS, Guard, patched

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRY = ("--dry-run=server",)
POD: Mapping[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "default"},
    "spec": {"containers": [{"name": "c", "image": "i"}]},
}


@pytest.fixture(scope="module")
def run(session: Session, kubectl: str) -> Kubectl:
    return Kubectl(kubectl, session.environment)


@pytest_asyncio.fixture(loop_scope="module")
async def guard(session: Session, run: Kubectl) -> AsyncIterator[Guard]:
    """A webhook that listens; nothing is registered at the end."""
    async with Guard.open(session.lab.authority) as guard:
        yield guard
        await run("delete", "validatingwebhookconfigurations,mutatingwebhookconfigurations", "--all")
        await run("delete", "configmaps,pods", "-n", "default", "--all", "--force")


def config_map(name: str, **data: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@pytest.mark.parametrize(
    ("warnings", "shown"),
    [
        pytest.param(["one", "two", "one"], ["one", "two"], id="each-once"),
        pytest.param(['a "quoted" \\ text'], ['a "quoted" \\ text'], id="quoted"),
        pytest.param(["two\nlines", "one line"], ["one line"], id="one-line-each"),
        pytest.param(["x" * 4000], ["x" * 4000], id="a-long-one"),
        pytest.param(["x" * 4000, "y" * 300], ["x" * 256, "y" * 256], id="too-much-together"),
        pytest.param(
            [f"{n:02}{'x' * 300}" for n in range(20)], [f"{n:02}{'x' * 254}" for n in range(16)], id="far-too-much"
        ),
    ],
)
async def test_kubectl_shows_warnings(run: Kubectl, guard: Guard, warnings: list[str], shown: list[str]) -> None:
    await run.apply(guard.configuration("Validating", "guard"))
    guard.answer = lambda _request: {"warnings": warnings, "auditAnnotations": {"seen": "yes"}}
    said = await run.apply(config_map("warned"), flags=TRY)
    assert (said.code, said.warnings) == (0, shown), said.err


async def test_kubectl_shows_warnings_beside_a_refusal(run: Kubectl, guard: Guard) -> None:
    await run.apply(guard.configuration("Validating", "guard"))
    guard.answer = lambda _request: {
        "allowed": False,
        "warnings": ["nearly"],
        "status": {"code": 403, "reason": "Forbidden", "message": "not on a Friday"},
    }
    said = await run.apply(config_map("refused"))
    assert (said.code, said.warnings) == (1, ["nearly"])
    assert 'admission webhook "guard.example.com" denied the request: not on a Friday' in said.err


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_both_versions_of_reviews(run: Kubectl, guard: Guard, version: str) -> None:
    await run.apply(guard.configuration("Mutating", "guard", admissionReviewVersions=[version]))
    label = {"op": "add", "path": "/metadata/labels", "value": {"seen": version}}
    guard.answer = lambda _request: patched(label)
    said = await run.apply(config_map("reviewed"), flags=("--dry-run=server", "-o", "jsonpath={.metadata.labels.seen}"))
    assert (said.out, said.err) == (version, "")
    assert guard.reviews[-1]["apiVersion"] == f"admission.k8s.io/{version}"


async def test_a_webhook_sees_who_owns_which_field(run: Kubectl, guard: Guard) -> None:
    await run.apply(guard.configuration("Mutating", "guard"))
    guard.answer = lambda _request: patched({"op": "add", "path": "/data/added", "value": "1"})
    said = await run.apply(
        config_map("owned", mine="1"), flags=("--server-side", "--show-managed-fields", "-o", "json")
    )
    assert said.code == 0, said.err
    (entry,) = guard.reviews[-1]["request"]["object"]["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("kubectl", "Apply")
    assert '"added": "1"' in said.out
    assert "f:added" not in said.out


async def test_connections_are_kept(run: Kubectl, guard: Guard) -> None:
    await run.apply(guard.configuration("Validating", "guard"))
    for number in range(3):
        await run.apply(config_map(f"kept-{number}"))
    assert (len(guard.reviews), len(guard.connections)) == (3, 1)


async def test_a_slow_one_is_not_waited_for(run: Kubectl, guard: Guard) -> None:
    guard.delay = 5.0
    await run.apply(guard.configuration("Validating", "guard", timeoutSeconds=1))
    said = await run.apply(config_map("slow"), flags=TRY)
    assert 'failed calling webhook "guard.example.com": failed to call webhook: Post' in said.err
    assert "context deadline exceeded" in said.err
    await run.apply(guard.configuration("Validating", "guard", timeoutSeconds=1, failurePolicy="Ignore"))
    assert (await run.apply(config_map("slow"), flags=TRY)).code == 0


@pytest.mark.parametrize(
    ("effects", "told"),
    [
        pytest.param("None", {"dryRun": True}, id="none"),
        pytest.param("NoneOnDryRun", {"dryRun": True}, id="none-on-dry-run"),
    ],
)
async def test_a_dry_run_is_told(run: Kubectl, guard: Guard, effects: str, told: Mapping[str, Any]) -> None:
    await run.apply(guard.configuration("Validating", "guard", sideEffects=effects))
    assert (await run.apply(config_map("tried"), flags=TRY)).code == 0
    assert guard.reviews[-1]["request"].items() >= told.items()
    assert guard.reviews[-1]["request"]["options"]["dryRun"] == ["All"]


async def test_one_is_asked_again_after_later_changes(session: Session, run: Kubectl, guard: Guard) -> None:
    async with Guard.open(session.lab.authority) as later:
        await run.apply(guard.configuration("Mutating", "a-first", reinvocationPolicy="IfNeeded"))
        await run.apply(later.configuration("Mutating", "b-later"))
        later.answer = lambda _request: patched({"op": "add", "path": "/data/later", "value": "1"})
        assert (await run.apply(config_map("twice", mine="1"))).code == 0
        seen = [review["request"]["object"]["data"] for review in guard.reviews]
        assert seen == [{"mine": "1"}, {"mine": "1", "later": "1"}]
        uids = {review["request"]["uid"] for review in (*guard.reviews, *later.reviews)}
        assert len(uids) == 3, "each question has its own"


async def test_conditions_choose_what_is_asked(run: Kubectl, guard: Guard) -> None:
    conditions = [
        {"name": "not-the-systems", "expression": "!request.userInfo.username.startsWith('system:')"},
        {"name": "with-data", "expression": "object.?data.?wanted.orValue('') == 'yes'"},
    ]
    await run.apply(guard.configuration("Validating", "guard", matchConditions=conditions))
    for name, data in (("no", {}), ("yes", {"wanted": "yes"})):
        assert (await run.apply(config_map(name, **data))).code == 0
    assert [review["request"]["name"] for review in guard.reviews] == ["yes"]


async def test_who_may_break_the_glass_is_not_asked_about(run: Kubectl, guard: Guard) -> None:
    check = 'authorizer.group("admissionregistration.k8s.io").resource("validatingwebhookconfigurations")'
    expression = f'!{check}.name("guard").check("breakglass").allowed()'
    condition = {"name": "breakglass", "expression": expression}
    rule = {**CONFIG_MAPS, "operations": ["CREATE"]}
    await run.apply(guard.configuration("Validating", "guard", rule, matchConditions=[condition]))
    guard.answer = lambda _request: {"allowed": False}
    assert (await run.apply(config_map("mine"))).code == 0, "the administrator may"
    rules = ["create", "role", "maker", "--verb=get,create,patch", "--resource=configmaps", "-n", "default"]
    assert (await run(*rules)).code == 0
    assert (await run("create", "rolebinding", "maker", "--role=maker", "--user=bob", "-n", "default")).code == 0
    said = await run.apply(config_map("bobs"), flags=("--as=bob",))
    assert 'admission webhook "guard.example.com" denied the request' in said.err
    assert guard.reviews[-1]["request"]["userInfo"]["username"] == "bob"


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param("request.verb == 'x'", "undefined field 'verb'", id="field"),
        pytest.param("object.metadata.name", "must evaluate to bool", id="type"),
        pytest.param("object.", "Syntax error", id="syntax"),
    ],
)
async def test_a_condition_that_cannot_be_is_refused_when_it_is_applied(
    run: Kubectl, guard: Guard, expression: str, told: str
) -> None:
    conditions = [{"name": "a", "expression": expression}]
    said = await run.apply(guard.configuration("Validating", "guard", matchConditions=conditions))
    assert said.code == 1
    assert f'ValidatingWebhookConfiguration "guard" is invalid: webhooks[0].matchConditions[0].expression: {told}' in (
        said.err.replace(f'Invalid value: "{expression}": compilation failed: ERROR: <input>:1:8: ', "").replace(
            f'Invalid value: "{expression}": ', ""
        )
    )


@pytest.mark.parametrize(
    ("policy", "code"), [pytest.param("Fail", 1, id="fail"), pytest.param("Ignore", 0, id="ignore")]
)
async def test_a_condition_that_fails_is_the_policys_to_decide(
    run: Kubectl, guard: Guard, policy: str, code: int
) -> None:
    conditions = [{"name": "a", "expression": "object.data.absent == 'x'"}]
    await run.apply(guard.configuration("Validating", "guard", matchConditions=conditions, failurePolicy=policy))
    said = await run.apply(config_map("a", present="1"), flags=TRY)
    assert (said.code, guard.reviews) == (code, [])
    why = "configmaps \"a\" is forbidden: expression 'object.data.absent == 'x'' resulted in error: no such key: absent"
    assert (why in said.err) is bool(code)


async def test_debugging_a_pod_is_reviewed(run: Kubectl, guard: Guard) -> None:
    rule = {**CONFIG_MAPS, "resources": ["pods/ephemeralcontainers"]}
    await run.apply(guard.configuration("Validating", "guard", rule))
    assert (await run.apply(POD)).code == 0
    said = await run("debug", "p", "-n", "default", "--image=busybox:1", "-c", "look", "--attach=false")
    assert said.code == 0, said.err
    asked = guard.reviews[-1]["request"]
    assert (asked["operation"], asked["subResource"], asked["kind"]["kind"]) == (
        "UPDATE",
        "ephemeralcontainers",
        "Pod",
    )
    assert [one["name"] for one in asked["object"]["spec"]["ephemeralContainers"]] == ["look"]


async def test_a_token_that_somebody_asks_for_is_reviewed(run: Kubectl, guard: Guard) -> None:
    rule = {**CONFIG_MAPS, "resources": ["serviceaccounts/token"]}
    await run.apply(guard.configuration("Validating", "guard", rule))
    guard.answer = lambda _request: {"allowed": False, "status": {"message": "no tokens by hand"}}
    said = await run("create", "token", "default", "-n", "default")
    assert "no tokens by hand" in said.err
    asked = guard.reviews[-1]["request"]
    assert (asked["name"], asked["kind"]["kind"]) == ("default", "TokenRequest")


async def test_an_unusable_bundle(run: Kubectl, guard: Guard) -> None:
    document = guard.configuration("Validating", "guard")
    document["webhooks"][0]["clientConfig"]["caBundle"] = "Cg=="
    await run.apply(document)
    said = await run.apply(config_map("a"), flags=TRY)
    assert "could not get REST client: unable to load root certificates: unable to parse bytes as PEM block" in said.err
