"""The types of restart."""

from keyferry.kube.wire.objects import Key
from keyferry.restart.kinds import STATEFUL_SETS
from keyferry.restart.state import Rollout, Source, SourceKind, Terms, Workload


def test_things_are_called_as_their_users_call_them() -> None:
    workload = Workload(
        resource=STATEFUL_SETS,
        key=Key(namespace="app", name="db"),
        uid="u",
        resource_version="1",
        watched={},
        seen=None,
        rollout=Rollout(),
    )
    assert str(Source(SourceKind.CLASS, "kv")) == "class/kv"
    assert str(workload) == "statefulsets/db"


def test_the_easier_of_two_terms_is_the_lower() -> None:
    assert min(Terms) is Terms.ALWAYS
