from keyferry.admit.plan import plan
from keyferry.admit.validating import Validating
from keyferry.kube.wire.admission import GroupVersionKind, Question
from tests.fakes import external_secrets


async def test_says_what_plan_says() -> None:
    bad = external_secrets.document() | {"spec": {}}
    question = Question(uid="1", kind=GroupVersionKind(kind="ExternalSecret"), operation="CREATE", object=bad)
    verdict = await Validating().handle(question)
    assert verdict == plan(question)
    assert verdict.refusal
