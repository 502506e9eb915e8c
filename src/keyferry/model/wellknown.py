"""Literals that keyferry shares with Kubernetes, Azure and the External Secrets API, one name for each."""

from typing import Final

# Entra workload identity federation.
# https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
TOKEN_AUDIENCE: Final = "api://AzureADTokenExchange"  # noqa: S105  (an audience, not a password)
# Identity bindings of AKS. https://learn.microsoft.com/azure/aks/identity-bindings-concepts
BINDING_AUDIENCE: Final = "api://AKSIdentityBinding"
CLIENT_ID_ANNOTATION: Final = "azure.workload.identity/client-id"
TENANT_ID_ANNOTATION: Final = "azure.workload.identity/tenant-id"
# What the workload identity webhook reads of pods. https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
USE_LABEL: Final = "azure.workload.identity/use"
SKIP_CONTAINERS_ANNOTATION: Final = "azure.workload.identity/skip-containers"
TOKEN_EXPIRATION_ANNOTATION: Final = "azure.workload.identity/service-account-token-expiration"  # noqa: S105  (a key)
PROXY_SIDECAR_ANNOTATION: Final = "azure.workload.identity/inject-proxy-sidecar"
PROXY_PORT_ANNOTATION: Final = "azure.workload.identity/proxy-sidecar-port"
MAX_FEDERATED_CREDENTIALS: Final = 20  # on one identity

# keyferry's own additions to the External Secrets API.
USABLE_FROM_ANNOTATION: Final = "keyferry.io/usable-from"
FALLBACK_VAULTS_ANNOTATION: Final = "keyferry.io/fallback-vaults"
MAX_FALLBACK_VAULTS: Final = 4
SERVE_STALE_ANNOTATION: Final = "keyferry.io/serve-stale"
PROBLEM_ANNOTATION: Final = "keyferry.io/problem"  # on a pod's status: why its files stay as they are
REFRESH_ANNOTATION: Final = "keyferry.io/refresh"  # on an ExternalSecret: an instant; values must be younger
PROVENANCE_ANNOTATION: Final = "keyferry.io/provenance"  # on a Secret: which version of what each key holds
CHANGED_ANNOTATION: Final = "keyferry.io/changed"  # on a class: what the operator heard of its objects
IGNORE_ANNOTATION: Final = "keyferry.io/ignore"  # on any object: rules of advice to pass over

# External Secrets API, as External Secrets Operator 2.9 serves it.
ES_GROUP: Final = "external-secrets.io"
ES_VERSION: Final = "v1"
ES_FINALIZER: Final = "externalsecrets.external-secrets.io/externalsecret-cleanup"
MANAGED_LABEL: Final = "reconcile.external-secrets.io/managed"
CREATED_BY_LABEL: Final = "reconcile.external-secrets.io/created-by"
DATA_HASH_ANNOTATION: Final = "reconcile.external-secrets.io/data-hash"
FIELD_MANAGER_PREFIX: Final = "externalsecrets.external-secrets.io/"
PUSH_VERSION: Final = "v1alpha1"
PUSH_FINALIZER: Final = "pushsecret.externalsecrets.io/finalizer"
STORE_FINALIZER: Final = "secretstore.externalsecrets.io/finalizer"  # while such a PushSecret needs the store
OWNER_TAG: Final = "managed-by"  # on objects of a vault that a PushSecret wrote, with this value
OWNER_TAG_VALUE: Final = "external-secrets"

# Cluster-wide kinds of the same API, and the finalizers that its operator leaves with them.
CES_FINALIZER: Final = "externalsecrets.external-secrets.io/clusterexternalsecret-cleanup"
NAMESPACE_FINALIZER_PREFIX: Final = "externalsecrets.external-secrets.io/ces-"  # followed by the object's name
FORCE_SYNC_ANNOTATION: Final = "external-secrets.io/force-sync"
GENERATORS_GROUP: Final = "generators.external-secrets.io"
GENERATORS_VERSION: Final = "v1alpha1"

# Secrets Store CSI driver, as its release 1.6 has it. https://secrets-store-csi-driver.sigs.k8s.io/concepts
SECRETS_STORE_GROUP: Final = "secrets-store.csi.x-k8s.io"
SECRETS_STORE_VERSION: Final = "v1"
SECRETS_STORE_NODE_LABEL: Final = "internal.secrets-store.csi.k8s.io/node-name"
SECRETS_STORE_MANAGED_LABEL: Final = "secrets-store.csi.k8s.io/managed"

EVENT_GRID_APPLICATION: Final = "4962773b-9cdb-44cf-a8bf-237846a00ab7"  # Event Grid's application id, public cloud
