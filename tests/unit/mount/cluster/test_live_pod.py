import json
from typing import Any

import pytest

from keyferry.kube.wire.objects import OwnerReference
from keyferry.mount.cluster import live_pod

STATUS = OwnerReference(
    api_version="secrets-store.csi.x-k8s.io/v1", kind="SecretProviderClassPodStatus", name="p-app-db", uid="status-1"
)
REPLICAS = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop", "uid": "rs-1", "controller": True}


def pod(status: dict[str, Any] | None = None, **metadata: Any) -> live_pod.LivePod:
    document = {"metadata": {"name": "p", "namespace": "app", "uid": "u", **metadata}, "spec": {"containers": []}}
    return live_pod.decode(json.dumps(document if status is None else {**document, "status": status}).encode())


def test_the_owners_of_a_pod_own_its_secrets_and_control_them_not() -> None:
    owned = pod(ownerReferences=[REPLICAS | {"blockOwnerDeletion": True}])
    assert owned.owners(STATUS) == (OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="shop", uid="rs-1"),)


def test_of_a_pod_by_itself_its_status_owns_them() -> None:
    assert pod().owners(STATUS) == (STATUS,)


@pytest.mark.parametrize(
    ("found", "is_ending"),
    [
        pytest.param(pod(), False, id="no-status-yet"),
        pytest.param(pod({"phase": "Pending"}), False, id="pending"),
        pytest.param(pod({"phase": "Running"}), False, id="running"),
        pytest.param(pod({"phase": "Succeeded"}), True, id="succeeded"),
        pytest.param(pod({"phase": "Failed"}), True, id="failed"),
        pytest.param(pod({"phase": "Running"}, deletionTimestamp="2026-11-21T12:00:00Z"), True, id="terminating"),
    ],
)
def test_a_pod_that_ends_is_known(found: live_pod.LivePod, is_ending: bool) -> None:
    assert found.is_ending is is_ending
