import pytest

from keyferry.lab.kubernetes.kubelets import Kubelets, LogQuery
from keyferry.lab.kubernetes.status import StatusError
from tests.fakes.kubernetes_cluster import START


def test_nobody_answers_at_first() -> None:
    query = LogQuery(namespace="n", pod="p", uid="u", node="node-1", container="c")
    with pytest.raises(StatusError, match="node-1") as refusal:
        Kubelets().logs(query, START)
    assert refusal.value.code == 500
