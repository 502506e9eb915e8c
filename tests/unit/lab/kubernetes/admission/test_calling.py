from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.world.http import Response
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret
from tests.fakes.webhooks import VALIDATING, Programs, allow, configuration, hook


@pytest.mark.parametrize(
    ("policy", "status"), [pytest.param("Ignore", 201, id="ignore"), pytest.param("Fail", 500, id="fail")]
)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nobody-there"),
        pytest.param(lambda _request: Response(status=500, body=b"oh"), id="an-error"),
        pytest.param(lambda _request: Response(status=200, body=b"oh"), id="nonsense"),
        pytest.param(lambda _request: {"uid": "another"}, id="another-uid"),
    ],
)
def test_a_failure_is_what_the_policy_says(policy: str, status: int, answer: Any) -> None:
    cluster = FakeCluster()
    programs = Programs(cluster)
    if answer is not None:
        programs.on("one", answer)
    cluster.post(VALIDATING, configuration("guards", hook("one", failurePolicy=policy)))
    found = cluster.post(SECRETS, secret("new"))
    assert found.status == status
    if status != 201:
        assert found.document["message"].startswith(
            'Internal error occurred: failed calling webhook "one.example.com": '
        )
        assert cluster.names(SECRETS) == []


def test_a_write_can_only_be_tried_where_the_webhook_has_no_side_effects() -> None:
    cluster = FakeCluster()
    programs = Programs(cluster)
    programs.on("one", allow)
    cluster.post(VALIDATING, configuration("guards", hook("one")))
    _stored_long_ago(cluster)
    found = cluster.post(f"{SECRETS}?dryRun=All", secret("new"))
    assert found.document["message"] == 'admission webhook "one.example.com" does not support dry run'
    assert found.status == 400
    assert cluster.post(SECRETS, secret("new")).status == 201


def _stored_long_ago(cluster: FakeCluster) -> None:
    """Give the webhook side effects, which no server takes any more."""
    kind = ("admissionregistration.k8s.io", "validatingwebhookconfigurations")
    found = cluster.api.store.get(kind, ("", "guards"))
    assert found is not None
    document: Object = {**found.document, "webhooks": [{**found.document["webhooks"][0], "sideEffects": "Some"}]}
    cluster.api.store.put(kind, document)
