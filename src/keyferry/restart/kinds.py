"""The kinds that restarts watch and roll, as the API server names them. Pure."""

from typing import Final

from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import SECRETS_STORE_GROUP, SECRETS_STORE_VERSION

DEPLOYMENTS: Final = Resource(group="apps", version="v1", plural="deployments", kind="Deployment")
STATEFUL_SETS: Final = Resource(group="apps", version="v1", plural="statefulsets", kind="StatefulSet")
DAEMON_SETS: Final = Resource(group="apps", version="v1", plural="daemonsets", kind="DaemonSet")
# https://argo-rollouts.readthedocs.io/en/stable/features/specification/
ROLLOUTS: Final = Resource(group="argoproj.io", version="v1alpha1", plural="rollouts", kind="Rollout")
WORKLOADS: Final = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, ROLLOUTS)

POD_STATUSES: Final = Resource(
    group=SECRETS_STORE_GROUP,
    version=SECRETS_STORE_VERSION,
    plural="secretproviderclasspodstatuses",
    kind="SecretProviderClassPodStatus",
)
