"""The kinds that roll."""

from keyferry.restart.kinds import POD_STATUSES, WORKLOADS


def test_kinds_are_named_as_roles_name_them() -> None:
    named = [str(resource) for resource in (*WORKLOADS, POD_STATUSES)]
    assert named == [
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "rollouts.argoproj.io",
        "secretproviderclasspodstatuses.secrets-store.csi.x-k8s.io",
    ]
