"""One short manifest for each kind, which `kubectl explain KIND` shows; each works. Called by crd."""

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, str]] = {
    "ExternalSecret": """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: catalog-db, namespace: shop}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: kv}
  data:
    - secretKey: PASSWORD
      remoteRef: {key: catalog-db-password}
  target:
    template:
      data:
        url: "postgres://catalog:{{ .PASSWORD | urlquery }}@db/catalog"
""",
    "SecretStore": """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: kv, namespace: shop}
spec:
  provider:
    azurekv:
      authType: WorkloadIdentity
      vaultUrl: https://kv-shop.vault.azure.net
      serviceAccountRef: {name: catalog}
""",
    "ClusterSecretStore": """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: kv}
spec:
  conditions:
    - namespaceSelector: {matchLabels: {team: shop}}
  provider:
    azurekv:
      authType: WorkloadIdentity
      vaultUrl: https://kv-shop.vault.azure.net
      serviceAccountRef: {name: reader}
""",
    "PushSecret": """\
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: signing-key, namespace: shop}
spec:
  secretStoreRefs: [{name: kv}]
  selector:
    secret: {name: signing-key}
  data:
    - match:
        secretKey: key
        remoteRef: {remoteKey: shop-signing-key}
""",
    "ClusterExternalSecret": """\
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: registry}
spec:
  namespaceSelectors:
    - matchLabels: {team: shop}
  externalSecretSpec:
    secretStoreRef: {name: kv, kind: ClusterSecretStore}
    dataFrom:
      - extract: {key: registry-login}
""",
    "ClusterPushSecret": """\
apiVersion: external-secrets.io/v1alpha1
kind: ClusterPushSecret
metadata: {name: backup}
spec:
  namespaceSelectors:
    - matchLabels: {team: shop}
  pushSecretSpec:
    secretStoreRefs: [{name: kv, kind: ClusterSecretStore}]
    selector:
      secret: {name: backup-key}
    data:
      - match:
          secretKey: key
          remoteRef: {remoteKey: backup-key}
""",
    "ACRAccessToken": """\
apiVersion: generators.external-secrets.io/v1alpha1
kind: ACRAccessToken
metadata: {name: registry, namespace: shop}
spec:
  registry: shop.azurecr.io
  auth:
    workloadIdentity:
      serviceAccountRef: {name: puller}
""",
    "ClusterGenerator": """\
apiVersion: generators.external-secrets.io/v1alpha1
kind: ClusterGenerator
metadata: {name: password}
spec:
  kind: Password
  generator:
    passwordSpec: {length: 32}
""",
    "Fake": """\
apiVersion: generators.external-secrets.io/v1alpha1
kind: Fake
metadata: {name: fixed, namespace: shop}
spec:
  data: {user: test}
""",
    "Password": """\
apiVersion: generators.external-secrets.io/v1alpha1
kind: Password
metadata: {name: password, namespace: shop}
spec: {length: 32, digits: 5, symbols: 5}
""",
    "UUID": """\
apiVersion: generators.external-secrets.io/v1alpha1
kind: UUID
metadata: {name: id, namespace: shop}
spec: {}
""",
}


def described(kind: str, doc: str) -> str:
    """Return the text of a kind with its example, where it has one."""
    example = EXAMPLES.get(kind)
    return doc if example is None else f"{doc}\n\nExample:\n\n{_indented(example)}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
