"""What the settings ask for is answered, and at its path."""

from pathlib import Path
from typing import Any

import pytest

from keyferry.admit.cluster import Cluster
from keyferry.admit.handlers import Handlers
from keyferry.admit.settings import InjectionFlags
from keyferry.admit.tally import Tally
from keyferry.kube.client import Client
from keyferry.kube.config import ClusterConfig
from keyferry.kube.wire.admission import GroupVersionKind, Question
from keyferry.model.errors import SpecError
from tests.fakes.webhook_clients import TENANT, settings

VALIDATION = "/validate-external-secrets-io-"


def handlers(environ: dict[str, str] | None = None, *, knows_cluster: bool = True, **changes: Any) -> Handlers:
    client = Client(ClusterConfig(server="http://127.0.0.1:9", origin="nowhere"))
    cluster = Cluster(client, advises=True) if knows_cluster else None
    given = {"AZURE_TENANT_ID": TENANT} if environ is None else environ
    return Handlers(settings(Path("/certs"), **changes), cluster, Tally(lambda: 0.0), given)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        pytest.param({}, [VALIDATION], id="validation"),
        pytest.param({"injection": InjectionFlags()}, [VALIDATION, "/mutate-v1-pod"], id="injection"),
        pytest.param({"advice": True}, [VALIDATION, "/advise"], id="advice"),
        pytest.param({"advice": True, "knows_cluster": False}, [VALIDATION], id="no-cluster"),
    ],
)
def test_paths(changes: dict[str, Any], paths: list[str]) -> None:
    assert list(handlers(**changes).by_path) == paths


@pytest.mark.parametrize(
    ("path", "enforce", "is_admitted"),
    [
        pytest.param(VALIDATION, (), True, id="validation"),
        pytest.param("/advise", (), True, id="advice"),
        pytest.param("/advise", ("sub-path",), False, id="enforced-advice"),
        pytest.param("/mutate-v1-pod", (), False, id="injection"),
    ],
)
async def test_a_defect_keeps_nothing_but_pods_from_being_stored(
    path: str, enforce: tuple[str, ...], is_admitted: bool
) -> None:
    class Broken(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, _: object) -> bool:
            raise ZeroDivisionError

        def __ne__(self, _: object) -> bool:
            raise ZeroDivisionError

    made = handlers(advice=True, injection=InjectionFlags(), enforce=enforce)
    kind = GroupVersionKind(kind="ExternalSecret")
    question = Question(uid="1", kind=kind, operation=Broken("CREATE"), namespace="apps", object={"kind": kind.kind})
    if is_admitted:
        verdict = await made.by_path[path](question)
        assert (verdict.refusal, verdict.is_failure, len(verdict.warnings)) == ("", True, 1)
    else:
        with pytest.raises(ZeroDivisionError):
            await made.by_path[path](question)


async def test_what_is_wrong_is_said_at_the_start() -> None:
    with pytest.raises(SpecError, match="AZURE_TENANT_ID"):
        handlers({}, injection=InjectionFlags())
    with pytest.raises(SpecError, match="no rule"):
        await handlers(advice=True, enforce=("nonsense",)).prepare()
    await handlers().prepare()
